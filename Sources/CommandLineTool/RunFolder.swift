import AtomicFiles
import Foundation
import InputErrors
import Reports

/// The folder that holds everything about one run.
///
/// `config.json` has all settings and digests and is written first; `estimate.json` is the checkpoint; the results are
/// `players.csv`, `ranking.json`, `report.html` and `figures/`. Each file is replaced as a whole or not at all.
package struct RunFolder: Sendable, Hashable {
  package let path: String

  /// The files of a run.
  package enum File: String, Sendable, CaseIterable {
    case configuration = "config.json"
    case checkpoint = "estimate.json"
    case players = "players.csv"
    case ranking = "ranking.json"
    case report = "report.html"
  }

  /// Opens a folder for a new run, or one to be resumed, and takes hold of it until the process ends.
  ///
  /// A folder that is missing is made; with `resuming`, a folder without a run begins one.
  /// - Throws: ``InputError`` (cannotWrite) when the folder holds something and `resuming` is false, when it holds
  ///   something that is no run, when another process works in it, or when it cannot be made.
  package init(forWritingAt path: String, resuming: Bool) throws(InputError) {
    self.path = path
    let manager = FileManager.default
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var isFolder: ObjCBool = false
      if manager.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
        throw InputError(.cannotWrite, "a file stands where the run folder should be", at: .init(file: path))
      }
      throw AtomicFile.failure(path, Self.reason(error))
    }
    let lock = try Self.lock(path)
    do { try Self.checkContent(of: path, resuming: resuming) } catch {
      close(lock)
      throw error
    }
  }

  /// Opens the folder of a run for reading.
  ///
  /// - Throws: ``InputError`` (noInput) when there is no such folder or it holds no run.
  package init(readingAt path: String) throws(InputError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: file(.configuration)) else {
      throw InputError(
        .noInput, "there is no run in this folder", at: .init(file: path), expected: "a folder that 'rank' has written",
        found: FileManager.default.fileExists(atPath: path) ? "no \(File.configuration.rawValue)" : "nothing")
    }
  }

  package func file(_ file: File) -> String { path + "/" + file.rawValue }

  package func exists(_ file: File) -> Bool { FileManager.default.fileExists(atPath: self.file(file)) }

  /// - Throws: ``InputError`` (noInput) when the file is missing or cannot be read.
  package func read(_ file: File) throws(InputError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: self.file(file)) else {
      throw InputError(.noInput, "the file is missing or cannot be read", at: .init(file: self.file(file)))
    }
    return [UInt8](data)
  }

  package func write(_ bytes: [UInt8], as file: File) throws(InputError) {
    try AtomicFile.write(bytes, to: self.file(file))
  }

  /// Writes a text as a file of another name.
  package func write(_ text: String, as name: String) throws(InputError) {
    try AtomicFile.write(text, to: path + "/" + name)
  }

  /// Writes `figures/NAME.svg`.
  package func write(figure svg: String, named name: String) throws(InputError) {
    let folder = path + "/figures"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw AtomicFile.failure(folder, Self.reason(error))
    }
    try AtomicFile.write(svg, to: "\(folder)/\(name).svg")
  }

  /// Stores the settings of a new run, or checks that they are those of the run that is to be resumed.
  ///
  /// - Parameter decisive: the part of the settings that decides the bits of the result; a difference there is an
  ///   error, while the rest (budget, workers) may change and is stored anew.
  /// - Throws: ``InputError`` (usage) naming the first key that differs, with both values; (data) when `config.json`
  ///   is damaged; (cannotWrite).
  package func adopt(_ settings: JSONValue, decisive: (JSONValue) -> JSONValue) throws(InputError) {
    if exists(.configuration) {
      let stored = try JSONValue(parsing: try read(.configuration), file: file(.configuration))
      if let difference = SettingsDifference.first(stored: decisive(stored), given: decisive(settings)) {
        throw InputError(
          .usage, "the run was made with another setting and cannot be resumed with this one",
          at: .init(file: file(.configuration), key: difference.key), expected: difference.stored,
          found: difference.given, hint: "repeat the run's own settings, or choose another --output")
      }
    }
    try write(Array(settings.pretty.utf8), as: .configuration)
  }

  private static func checkContent(of path: String, resuming: Bool) throws(InputError) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let content = names.filter { !$0.hasSuffix(".part") }
    if content.isEmpty { return }
    guard content.contains(File.configuration.rawValue) else {
      throw InputError(
        .cannotWrite, "the folder exists, holds something and is no run", at: .init(file: path),
        hint: "choose another --output")
    }
    guard resuming else {
      throw InputError(
        .cannotWrite, "the folder holds a run already", at: .init(file: path),
        hint: "add --resume to go on with it, or choose another --output")
    }
  }

  /// Holds a folder against other processes until this one ends.
  ///
  /// - Throws: ``InputError`` (cannotWrite) when another process holds it.
  static func hold(_ path: String) throws(InputError) { _ = try lock(path) }

  /// Holds the folder against other processes: the lock goes with the process, however it ends.
  private static func lock(_ path: String) throws(InputError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw AtomicFile.failure(path, errno) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw InputError(.cannotWrite, "another process works in this folder", at: .init(file: path))
    }
    return descriptor
  }

  private static func reason(_ error: any Error) -> Int32 {
    var next: NSError? = error as NSError
    while let current = next {
      if current.domain == NSPOSIXErrorDomain { return Int32(truncatingIfNeeded: current.code) }
      next = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return EACCES
  }
}
