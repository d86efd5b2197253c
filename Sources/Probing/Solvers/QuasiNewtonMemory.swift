import CKernels

/// The last steps of a descent and how the gradient changed over them: a matrix that maps gradients to steps (the
/// two-loop recursion of Nocedal 1980).
struct QuasiNewtonMemory: Sendable {
  private struct Pair: Sendable {
    var step: [Double]
    var change: [Double]
    var product: Double
  }

  private static let capacity = 10
  private var pairs: [Pair] = []

  /// - Precondition: the gradient grew along the step.
  mutating func add(step: [Double], change: [Double]) {
    let product = Self.dot(step, change)
    guard product > 0, product.isFinite else { return }
    if pairs.count == Self.capacity { pairs.removeFirst() }
    pairs.append(Pair(step: step, change: change, product: product))
  }

  /// Makes the pairs those of an objective with `square`/2·‖w‖² more, where every `width`-th parameter is free of it.
  mutating func shift(by square: Double, width: Int) {
    for index in pairs.indices {
      var pair = pairs[index]
      for place in pair.step.indices where place % width != width - 1 {
        pair.change[place] += square * pair.step[place]
      }
      pair.product = Self.dot(pair.step, pair.change)
      pairs[index] = pair
    }
    pairs.removeAll { !($0.product > 0) }
  }

  /// −H g, where H begins from `initial`, an approximation of the inverse second derivative; nil takes a multiple of the
  /// identity, from the last pair or `scale`.
  func direction(_ gradient: [Double], scale: Double, initial: (([Double]) -> [Double])?) -> [Double] {
    var vector = gradient
    var shares = [Double](repeating: 0, count: pairs.count)
    for (index, pair) in pairs.enumerated().reversed() {
      shares[index] = Self.dot(pair.step, vector) / pair.product
      Self.add(-shares[index], pair.change, to: &vector)
    }
    if let initial {
      vector = initial(vector)
    } else {
      let factor = pairs.last.map { $0.product / Self.dot($0.change, $0.change) } ?? scale
      for place in vector.indices { vector[place] *= factor }
    }
    for (index, pair) in pairs.enumerated() {
      Self.add(shares[index] - Self.dot(pair.change, vector) / pair.product, pair.step, to: &vector)
    }
    for place in vector.indices { vector[place] = -vector[place] }
    return vector
  }

  /// The same where only the `free` places may move and the others' curvature does not count.
  func direction(_ gradient: [Double], free: [Bool], scale: Double) -> [Double] {
    var masked = QuasiNewtonMemory()
    for pair in pairs {
      var step = pair.step, change = pair.change
      for place in free.indices where !free[place] {
        step[place] = 0
        change[place] = 0
      }
      let product = Self.dot(step, change)
      if product > 1e-10 * Self.dot(change, change) {
        masked.pairs.append(Pair(step: step, change: change, product: product))
      }
    }
    var slopes = gradient
    for place in free.indices where !free[place] { slopes[place] = 0 }
    return masked.direction(slopes, scale: scale, initial: nil)
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count, "vectors of one length")
    return ns_dot(rowInstructions, Int64(a.count), a, b)
  }

  static func add(_ scale: Double, _ x: [Double], to y: inout [Double]) {
    precondition(x.count == y.count, "vectors of one length")
    ns_add_scaled(rowInstructions, Int64(x.count), scale, x, &y)
  }
}
