import InputErrors
import Statistics

/// Which images stand for what: a concept's, the sets of random images that it is told apart from, and the random concepts
/// that take its place.
///
/// Negative sets and random concepts never share an image. Where the random images do not suffice for disjoint random
/// concepts, each image is used about equally often, and ``overlap`` says how much two of them share. A concept's draw
/// depends on the seed and its name alone, so neither the order of concepts nor another concept changes anything.
public struct ConceptDraws: Sendable, Hashable {
  /// n: images of a concept, of a random concept and of a negative set.
  public let size: Int
  /// For each concept, n of its images; the i-th is held out with negative set i mod B.
  public let concepts: [[Int]]
  /// B sets of random images.
  public let negativeSets: [[Int]]
  /// R sets of random images.
  public let randomConcepts: [[Int]]
  /// The mean share of images that two random concepts have in common; 0 where they are disjoint.
  public let overlap: Double
  /// The same for two negative sets.
  public let negativeOverlap: Double
  /// Random images that would be needed for disjoint draws.
  public let disjointCount: Int

  /// - Parameters:
  ///   - concepts: name and number of images of each.
  ///   - randomCount: the number of random images.
  /// - Throws: ``InputErrors/InputError`` (data) when there are too few images, with the number needed.
  public init(
    concepts: [(name: String, count: Int)], randomCount: Int, configuration: TCAVConfiguration
  ) throws(InputError) {
    let sets = configuration.negativeSetCount, randoms = configuration.randomConceptCount
    let fewest = TCAVConfiguration.fewestImages
    for concept in concepts where concept.count < max(fewest, configuration.conceptSize ?? 0) {
      throw InputError(
        .data, "the concept '\(concept.name)' has too few images",
        expected: "at least \(max(fewest, configuration.conceptSize ?? 0))", found: "\(concept.count)")
    }
    let largest = concepts.map(\.count).min() ?? fewest
    let wanted = configuration.conceptSize ?? Self.size(largest, randomCount: randomCount, sets: sets + randoms)
    let needed = TCAVConfiguration.fewestSets * wanted
    guard randomCount >= needed else {
      throw InputError(
        .data, "there are too few random images",
        expected:
          "at least \(needed) for concepts of \(wanted) images; \((sets + randoms) * wanted) so that none is used twice",
        found: "\(randomCount)")
    }
    size = wanted
    disjointCount = (sets + randoms) * wanted

    let seed = configuration.seed
    self.concepts = concepts.map { concept in
      Self.conceptDraw(name: concept.name, count: concept.count, size: wanted, seed: seed, redraw: 0)
    }
    var stream = RandomStream(seed: seed, purpose: .conceptDraw, index: 0)
    let order = stream.permutation(of: randomCount)
    let forNegatives = min(sets * wanted, randomCount - 3 * wanted)
    negativeSets = Self.sets(sets, of: wanted, from: Array(order.prefix(forNegatives)), seed: seed, index: 1)
    randomConcepts = Self.sets(
      randoms, of: wanted, from: Array(order.dropFirst(forNegatives)), seed: seed, index: 2)
    overlap = Self.overlap(randomConcepts)
    negativeOverlap = Self.overlap(negativeSets)
  }

  /// As many as there are, but rather twenty or more that do not overlap than many that do.
  private static func size(_ largest: Int, randomCount: Int, sets: Int) -> Int {
    let disjoint = randomCount / sets
    if disjoint >= 20 { return min(largest, disjoint) }
    let enough = max(TCAVConfiguration.fewestImages, min(20, randomCount / TCAVConfiguration.fewestSets))
    return min(largest, enough)
  }

  /// n of a concept's images, in random order.
  static func conceptDraw(name: String, count: Int, size: Int, seed: UInt64, redraw: Int) -> [Int] {
    var stream = RandomStream(seed: seed, purpose: .conceptDraw, index: 10 + redraw, subindex: number(of: name))
    return stream.sample(size, of: count)
  }

  /// Negative sets drawn anew from all random images, without overlap within a set.
  static func redrawnNegatives(count: Int, size: Int, randomCount: Int, seed: UInt64, redraw: Int) -> [[Int]] {
    (0..<count).map { set in
      var stream = RandomStream(seed: seed, purpose: .conceptDraw, index: -1 - redraw, subindex: set)
      return stream.sample(size, of: randomCount)
    }
  }

  /// Sets that use every image about equally often: whole orders of all images, cut into pieces.
  private static func sets(_ count: Int, of size: Int, from images: [Int], seed: UInt64, index: Int) -> [[Int]] {
    var sets: [[Int]] = []
    var round = 0
    while sets.count < count {
      var stream = RandomStream(seed: seed, purpose: .conceptDraw, index: index, subindex: round)
      var order = images
      stream.shuffle(&order)
      var start = 0
      while start + size <= order.count, sets.count < count {
        sets.append(Array(order[start..<start + size]))
        start += size
      }
      round += 1
    }
    return sets
  }

  private static func overlap(_ sets: [[Int]]) -> Double {
    let members = sets.map { Set($0) }
    var shared = 0, pairs = 0
    for (place, set) in members.enumerated() {
      for other in members[(place + 1)...] {
        shared += set.intersection(other).count
        pairs += 1
      }
    }
    return pairs > 0 ? Double(shared) / Double(pairs * (sets[0].count)) : 0
  }

  /// A number that depends on a name alone (FNV-1a).
  static func number(of name: String) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash)
  }
}
