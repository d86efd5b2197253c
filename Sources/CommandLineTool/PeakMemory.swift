import Foundation

/// The most memory that this process has held.
enum PeakMemory {
  /// Bytes of resident memory at the peak, as the kernel counts them; nil when the system does not tell.
  static var bytes: Int? {
    // getrusage would do, but its peak is inherited from whatever program started this one.
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }
}
