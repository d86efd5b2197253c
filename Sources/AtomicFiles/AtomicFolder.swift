import Foundation
import InputErrors

/// Makes whole folders or nothing: what a killed run leaves is never taken for a finished folder.
///
/// The folder is filled beside its place under a name of its own, forced to the disk and renamed. One process at a time
/// fills it; what an earlier one left half done is cleared away.
package final class AtomicFolder {
  /// Where the folder will stand.
  package let path: String
  /// Where it is filled.
  package let staging: String
  private let lock: Int32
  private var isFinished = false

  /// - Parameter replaces: whether a folder that holds something may be replaced.
  /// - Throws: ``InputError`` (cannotWrite) when something stands in the folder's place, another process fills it, or it
  ///   cannot be made.
  package init(at path: String, replacing replaces: (String) -> Bool = { _ in false }) throws(InputError) {
    // A trailing slash would put the staging folder into the place itself.
    let place = URL(fileURLWithPath: path).standardizedFileURL.path
    try Self.checkPlace(place, named: path, replaces)
    self.path = place
    let name = URL(fileURLWithPath: place).lastPathComponent
    let parent = URL(fileURLWithPath: place).deletingLastPathComponent().path
    staging = parent + "/." + name + ".part"
    do { try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: path))
    }
    lock = open(staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { throw AtomicFile.failure(path, errno) }
    if flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(lock)
      throw InputError(.cannotWrite, "another process makes this folder", at: .init(file: path))
    }
    for left in (try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? [] {
      try? FileManager.default.removeItem(atPath: staging + "/" + left)
    }
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: staging) }
    close(lock)
  }

  private static func checkPlace(
    _ place: String, named path: String, _ replaces: (String) -> Bool
  ) throws(InputError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else {
      throw InputError(.cannotWrite, "a file stands where the folder should be", at: .init(file: path))
    }
    let content = try? FileManager.default.contentsOfDirectory(atPath: place)
    guard content?.isEmpty == true || replaces(place) else {
      throw InputError(
        .cannotWrite, "the folder exists and holds something", at: .init(file: path), hint: "choose another one")
    }
  }

  /// Makes a folder within the one that is filled.
  package func makeFolder(_ name: String) throws(InputError) {
    do {
      try FileManager.default.createDirectory(atPath: staging + "/" + name, withIntermediateDirectories: true)
    } catch { throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: path + "/" + name)) }
  }

  /// Writes a file within the folder; it reaches the disk with the whole.
  package func write(_ bytes: [UInt8], as name: String) throws(InputError) {
    try Self.write(bytes, to: staging + "/" + name)
  }

  /// The same for workers that know ``staging``.
  package static func write(_ bytes: [UInt8], to path: String) throws(InputError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw AtomicFile.failure(path, errno) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if written < 0, errno != EINTR {
        throw AtomicFile.failure(path, errno)
      }
    }
  }

  /// Puts the folder in its place. What stood there is gone then, and not before.
  package func finish() throws(InputError) {
    sync()
    let old = staging + ".old"
    try? FileManager.default.removeItem(atPath: old)
    // An empty folder gives way; one that holds something is moved aside first.
    if rename(staging, path) != 0 {
      guard errno == ENOTEMPTY || errno == EEXIST else { throw AtomicFile.failure(path, errno) }
      guard rename(path, old) == 0 else { throw AtomicFile.failure(path, errno) }
      guard rename(staging, path) == 0 else {
        let reason = errno
        rename(old, path)
        throw AtomicFile.failure(path, reason)
      }
      try? FileManager.default.removeItem(atPath: old)
    }
    isFinished = true
  }
}
