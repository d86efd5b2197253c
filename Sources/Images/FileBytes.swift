import InputErrors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads whole regular files.
package enum FileBytes {
  /// The largest file that is read, in bytes (16 GiB).
  private static let limit = 1 << 34

  /// - Throws: ``InputError`` (noInput) naming the file when it is missing, is no regular file (a pipe would never end),
  ///   is larger than 16 GiB or cannot be read.
  package static func read(_ file: String) throws -> [UInt8] {
    func cannotRead(_ reason: String) -> InputError {
      InputError(.noInput, "the file cannot be read", at: .init(file: file), found: reason)
    }
    // Opening a pipe would block until somebody writes to it.
    let descriptor = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotRead(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw cannotRead(String(cString: strerror(errno))) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw cannotRead(status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw cannotRead("\(size) bytes") }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      guard let base = buffer.baseAddress, size > 0 else { return }
      while count < size {
        let step = systemRead(descriptor, base + count, size - count)
        if step < 0, errno == EINTR { continue }
        guard step >= 0 else { throw cannotRead(String(cString: strerror(errno))) }
        if step == 0 { break }
        count += step
      }
    }
  }
}

/// The system's `read`, whose name the method above hides.
private func systemRead(_ descriptor: CInt, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
