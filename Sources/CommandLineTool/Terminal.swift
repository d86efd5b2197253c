import Foundation
import InputErrors

/// The streams that the command writes to.
package enum Terminal {
  package static var errorIsTerminal: Bool { isatty(2) == 1 }
  package static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// Columns of the terminal behind standard error; 80 when there is none.
  package static var columns: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// The text without control characters other than line feeds and tabs: names from files must not steer a terminal.
  package static func harmless(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(result)
  }

  /// Writes to standard output, unbuffered, whole, with control characters replaced.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when the device refuses; a reader that went away, such as `head`,
  ///   is no error.
  package static func output(_ text: String) throws {
    let code = write(harmless(text), to: 1)
    guard code != 0, code != EPIPE, code != EBADF else { return }
    throw InputError(.cannotWrite, "standard output cannot be written: \(String(cString: strerror(code)))")
  }

  /// Writes to standard error, unbuffered, whole; where that fails there is nowhere to say so.
  package static func error(_ text: String) { _ = write(text, to: 2) }

  /// - Returns: 0, or the error's number.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        return errno
      }
    }
    return 0
  }
}
