import Foundation
import InputErrors

/// Writes whole files or nothing: a reader, or a run that was killed, never meets half a file.
package enum AtomicFile {
  /// Writes to a temporary file beside `path`, forces it to the disk, renames it, and forces the folder to the disk.
  ///
  /// - Throws: ``InputError`` (cannotWrite) with the file and the system's reason, for example a full disk; the old
  ///   content of `path` is then untouched and the temporary file removed.
  package static func write(_ bytes: [UInt8], to path: String) throws(InputError) {
    let temporary = path + ".part"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(path, errno) }
    var reason: Int32?
    var rest = bytes[...]
    while !rest.isEmpty, reason == nil {
      let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if written < 0, errno != EINTR {
        reason = errno
      }
    }
    if reason == nil, fsync(file) != 0 { reason = errno }
    if close(file) != 0, reason == nil { reason = errno }
    if reason == nil, rename(temporary, path) != 0 { reason = errno }
    if let reason {
      unlink(temporary)
      throw failure(path, reason)
    }
    synchronizeFolder(of: path)
  }

  package static func write(_ text: String, to path: String) throws(InputError) {
    try write(Array(text.utf8), to: path)
  }

  /// Makes the rename itself survive a power cut, where the file system can; some refuse to open folders.
  private static func synchronizeFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The error that tells why a file or folder cannot be written.
  package static func failure(_ path: String, _ reason: Int32) -> InputError {
    InputError(.cannotWrite, "cannot write: \(String(cString: strerror(reason)))", at: .init(file: path))
  }
}
