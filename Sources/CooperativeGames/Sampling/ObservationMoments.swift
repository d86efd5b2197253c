/// The weighted means of many observations of a vector, with their standard errors, in constant memory (West 1979).
///
/// An observation of weight w is a mean over w equal parts, so its variance is taken to be proportional to 1/w; a unit of
/// work on eight components weighs 8. Equal weights give the plain mean and the plain standard error.
struct ObservationMoments: Codable, Sendable {
  /// Observations added.
  private(set) var count = 0
  /// The sum of their weights.
  private(set) var weight = 0.0
  /// Σwx / Σw.
  private(set) var means: [Double]
  /// Σw(x − mean)².
  private(set) var deviations: [Double]

  init(length: Int) {
    means = [Double](repeating: 0, count: length)
    deviations = means
  }

  /// Whether the sizes, perhaps read from a file, are those of vectors of `length`.
  func fits(length: Int) -> Bool { means.count == length && deviations.count == length && count >= 0 && weight >= 0 }

  /// Adds an observation of weight `weight` > 0.
  mutating func add(_ observation: [Double], weight added: Double) {
    count += 1
    weight += added
    let share = added / weight
    for place in means.indices {
      let deviation = observation[place] - means[place]
      means[place] += share * deviation
      deviations[place] += added * deviation * (observation[place] - means[place])
    }
  }

  /// The standard error of the mean at `place`, or nil with fewer than two observations.
  func standardError(_ place: Int) -> Double? {
    count > 1 ? (deviations[place] / Double(count - 1) / weight).squareRoot() : nil
  }

  /// The largest standard error at `places`, or nil with fewer than two observations.
  func largestStandardError(_ places: Range<Int>) -> Double? {
    count > 1 ? places.reduce(0) { max($0, standardError($1) ?? 0) } : nil
  }
}
