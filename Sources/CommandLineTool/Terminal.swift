import Foundation

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

  /// Writes to standard output, unbuffered, whole.
  package static func output(_ text: String) { write(text, to: 1) }

  /// Writes to standard error, unbuffered, whole.
  package static func error(_ text: String) { write(text, to: 2) }

  /// A stream that is closed or full is not worth failing a run for: what counts is in files.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        return
      }
    }
  }
}
