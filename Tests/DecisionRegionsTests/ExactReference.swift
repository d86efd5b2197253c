import DecisionRegions

/// The regions of a rectangle found the slow way, in fractions of integers: for lines of small integer coefficients.
///
/// A cell is the convex hull of its corners, so that the mean of three of them that do not lie on a line is inside it.
/// Hence the signs at the means of all triples of points where lines meet, when none is zero, are those of all cells.
struct ExactReference {
  struct Fraction: Hashable {
    let numerator: Int
    let denominator: Int

    init(_ numerator: Int, _ denominator: Int) {
      var (a, b) = (abs(numerator), abs(denominator))
      while b != 0 { (a, b) = (b, a % b) }
      let divisor = max(a, 1) * (denominator < 0 ? -1 : 1)
      self.numerator = numerator / divisor
      self.denominator = denominator / divisor
    }

    var value: Double { Double(numerator) / Double(denominator) }
    static func + (l: Fraction, r: Fraction) -> Fraction {
      Fraction(l.numerator * r.denominator + r.numerator * l.denominator, l.denominator * r.denominator)
    }
  }
  struct Place: Hashable {
    let x: Fraction
    let y: Fraction
  }
  /// a·x + b·y + c.
  struct Line {
    let a: Int
    let b: Int
    let c: Int

    func sign(at place: Place) -> Int {
      // Over the common denominator, which is positive.
      let (x, y) = (place.x, place.y)
      return (a * x.numerator * y.denominator + b * y.numerator * x.denominator + c * x.denominator * y.denominator)
        .signum()
    }
  }

  let lines: [Line]
  let lower: Int
  let upper: Int
  let vertices: Set<Place>
  let signVectors: Set<SignVector>

  init(_ lines: [Line], lower: Int, upper: Int) {
    self.lines = lines
    self.lower = lower
    self.upper = upper
    let sides = [
      Line(a: 1, b: 0, c: -lower), Line(a: -1, b: 0, c: upper), Line(a: 0, b: 1, c: -lower),
      Line(a: 0, b: -1, c: upper),
    ]
    let all = sides + lines
    var vertices: Set<Place> = []
    for i in all.indices {
      for j in 0..<i {
        let (p, q) = (all[i], all[j])
        let w = p.a * q.b - q.a * p.b
        guard w != 0 else { continue }
        let place = Place(x: Fraction(p.b * q.c - q.b * p.c, w), y: Fraction(p.c * q.a - q.c * p.a, w))
        if sides.allSatisfy({ $0.sign(at: place) >= 0 }) { vertices.insert(place) }
      }
    }
    self.vertices = vertices
    let places = vertices.sorted { ($0.x.value, $0.y.value) < ($1.x.value, $1.y.value) }
    // Lines that are at their threshold everywhere have the sign 0 in every cell.
    let free = lines.indices.filter { lines[$0].a != 0 || lines[$0].b != 0 }
    var found: Set<SignVector> = []
    for i in places.indices {
      for j in 0..<i {
        for k in 0..<j {
          let x = places[i].x + places[j].x + places[k].x, y = places[i].y + places[j].y + places[k].y
          let middle = Place(
            x: Fraction(x.numerator, 3 * x.denominator), y: Fraction(y.numerator, 3 * y.denominator))
          guard sides.allSatisfy({ $0.sign(at: middle) > 0 }) else { continue }
          let signs = lines.map { $0.sign(at: middle) }
          guard free.allSatisfy({ signs[$0] != 0 }) else { continue }
          found.insert(SignVector(signs.map { $0 > 0 ? .positive : $0 < 0 ? .negative : .zero }))
        }
      }
    }
    signVectors = found
  }
}
