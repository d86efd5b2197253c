import AtomicFiles
import Foundation
import InputErrors

/// Holds a place of the cache against other processes until it goes; the lock goes with the process, however it ends.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Waits until no other holds the file.
  ///
  /// - Parameter check: called while waiting; throws to give up.
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when the file cannot be made; what `check` throws.
  init(_ file: String, check: () throws -> Void) async throws {
    descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw AtomicFile.failure(file, errno) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw AtomicFile.failure(file, errno) }
      try check()
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
