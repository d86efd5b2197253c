/// Bilinear resampling of float planes with antialiasing: the triangle filter is as wide as the shrink factor, so that every
/// pixel counts.
struct BilinearResizing: Sendable {
  private let source: (height: Int, width: Int)
  private let target: (height: Int, width: Int)
  private let down: Weights
  private let across: Weights

  /// For each target position the first source position and the weights from there, which sum to 1.
  private struct Weights: Sendable {
    var runs: [(start: Int, weights: [Float])] = []

    init(_ source: Int, _ target: Int) {
      let scale = Double(source) / Double(target), support = max(scale, 1)
      for position in 0..<target {
        let center = (Double(position) + 0.5) * scale
        let start = max(0, Int(center - support + 0.5)), end = min(source, Int(center + support + 0.5))
        let raw = (start..<end).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
        let sum = raw.reduce(0, +)
        runs.append((start, raw.map { Float($0 / sum) }))
      }
    }
  }

  /// - Precondition: positive extents.
  init(from source: (height: Int, width: Int), to target: (height: Int, width: Int)) {
    precondition(min(source.height, source.width, target.height, target.width) > 0, "positive extents")
    self.source = source
    self.target = target
    down = Weights(source.height, target.height)
    across = Weights(source.width, target.width)
  }

  /// `[channels][height][width]` at the new extent; the same values where it does not change.
  func applied(to picture: [Float], channels: Int) -> [Float] {
    guard source != target else { return picture }
    var result = [Float](repeating: 0, count: channels * target.height * target.width)
    var rows = [Float](repeating: 0, count: source.height * target.width)
    for channel in 0..<channels {
      for y in 0..<source.height {
        let row = (channel * source.height + y) * source.width
        for (x, run) in across.runs.enumerated() {
          var sum: Float = 0
          for (tap, weight) in run.weights.enumerated() { sum += picture[row + run.start + tap] * weight }
          rows[y * target.width + x] = sum
        }
      }
      for (y, run) in down.runs.enumerated() {
        let row = (channel * target.height + y) * target.width
        for (tap, weight) in run.weights.enumerated() {
          for x in 0..<target.width { result[row + x] += rows[(run.start + tap) * target.width + x] * weight }
        }
      }
    }
    return result
  }
}
