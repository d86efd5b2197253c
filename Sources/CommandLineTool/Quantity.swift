import InputErrors

/// Numbers as people write them on a command line.
package enum Quantity {
  /// A whole number: `5000`, `1_000_000`, `1e6`, `2.5e3`; nil when it is none or does not fit 63 bits.
  package static func count(_ text: String) -> Int? {
    guard let first = text.first, first.isASCII, first.isNumber else { return nil }
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "._eE+".contains($0)) }) else { return nil }
    let digits = text.filter { $0 != "_" }
    if let whole = Int(digits) { return whole }
    guard let real = Double(digits), real.rounded() == real, real >= 0, real < 9.2e18 else { return nil }
    return Int(real)
  }

  /// A finite real number; nil when it is none.
  package static func real(_ text: String) -> Double? {
    guard let value = Double(text.filter { $0 != "_" }), value.isFinite else { return nil }
    return value
  }

  /// Seconds: `90`, `90s`, `10m`, `2h`, `1.5h`, `1h30m`, `250ms`, `1d`; nil when it is none.
  package static func seconds(_ text: String) -> Double? {
    let units: [(name: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
    if let plain = unsignedReal(text[...]) { return plain }
    var total = 0.0
    var rest = text[...]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let name = rest.dropFirst(number.count).prefix { $0.isLetter }
      guard let value = unsignedReal(number), let unit = units.first(where: { $0.name == name }) else { return nil }
      total += value * unit.seconds
      rest = rest.dropFirst(number.count + name.count)
    }
    return total.isFinite ? total : nil
  }

  /// Bytes: `1048576`, `512M`, `4G`, `1.5GiB`; K, M, G and T are powers of 1024; nil when it is none.
  package static func bytes(_ text: String) -> Int? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
    let name = text.dropFirst(number.count).uppercased()
    let units: [[String]] = [
      ["", "B"], ["K", "KB", "KIB"], ["M", "MB", "MIB"], ["G", "GB", "GIB"], ["T", "TB", "TIB"],
    ]
    guard let exponent = units.firstIndex(where: { $0.contains(name) }),
      let value = unsignedReal(Substring(number.filter { $0 != "_" }))
    else { return nil }
    var product = value
    for _ in 0..<exponent { product *= 1024 }
    return product < 9.2e18 ? Int(product) : nil
  }

  private static func unsignedReal(_ text: Substring) -> Double? {
    guard let first = text.first, first.isNumber || first == ".",
      text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(text)
    else { return nil }
    return value
  }
}
