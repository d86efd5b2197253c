import Foundation

/// Numbers with as many digits as they deserve.
public enum NumberText {
  /// A number with `digits` significant ones: `0.01235`, `1,234`, `2.5e-9`.
  public static func significant(_ value: Double, _ digits: Int = 3) -> String {
    guard value.isFinite else { return "—" }
    if value == 0 { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if exponent < -5 || exponent > 14 { return sign(String(format: "%.\(digits - 1)e", value)) }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// A number that somebody chose, without the zeros that add nothing: `0.001`, `5`.
  public static func plain(_ value: Double) -> String {
    let text = significant(value, 6)
    guard text.contains("."), !text.contains("e") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }

  /// An estimate rounded so that two digits of its standard error remain: `0.0123`; with four digits when there is none.
  public static func estimate(_ value: Double, error: Double?) -> String {
    guard let error, error > 0, error.isFinite, value.isFinite else { return significant(value, 4) }
    let exponent = Int(log10(error).rounded(.down))
    return exponent < -6 ? significant(value, 4) : fixed(value, decimals: max(0, 1 - exponent))
  }

  /// `12.3 %`; shares that are not 0 never read so.
  public static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "—" }
    if share != 0, abs(share) < 0.0005 { return share > 0 ? "< 0.1 %" : "> −0.1 %" }
    return fixed(share * 100, decimals: abs(share) < 0.9995 && share != 0 ? 1 : 0) + " %"
  }

  /// `1,234,567`
  public static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// `1.23 × 10¹²` in words that everybody reads: `1.23 trillion`, `45.6 million`; grouped digits below a million.
  public static func large(_ value: Double) -> String {
    let names: [(Double, String)] = [
      (1e18, "quintillion"), (1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million"),
    ]
    for (unit, name) in names where value >= unit { return "\(significant(value / unit, 3)) \(name)" }
    return grouped(Int(value.isFinite ? value : 0))
  }

  /// `312 MiB`, `1.4 GiB`
  public static func memory(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1024 ? "\(fixed(mebibytes, decimals: 0)) MiB" : "\(fixed(mebibytes / 1024, decimals: 1)) GiB"
  }

  /// `8.2 s`, `3 min 20 s`, `2 h 05 min`
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "—" }
    if seconds < 60 { return "\(significant(max(0, seconds), 2)) s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(String(format: "%02d", whole % 3600 / 60)) min"
  }

  /// A number with a fixed number of decimals and a true minus sign.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "—" }
    let text = String(format: "%.\(decimals)f", value)
    // What rounds to zero has no sign.
    let isZero = text.allSatisfy { "-0.".contains($0) }
    let digits = text.drop { $0 == "-" }
    let whole = digits.prefix { $0 != "." }
    let body =
      whole.count > 4 ? (Int(whole).map(grouped) ?? String(whole)) + digits.dropFirst(whole.count) : String(digits)
    return (value < 0 && !isZero ? "−" : "") + body
  }

  private static func sign(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }
}
