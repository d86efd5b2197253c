/// How alike several pictures of one thing are, by what a layer makes of them: the sum over pairs of the cosine of their
/// Gram matrices (Olah et al. 2017), which asks for other textures rather than other places.
package enum PictureDiversity {
  /// - Parameters:
  ///   - activations: of each picture, `[channels][area]`.
  ///   - area: positions of a map.
  /// - Returns: minus the mean over ordered pairs of different pictures of the cosine, −1…1, and its gradient by each
  ///   picture's activations. Complexity: O(pictures · channels² · area).
  package static func score(_ activations: [[Float]], area: Int) -> (value: Double, gradients: [[Float]]) {
    let count = activations.count, channels = activations[0].count / area
    guard count > 1 else { return (0, activations.map { [Float](repeating: 0, count: $0.count) }) }
    // [channels][channels] of length 1.
    var lengths = [Double](repeating: 0, count: count)
    let grams = activations.enumerated().map { picture, maps -> [Double] in
      var gram = [Double](repeating: 0, count: channels * channels)
      for a in 0..<channels {
        for b in a..<channels {
          var sum: Float = 0
          for place in 0..<area { sum += maps[a * area + place] * maps[b * area + place] }
          gram[a * channels + b] = Double(sum)
          gram[b * channels + a] = Double(sum)
        }
      }
      let length = gram.reduce(0) { $0 + $1 * $1 }.squareRoot()
      lengths[picture] = length
      return length > 0 ? gram.map { $0 / length } : gram
    }
    var total = [Double](repeating: 0, count: channels * channels)
    for gram in grams { for place in total.indices { total[place] += gram[place] } }
    let pairs = Double(count * (count - 1))
    var value = 0.0
    let gradients = activations.indices.map { picture -> [Float] in
      let gram = grams[picture], maps = activations[picture]
      var alike = 0.0
      for place in gram.indices { alike += gram[place] * (total[place] - gram[place]) }
      value -= alike / pairs
      var gradient = [Float](repeating: 0, count: maps.count)
      guard lengths[picture] > 0 else { return gradient }
      // Each unordered pair counts twice; the length's derivative takes away what lies along the matrix itself.
      let factor = -2 / pairs / lengths[picture]
      for a in 0..<channels {
        for b in 0..<channels {
          let entry = a * channels + b
          let slope = Float(2 * factor * (total[entry] - gram[entry] - alike * gram[entry]))
          for place in 0..<area { gradient[a * area + place] += slope * maps[b * area + place] }
        }
      }
      return gradient
    }
    return (value, gradients)
  }
}
