import Foundation

/// The optional real models and images that some tests use: `$NEURON_SHAPLEY_DATA`, else `../shared/data` beside the
/// package. Tests that need it are declared with `.enabled(if: TestData.isPresent, TestData.absenceReason)`, so that a
/// machine without the data reports them as skipped.
public enum TestData {
  /// The folder, or nil when this machine has none.
  public static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let candidate =
      ProcessInfo.processInfo.environment["NEURON_SHAPLEY_DATA"]
      ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: candidate + "/models", isDirectory: &isDirectory)
    guard exists, isDirectory.boolValue else { return nil }
    return candidate
  }()

  public static var isPresent: Bool { folder != nil }

  /// Path of a file or folder of the data, relative to its root: `path("models/squeezenet1_1_imagenet.onnx")`.
  public static func path(_ relative: String) -> String { (folder ?? "absent") + "/" + relative }

  /// Path of a file of the outside facts, which stand beside the data: `factsPath("squeezenet_bandit_record.csv")`.
  public static func factsPath(_ relative: String) -> String { (folder ?? "absent") + "/../facts/" + relative }

  public static let absenceReason =
    "the real models and images are absent: set NEURON_SHAPLEY_DATA or put them in ../shared/data"
}
