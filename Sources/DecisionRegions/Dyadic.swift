/// A number ±m · 2^e with an integer m of any length: sums, differences and products of doubles without rounding.
///
/// Every finite double is such a number, so a determinant of doubles is one too and its sign can be told for certain.
/// Lengths stay bounded: the exponents of doubles span about 2,100 bits, a product of three 6,300.
package struct Dyadic: Sendable {
  private var isNegative: Bool
  /// Little-endian, without leading zeros; empty for 0.
  private var limbs: [UInt64]
  private var exponent: Int

  /// - Precondition: the value is finite.
  package init(_ value: Double) {
    precondition(value.isFinite, "a dyadic number is finite")
    isNegative = value < 0
    let isSubnormal = value.exponentBitPattern == 0
    let mantissa = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
    guard mantissa != 0 else {
      limbs = []
      exponent = 0
      return
    }
    // Without trailing zeros small integers stay small, and aligning exponents costs least.
    let zeros = mantissa.trailingZeroBitCount
    limbs = [mantissa >> UInt64(zeros)]
    exponent = (isSubnormal ? -1074 : Int(value.exponentBitPattern) - 1075) + zeros
  }

  private init(isNegative: Bool, limbs: [UInt64], exponent: Int) {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    self.isNegative = isNegative && !limbs.isEmpty
    self.limbs = limbs
    self.exponent = limbs.isEmpty ? 0 : exponent
  }

  /// −1, 0 or 1.
  package var sign: Int { limbs.isEmpty ? 0 : isNegative ? -1 : 1 }

  package static prefix func - (value: Dyadic) -> Dyadic {
    Dyadic(isNegative: !value.isNegative, limbs: value.limbs, exponent: value.exponent)
  }

  package static func - (left: Dyadic, right: Dyadic) -> Dyadic { left + -right }

  package static func + (left: Dyadic, right: Dyadic) -> Dyadic {
    if left.limbs.isEmpty { return right }
    if right.limbs.isEmpty { return left }
    let exponent = min(left.exponent, right.exponent)
    let a = shifted(left.limbs, by: left.exponent - exponent), b = shifted(right.limbs, by: right.exponent - exponent)
    if left.isNegative == right.isNegative {
      return Dyadic(isNegative: left.isNegative, limbs: sum(a, b), exponent: exponent)
    }
    return isLess(a, b)
      ? Dyadic(isNegative: right.isNegative, limbs: difference(b, a), exponent: exponent)
      : Dyadic(isNegative: left.isNegative, limbs: difference(a, b), exponent: exponent)
  }

  package static func * (left: Dyadic, right: Dyadic) -> Dyadic {
    guard !left.limbs.isEmpty, !right.limbs.isEmpty else { return Dyadic(0) }
    var product = [UInt64](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (i, a) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (j, b) in right.limbs.enumerated() {
        let (high, low) = a.multipliedFullWidth(by: b)
        let (first, overflow) = product[i + j].addingReportingOverflow(low)
        let (second, again) = first.addingReportingOverflow(carry)
        product[i + j] = second
        // high ≤ 2⁶⁴ − 2, and only one of the additions can overflow when it is that.
        carry = high &+ (overflow ? 1 : 0) &+ (again ? 1 : 0)
      }
      product[i + right.limbs.count] = carry
    }
    return Dyadic(
      isNegative: left.isNegative != right.isNegative, limbs: product, exponent: left.exponent + right.exponent)
  }

  /// The number as f · 2^e with |f| in [½, 1], off by less than 2⁻⁵² of itself; (0, 0) for 0.
  package var scaled: (fraction: Double, exponent: Int) {
    guard let top = limbs.last else { return (0, 0) }
    let zeros = top.leadingZeroBitCount
    var leading = top << UInt64(zeros)
    if zeros > 0, limbs.count > 1 { leading |= limbs[limbs.count - 2] >> UInt64(64 - zeros) }
    let fraction = Double(leading) * 0x1p-64
    return (isNegative ? -fraction : fraction, exponent + 64 * limbs.count - zeros)
  }

  /// The quotient in floating point, off by less than 2⁻⁵⁰ of itself unless it leaves the range of doubles.
  ///
  /// - Precondition: the divisor is not 0.
  package func divided(by divisor: Dyadic) -> Double {
    precondition(divisor.sign != 0, "a divisor is not 0")
    let (above, below) = (scaled, divisor.scaled)
    return Double(sign: .plus, exponent: above.exponent - below.exponent, significand: above.fraction / below.fraction)
  }

  private static func shifted(_ limbs: [UInt64], by bits: Int) -> [UInt64] {
    guard bits > 0 else { return limbs }
    let (whole, part) = (bits / 64, UInt64(bits % 64))
    var result = [UInt64](repeating: 0, count: whole)
    result.reserveCapacity(whole + limbs.count + 1)
    guard part > 0 else { return result + limbs }
    var carry: UInt64 = 0
    for limb in limbs {
      result.append(limb << part | carry)
      carry = limb >> (64 - part)
    }
    if carry != 0 { result.append(carry) }
    return result
  }

  private static func isLess(_ a: [UInt64], _ b: [UInt64]) -> Bool {
    if a.count != b.count { return a.count < b.count }
    for (x, y) in zip(a.reversed(), b.reversed()) where x != y { return x < y }
    return false
  }

  private static func sum(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    var result: [UInt64] = []
    result.reserveCapacity(max(a.count, b.count) + 1)
    var carry: UInt64 = 0
    for i in 0..<max(a.count, b.count) {
      let (first, overflow) = (i < a.count ? a[i] : 0).addingReportingOverflow(i < b.count ? b[i] : 0)
      let (second, again) = first.addingReportingOverflow(carry)
      result.append(second)
      carry = overflow || again ? 1 : 0
    }
    if carry != 0 { result.append(carry) }
    return result
  }

  /// a − b for a ≥ b.
  private static func difference(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    var result = a
    var borrow: UInt64 = 0
    for i in a.indices {
      let (first, overflow) = a[i].subtractingReportingOverflow(i < b.count ? b[i] : 0)
      let (second, again) = first.subtractingReportingOverflow(borrow)
      result[i] = second
      borrow = overflow || again ? 1 : 0
    }
    return result
  }
}
