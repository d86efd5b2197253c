import Foundation

/// A Chromium that opens pages without a screen, where there is one on the `PATH`.
public enum HeadlessBrowser {
  public static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in ["chromium", "chromium-browser", "google-chrome"] {
      for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }()

  public static var isPresent: Bool { path != nil }
  public static let absenceReason = "there is no chromium on the PATH: the page's script is not run"

  /// Opens a page, lets its script play, and returns what the page has become.
  public static func open(_ html: String, fragment: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/neuron-shapley-page-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(html.utf8).write(to: URL(fileURLWithPath: folder + "/page.html"))
    let output = folder + "/dom.html"
    try Data().write(to: URL(fileURLWithPath: output))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile", "--window-size=1000,800",
      "--virtual-time-budget=4000", "--dump-dom", "file://\(folder)/page.html#\(fragment)",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    try process.run()
    process.waitUntilExit()
    return try String(contentsOfFile: output, encoding: .utf8)
  }

  /// Why a page of the command's is wrong when it is opened: an error of its script, or a script that has not run to its
  /// end; nil when it is right.
  public static func fault(ofPage file: String) throws -> String? {
    let opened = try open(String(contentsOfFile: file, encoding: .utf8), fragment: "")
    if let start = opened.range(of: "data-script-error=\"") {
      return String(opened[start.upperBound...].prefix { $0 != "\"" })
    }
    return opened.contains("data-ready=\"true\"") ? nil : "the script has not run to its end"
  }
}
