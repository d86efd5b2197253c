import Foundation

/// The built executable, run as users run it.
struct BuiltTool {
  /// What a finished process left.
  struct Result {
    let status: Int32
    let output: String
    let error: String
  }

  /// The executable stands beside the test bundle, wherever the package is built.
  static let path: String = {
    var folder = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    for _ in 0..<6 {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("neuron-shapley").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
        return candidate
      }
    }
    return "neuron-shapley"
  }()

  /// Starts the tool; its streams go to files in `folder`, so that no pipe can fill.
  static func start(_ words: [String], in folder: String) throws -> (process: Process, output: String, error: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = words
    let name = folder + "/stream-" + UUID().uuidString
    let streams = [name + ".out", name + ".err"]
    for stream in streams { try Data().write(to: URL(fileURLWithPath: stream)) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: streams[0]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: streams[1]))
    try process.run()
    return (process, streams[0], streams[1])
  }

  /// Runs the tool to its end; one that has not ended after seven minutes never will, and is killed, so that the test fails
  /// instead of waiting.
  static func run(_ words: [String], in folder: String) throws -> Result {
    let (process, output, error) = try start(words, in: folder)
    let identifier = process.processIdentifier
    let limit = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 420, execute: limit)
    process.waitUntilExit()
    limit.cancel()
    return try Result(
      status: process.terminationStatus, output: String(contentsOfFile: output, encoding: .utf8),
      error: String(contentsOfFile: error, encoding: .utf8))
  }
}
