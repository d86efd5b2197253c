#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean over rows of what decisions cost: logistic loss, softmax cross-entropy or half the squared error.
struct ProbeLoss: Sendable {
  enum Kind: Sendable {
    /// log(1 + exp(−d)) for class 1, log(1 + exp(d)) for class 0
    case logistic(isPositive: [Bool])
    /// −log softmax(d)[label]
    case softmax(labels: [Int], count: Int)
    /// (y − d)² / 2
    case squares([Double])
  }

  let kind: Kind
  /// What each row counts, divided by the number of rows.
  let rowWeights: [Double]

  var rowCount: Int { rowWeights.count }

  var outputCount: Int {
    switch kind {
    case .logistic, .squares: 1
    case .softmax(labels: _, let count): count
    }
  }

  /// What slopes and weights are measured in: 1 for classes, the standard deviation of numbers.
  var unit: Double {
    guard case .squares(let values) = kind else { return 1 }
    let mean = bestIntercepts[0]
    let spread = zip(values, rowWeights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) }
    return spread > 0 ? spread.squareRoot() : 1
  }

  /// - Parameter isBalanced: every class counts the same: its rows are weighted n / (K · n_k).
  init(_ target: ProbeTarget, isBalanced: Bool) {
    let rows = target.rowCount
    switch target {
    case .classes(let labels, let count):
      kind = count == 2 ? .logistic(isPositive: labels.map { $0 == 1 }) : .softmax(labels: labels, count: count)
      let counts = target.classCounts ?? []
      rowWeights =
        isBalanced
        ? labels.map { 1 / Double(count * counts[$0]) } : [Double](repeating: 1 / Double(rows), count: rows)
    case .values(let values):
      kind = .squares(values)
      rowWeights = [Double](repeating: 1 / Double(rows), count: rows)
    }
  }

  private init(kind: Kind, rowWeights: [Double]) {
    self.kind = kind
    self.rowWeights = rowWeights
  }

  /// The loss of the same rows in this order.
  func rows(_ order: [Int]) -> ProbeLoss {
    let weights = order.map { rowWeights[$0] }
    switch kind {
    case .logistic(let isPositive):
      return ProbeLoss(kind: .logistic(isPositive: order.map { isPositive[$0] }), rowWeights: weights)
    case .softmax(let labels, let count):
      return ProbeLoss(kind: .softmax(labels: order.map { labels[$0] }, count: count), rowWeights: weights)
    case .squares(let values):
      return ProbeLoss(kind: .squares(order.map { values[$0] }), rowWeights: weights)
    }
  }

  /// Intercepts that are best while all weights are 0: log-odds, log-frequencies around 0, or the mean.
  var bestIntercepts: [Double] {
    switch kind {
    case .logistic(let isPositive):
      var sums = [0.0, 0.0]
      for (row, positive) in isPositive.enumerated() { sums[positive ? 1 : 0] += rowWeights[row] }
      return [log(sums[1] / sums[0])]
    case .softmax(let labels, let count):
      var sums = [Double](repeating: 0, count: count)
      for (row, label) in labels.enumerated() { sums[label] += rowWeights[row] }
      let logs = sums.map { log($0) }, mean = logs.reduce(0, +) / Double(count)
      return logs.map { $0 - mean }
    case .squares(let values):
      return [zip(values, rowWeights).reduce(0) { $0 + $1.0 * $1.1 }]
    }
  }

  /// The sum of these rows' losses; their decisions `[row][output]` become derivatives of it.
  func differentiate(_ places: Range<Int>, _ decisions: inout [Double]) -> Double {
    var sum = 0.0
    switch kind {
    case .logistic(let isPositive):
      for (slot, row) in places.enumerated() {
        let sign = isPositive[row] ? 1.0 : -1.0, weight = rowWeights[row]
        let margin = sign * decisions[slot]
        let small = exp(-abs(margin))
        sum += weight * (log1p(small) + max(0, -margin))
        decisions[slot] = -sign * weight * (margin > 0 ? small : 1) / (1 + small)
      }
    case .softmax(let labels, let count):
      for (slot, row) in places.enumerated() {
        let first = slot * count, weight = rowWeights[row]
        let own = decisions[first + labels[row]]
        var largest = decisions[first]
        for output in 1..<count { largest = max(largest, decisions[first + output]) }
        var total = 0.0
        for output in 0..<count {
          let value = exp(decisions[first + output] - largest)
          decisions[first + output] = value
          total += value
        }
        sum += weight * (log(total) + largest - own)
        for output in 0..<count { decisions[first + output] *= weight / total }
        decisions[first + labels[row]] -= weight
      }
    case .squares(let values):
      for (slot, row) in places.enumerated() {
        let difference = decisions[slot] - values[row], weight = rowWeights[row]
        sum += weight * difference * difference / 2
        decisions[slot] = weight * difference
      }
    }
    return sum
  }

  /// The second derivative of each row's loss by its decision; for several outputs their mean.
  func meanCurvatures(_ places: [Int], _ decisions: [Double]) -> [Double] {
    switch kind {
    case .logistic:
      return places.enumerated().map { slot, row in
        let small = exp(-abs(decisions[slot]))
        return rowWeights[row] * small / ((1 + small) * (1 + small))
      }
    case .softmax(labels: _, let count):
      return places.enumerated().map { slot, row in
        var largest = decisions[slot * count], total = 0.0, squares = 0.0
        for output in 1..<count { largest = max(largest, decisions[slot * count + output]) }
        for output in 0..<count {
          let value = exp(decisions[slot * count + output] - largest)
          total += value
          squares += value * value
        }
        return rowWeights[row] * (1 - squares / (total * total)) / Double(count)
      }
    case .squares:
      return places.map { rowWeights[$0] }
    }
  }

  /// True when every row's decision is on the side of its class; false for numbers.
  func isSeparated(by decisions: [Double]) -> Bool {
    switch kind {
    case .logistic(let isPositive):
      return isPositive.enumerated().allSatisfy { row, positive in positive ? decisions[row] > 0 : decisions[row] < 0 }
    case .softmax(let labels, let count):
      return labels.enumerated().allSatisfy { row, label in
        let own = decisions[row * count + label]
        return (0..<count).allSatisfy { $0 == label || decisions[row * count + $0] < own }
      }
    case .squares:
      return false
    }
  }
}
