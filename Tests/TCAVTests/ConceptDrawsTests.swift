import InputErrors
import TCAV
import Testing

@Suite struct ConceptDrawsTests {
  private func configuration(size: Int? = nil, seed: UInt64 = 0) -> TCAVConfiguration {
    var configuration = TCAVConfiguration()
    configuration.conceptSize = size
    configuration.seed = seed
    return configuration
  }

  @Test("With enough random images nothing is used twice")
  func disjoint() throws {
    let draws = try ConceptDraws(
      concepts: [("stripes", 40), ("dots", 25)], randomCount: 1200, configuration: configuration())
    #expect(draws.size == 25)
    let all = (draws.negativeSets + draws.randomConcepts).flatMap { $0 }
    #expect(all.count == 44 * 25 && Set(all).count == all.count)
    #expect(draws.overlap == 0 && draws.negativeOverlap == 0)
    #expect(draws.concepts.allSatisfy { Set($0).count == 25 })
  }

  @Test("With few, random concepts share images, are even in that, and never share one with a negative set")
  func overlapping() throws {
    let draws = try ConceptDraws(concepts: [("stripes", 40)], randomCount: 100, configuration: configuration())
    #expect(draws.size == 20)
    let negatives = Set(draws.negativeSets.joined()), positives = draws.randomConcepts.flatMap { $0 }
    #expect(negatives.isDisjoint(with: positives))
    #expect(draws.randomConcepts.allSatisfy { Set($0).count == 20 })
    #expect(draws.negativeSets.allSatisfy { Set($0).count == 20 })
    let uses = Dictionary(positives.map { ($0, 1) }, uniquingKeysWith: +).values
    #expect((uses.max() ?? 0) - (uses.min() ?? 0) <= 1)
    // Two of three disjoint sets in a round share nothing, those of different rounds a third on average.
    #expect(abs(draws.overlap - 1.0 / 3) < 0.05)
    #expect(draws.disjointCount == 880)
  }

  @Test("Too few images are an error with the number needed")
  func tooFew() throws {
    func error(_ count: Int, _ random: Int, _ size: Int?) -> InputError? {
      do {
        _ = try ConceptDraws(
          concepts: [("stripes", count)], randomCount: random, configuration: configuration(size: size))
        return nil
      } catch { return error }
    }
    let concept = try #require(error(9, 1000, nil))
    #expect(concept.expected == "at least 10" && concept.found == "9")
    let sized = try #require(error(30, 1000, 40))
    #expect(sized.expected == "at least 40")
    let random = try #require(error(30, 99, 20))
    #expect(random.expected?.hasPrefix("at least 100 ") == true && random.expected?.contains("880") == true)
    #expect(error(30, 49, nil)?.expected?.hasPrefix("at least 50 ") == true)
    #expect(error(30, 50, nil) == nil)
  }

  @Test("A concept's draw depends on its name alone, not on its place or on others")
  func order() throws {
    let one = try ConceptDraws(
      concepts: [("a", 40), ("b", 60)], randomCount: 600, configuration: configuration(size: 12))
    let other = try ConceptDraws(
      concepts: [("c", 90), ("b", 60), ("a", 40)], randomCount: 600, configuration: configuration(size: 12))
    #expect(one.concepts[0] == other.concepts[2] && one.concepts[1] == other.concepts[1])
    #expect(one.negativeSets == other.negativeSets && one.randomConcepts == other.randomConcepts)
    let reseeded = try ConceptDraws(
      concepts: [("a", 40)], randomCount: 600, configuration: configuration(size: 12, seed: 1))
    #expect(reseeded.negativeSets != one.negativeSets && reseeded.concepts[0] != one.concepts[0])
  }
}
