/// The line a·x + b·y + c = 0 on which a neuron's output equals its threshold; with b = 0 also the boundary of one input.
///
/// The coefficients are kept exactly, and rounded in ``form`` for quick first answers: an answer that rounding could
/// change is found again without rounding, so that every predicate is exact.
struct BoundaryLine: Sendable {
  let form: LineForm
  private let exact: (a: Dyadic, b: Dyadic, c: Dyadic)

  init(_ neuron: LinearNeuron) {
    self.init(
      a: Dyadic(neuron.weights[0]), b: Dyadic(neuron.inputCount > 1 ? neuron.weights[1] : 0),
      c: Dyadic(neuron.bias) - Dyadic(neuron.threshold))
  }

  /// The line on which a·x + b·y equals `value`.
  init(_ a: Double, _ b: Double, equals value: Double) { self.init(a: Dyadic(a), b: Dyadic(b), c: -Dyadic(value)) }

  private init(a: Dyadic, b: Dyadic, c: Dyadic) {
    exact = (a, b, c)
    let parts = [a.scaled, b.scaled, c.scaled]
    let largest = parts.filter { $0.fraction != 0 }.map(\.exponent).max() ?? 0
    let rounded = parts.map { Double(sign: .plus, exponent: $0.exponent - largest, significand: $0.fraction) }
    form = LineForm(a: rounded[0], b: rounded[1], c: rounded[2])
  }

  /// True when the output does not depend on the inputs.
  var isConstant: Bool { exact.a.sign == 0 && exact.b.sign == 0 }

  /// The sign of the output minus its threshold at the origin; the sign everywhere when ``isConstant``.
  var signAtOrigin: Int { exact.c.sign }

  /// −1, 0 or 1: how the first input pushes.
  var slopeSign: Int { exact.a.sign }

  /// The sign of the angle from the normal of this line to that of the other: 0 exactly when they are parallel.
  func turn(to other: BoundaryLine) -> Int {
    let (p, q) = (form.a * other.form.b, other.form.a * form.b)
    return LineForm.sign(of: p - q, size: abs(p) + abs(q)) ?? (exact.a * other.exact.b - other.exact.a * exact.b).sign
  }

  /// 1 when both lines are the same with the same positive side, −1 with opposite ones, 0 when they differ.
  func coincidence(with other: BoundaryLine) -> Int {
    guard turn(to: other) == 0, (exact.a * other.exact.c - other.exact.a * exact.c).sign == 0,
      (exact.b * other.exact.c - other.exact.b * exact.c).sign == 0
    else { return 0 }
    return (exact.a * other.exact.a + exact.b * other.exact.b).sign
  }

  /// The exact side of the line on which a point lies: −1, 0 or 1.
  func side(of point: ExactPoint) -> Int { (exact.a * point.x + exact.b * point.y + exact.c * point.w).sign }

  /// The exact side of the line on which the point with these coordinates lies.
  func side(x: Double, y: Double) -> Int {
    form.side(of: PointForm(x, y)) ?? side(of: ExactPoint(x: Dyadic(x), y: Dyadic(y), w: Dyadic(1)))
  }

  /// Where two lines meet, rounded.
  ///
  /// - Precondition: the lines are not parallel.
  func meeting(_ other: BoundaryLine) -> PointForm {
    let turn = turn(to: other), (p, q) = (form, other.form)
    precondition(turn != 0, "parallel lines do not meet")
    let sign = Double(turn)
    return PointForm(
      x: sign * (p.b * q.c - q.b * p.c), y: sign * (p.c * q.a - q.c * p.a), w: sign * (p.a * q.b - q.a * p.b),
      sizeOfX: abs(p.b * q.c) + abs(q.b * p.c), sizeOfY: abs(p.c * q.a) + abs(q.c * p.a),
      sizeOfW: abs(p.a * q.b) + abs(q.a * p.b))
  }

  /// Where two lines meet, exactly.
  ///
  /// - Precondition: the lines are not parallel.
  func exactMeeting(_ other: BoundaryLine) -> ExactPoint {
    let w = exact.a * other.exact.b - other.exact.a * exact.b
    let x = exact.b * other.exact.c - other.exact.b * exact.c
    let y = exact.c * other.exact.a - other.exact.c * exact.a
    precondition(w.sign != 0, "parallel lines do not meet")
    return w.sign < 0 ? ExactPoint(x: -x, y: -y, w: -w) : ExactPoint(x: x, y: y, w: w)
  }
}

/// A line's coefficients, scaled by a power of two so that the largest is about 1 in size, each off by at most 2⁻⁵² of
/// itself.
struct LineForm: Sendable {
  let a: Double
  let b: Double
  let c: Double

  /// The side of the line on which a point lies, or nil when rounding could decide it.
  @inline(__always)
  func side(of point: PointForm) -> Int? {
    Self.sign(
      of: a * point.x + b * point.y + c * point.w,
      size: abs(a) * point.sizeOfX + abs(b) * point.sizeOfY + abs(c) * point.sizeOfW)
  }

  /// The sign of a sum of products of rounded values, or nil when rounding could have changed it; `size` is the sum of the
  /// products' sizes.
  ///
  /// Coefficients are off by at most 2⁻⁵² of themselves and at most eight roundings follow, together below 2⁻⁴⁸ of `size`;
  /// 2⁻⁴⁷ leaves room. The constant covers coefficients and products that underflow; what overflows is not trusted.
  @inline(__always)
  static func sign(of value: Double, size: Double) -> Int? {
    let trusted = size * 0x1p-47 + 0x1p-900
    return value > trusted ? 1 : value < -trusted ? -1 : nil
  }
}

/// A point as (x : y : w) with w > 0, rounded, with the sizes that the rounding is relative to.
struct PointForm: Sendable {
  let x: Double
  let y: Double
  let w: Double
  /// Sums of the sizes of the products that the coordinates were made of.
  let sizeOfX: Double
  let sizeOfY: Double
  let sizeOfW: Double

  init(x: Double, y: Double, w: Double, sizeOfX: Double, sizeOfY: Double, sizeOfW: Double) {
    (self.x, self.y, self.w) = (x, y, w)
    (self.sizeOfX, self.sizeOfY, self.sizeOfW) = (sizeOfX, sizeOfY, sizeOfW)
  }

  /// The point with these coordinates, exactly.
  init(_ x: Double, _ y: Double) {
    self.init(x: x, y: y, w: 1, sizeOfX: abs(x), sizeOfY: abs(y), sizeOfW: 1)
  }

  /// The coordinates, or nil when they could be off by more than 2⁻⁴⁰ of `extent`; `reach` bounds their size.
  func position(extent: Double, reach: Double) -> (x: Double, y: Double)? {
    let error = (max(sizeOfX, sizeOfY) + reach * sizeOfW) * 0x1p-47 + 0x1p-900
    return error < 0x1p-40 * extent * w ? (x / w, y / w) : nil
  }
}

/// A point as (x : y : w) with w > 0 without rounding.
struct ExactPoint: Sendable {
  let x: Dyadic
  let y: Dyadic
  let w: Dyadic

  /// The coordinates in floating point, off by at most their last bits.
  var position: (x: Double, y: Double) { (x.divided(by: w), y.divided(by: w)) }
}
