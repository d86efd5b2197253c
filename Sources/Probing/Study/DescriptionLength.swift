import InputErrors
import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many bits it takes to send the concept's labels to somebody who has the activations: the online code.
///
/// Voita and Titov 2020: the labels of the first block are sent as they are; a probe trained on all blocks so far then
/// encodes the next one. A layer that makes the concept easy to learn needs few bits, whatever a probe with enough images
/// may reach in the end.
public struct DescriptionLength: Sendable, Hashable, Codable {
  /// Bits for all labels.
  public let bits: Double
  /// Bits without the activations: images · log₂ classes.
  public let uniformBits: Double
  /// Uniform bits over bits: 1 where the activations do not help.
  public var compression: Double { bits > 0 ? uniformBits / bits : .infinity }
  /// The number of images behind each block.
  public let blockEnds: [Int]

  /// Shares of the images at which blocks end.
  static let shares = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.0625, 0.125, 0.25, 0.5, 1]

  /// - Returns: nil for a quantity, and where no block but the last has two images of every class.
  /// - Throws: as ``ProbeTrainer/train(_:_:seed:)``.
  static func measured(
    _ features: FeatureMatrix, _ target: ProbeTarget, configuration: ProbeConfiguration, seed: UInt64
  ) throws -> DescriptionLength? {
    guard case .classes(let labels, let count) = target else { return nil }
    var stream = RandomStream(seed: seed, purpose: .probeControl, index: 0, subindex: 2)
    let order = stream.permutation(of: labels.count)
    func smallestClass(_ end: Int) -> Int {
      var sizes = [Int](repeating: 0, count: count)
      for row in order.prefix(end) { sizes[labels[row]] += 1 }
      return sizes.min() ?? 0
    }
    let ends = shares.map { Int((Double(labels.count) * $0).rounded(.up)) }
      .filter { smallestClass($0) >= 2 }
      .reduce(into: [Int]()) { if $0.last != $1 { $0.append($1) } }
    guard ends.count > 1 else { return nil }
    let perLabel = log2(Double(count))
    var bits = Double(ends[0]) * perLabel
    for (end, next) in zip(ends, ends.dropFirst()) {
      let training = Array(order[..<end]), coming = Array(order[end..<next])
      var blockwise = configuration
      blockwise.foldCount = min(configuration.foldCount, smallestClass(end))
      // What is sent is coded for the classes as they come: no class counts for more.
      blockwise.isBalanced = false
      // Few images choose too weak a penalty too easily, and a confident error costs many bits.
      blockwise.choice = .oneStandardError
      let probe = try ProbeTrainer(blockwise).train(
        features.rows(training), target.rows(training), seed: seed &+ UInt64(end))
      let logarithms = probe.logProbabilities(of: features.rows(coming))
      for (place, row) in coming.enumerated() { bits -= logarithms[place * count + labels[row]] / log(2) }
    }
    return DescriptionLength(bits: bits, uniformBits: Double(labels.count) * perLabel, blockEnds: ends)
  }
}
