import Statistics

/// A task that has nothing to do with the concept but has as many classes, and recurring things to memorise: what a probe
/// scores on it, it owes to its own capacity.
///
/// Every identity gets a random label; its images are dealt over the folds, so that a probe that memorises identities
/// scores well. Selectivity is the score on the concept less the score here (Hewitt and Liang 2019). Shuffling the labels
/// of images that never recur would check for leakage alone.
public struct ControlTask: Sendable, Hashable {
  /// What recurs.
  public enum Source: Sendable, Hashable, Codable {
    /// A column of the images: a texture, the image that a patch was cut from.
    case column(String)
    /// Every image and its mirror image: a probe trained on one has to know the other again.
    case mirrorImages
  }

  public let source: Source
  /// The identity of each feature row, from 0 on.
  let identities: [Int]

  package init(source: Source, identities: [Int]) {
    self.source = source
    self.identities = identities
  }

  /// Random labels of the identities with as many classes as the target, as even as their number allows; or standard
  /// normal numbers.
  package func target(like target: ProbeTarget, seed: UInt64, repetition: Int) -> ProbeTarget {
    let known = Set(identities).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
    var stream = RandomStream(seed: seed, purpose: .probeControl, index: repetition)
    switch target {
    case .classes(_, let count):
      let labels = stream.permutation(of: known.count).map { $0 % count }
      return .classes(identities.map { labels[numbers[$0] ?? 0] }, count: count)
    case .values:
      let values = known.map { _ in stream.normal() }
      return .values(identities.map { values[numbers[$0] ?? 0] })
    }
  }

  /// The fold of each row.
  ///
  /// Mirror images never share a fold with their image, so that every held-out row has its twin in training.
  package func folds(_ target: ProbeTarget, count: Int, seed: UInt64, repetition: Int) -> [Int] {
    switch source {
    case .column:
      var stream = RandomStream(seed: seed, purpose: .probeControl, index: repetition, subindex: 1)
      // Within an identity in turn, so that it lies in as many folds as it can.
      var next = [Int](repeating: 0, count: (identities.max() ?? 0) + 1)
      for place in next.indices { next[place] = stream.uniform(below: count) }
      var folds = [Int](repeating: 0, count: identities.count)
      for row in stream.permutation(of: identities.count) {
        folds[row] = next[identities[row]] % count
        next[identities[row]] += 1
      }
      return folds
    case .mirrorImages:
      let half = identities.count / 2
      var stream = RandomStream(seed: seed, purpose: .probeControl, index: repetition, subindex: 1)
      var folds = [Int](repeating: 0, count: identities.count)
      for (place, row) in stream.permutation(of: half).enumerated() {
        folds[row] = place % count
        folds[half + row] = (place + 1) % count
      }
      return folds
    }
  }
}
