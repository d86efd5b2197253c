import AtomicFiles
import Foundation
import Images
import InputErrors
import Reports

/// Keeps what is dear to make in a folder, each under a digest of all that it is made from.
///
/// An entry is whole once its list of files with their digests is written, which comes last. What a killed process left
/// is never taken for whole: it is gone on with or made anew. Two processes never make the same entry at once.
public struct ContentCache: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// `$XDG_CACHE_HOME/neuron-shapley`, else `~/.cache/neuron-shapley`.
  public static func standardPath(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
    // The specification says that relative paths are to be ignored.
    if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return base + "/neuron-shapley" }
    return (environment["HOME"] ?? NSHomeDirectory()) + "/.cache/neuron-shapley"
  }

  /// What an entry is, which decides its folder.
  public enum Kind: String, Sendable, Hashable, CaseIterable { case networks, images }

  /// A whole entry.
  public struct Entry: Sendable, Hashable {
    public enum Origin: Sendable, Hashable {
      /// It was there.
      case kept
      case made
      /// It was there, but a file was missing or not what it had been.
      case madeAnew
    }

    public let folder: String
    public let origin: Origin
  }

  /// Hands out an entry; makes it when it is not there.
  ///
  /// - Parameters:
  ///   - digest: hexadecimal, of all that the entry is made from.
  ///   - check: called while another process is waited for; throws to give up.
  ///   - make: fills the folder, which may hold what a killed process left of the same entry.
  /// - Throws: ``InputErrors/InputError`` (cannotWrite); what `check` and `make` throw.
  public func entry(
    _ kind: Kind, digest: String, check: () throws -> Void, make: (_ folder: String) async throws -> Void
  ) async throws -> Entry {
    let folder = "\(path)/\(kind.rawValue)/\(digest.prefix(16))"
    try Self.makeFolder(folder)
    let lock = try await FolderLock(folder + ".lock", check: check)
    defer { withExtendedLifetime(lock) {} }
    let list = FileList(folder: folder)
    let isThere = list.exists
    if isThere {
      if list.isWhole { return Entry(folder: folder, origin: .kept) }
      try Self.clear(folder)
    }
    try await make(folder)
    try list.write()
    return Entry(folder: folder, origin: isThere ? .madeAnew : .made)
  }

  /// Removes everything in a folder of the cache.
  static func clear(_ folder: String) throws(InputError) {
    do { try FileManager.default.removeItem(atPath: folder) } catch {
      throw InputError(.cannotWrite, "what lies in the cache cannot be removed", at: .init(file: folder))
    }
    try makeFolder(folder)
  }

  static func makeFolder(_ folder: String) throws(InputError) {
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw InputError(.cannotWrite, "the folder cannot be made", at: .init(file: folder))
    }
  }
}

/// The list of an entry's files, which makes it whole.
private struct FileList {
  private static let name = "complete.json"

  let folder: String
  private var file: String { folder + "/" + Self.name }
  var exists: Bool { FileManager.default.fileExists(atPath: file) }

  /// Whether every listed file is what it was when the list was written.
  var isWhole: Bool {
    guard let bytes = try? FileBytes.read(file),
      let listed = try? JSONValue.decode([String: String].self, from: bytes, file: file), !listed.isEmpty
    else { return false }
    return listed.allSatisfy { name, digest in Self.digest(of: folder + "/" + name) == digest }
  }

  func write() throws {
    var digests: [String: String] = [:]
    for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
        name != Self.name, !name.hasSuffix(".part")
      else { continue }
      digests[name] = Self.digest(of: path)
    }
    try AtomicFile.write(try JSONValue(digests).pretty, to: file)
  }

  private static func digest(of path: String) -> String? {
    (try? FileBytes.read(path)).map { SHA256Digest.hexadecimal(SHA256Digest.of($0)) }
  }
}
