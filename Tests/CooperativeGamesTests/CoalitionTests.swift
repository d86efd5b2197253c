import CooperativeGames
import Foundation
import Statistics
import Testing

@Suite struct CoalitionTests {
  @Test(arguments: [0, 1, 63, 64, 65, 128, 200])
  func emptyAndFullAreOpposites(playerCount: Int) {
    let (empty, full) = (Coalition.empty(playerCount: playerCount), Coalition.full(playerCount: playerCount))
    #expect(empty.isEmpty && empty.isEmpty == (empty.count == 0))
    #expect(full.count == playerCount && full.isFull && Array(full) == Array(0..<playerCount))
    #expect(empty.complement == full && full.complement == empty)
    #expect(empty.isSubset(of: full) && full.isSubset(of: empty) == (playerCount == 0))
  }

  @Test func behavesLikeASetOfIntegers() {
    var stream = RandomStream(seed: 1, purpose: .test)
    var (coalition, reference) = (Coalition.empty(playerCount: 150), Set<Int>())
    for _ in 0..<2000 {
      let player = stream.uniform(below: 150)
      switch stream.uniform(below: 3) {
      case 0:
        coalition.insert(player)
        reference.insert(player)
      case 1:
        coalition.remove(player)
        reference.remove(player)
      default:
        coalition.toggle(player)
        reference.formSymmetricDifference([player])
      }
      #expect(coalition.contains(player) == reference.contains(player))
    }
    #expect(Array(coalition) == reference.sorted() && coalition.count == reference.count)
    let other = Coalition(stride(from: 0, to: 150, by: 3), playerCount: 150)
    #expect(Set(coalition.symmetricDifference(other)) == reference.symmetricDifference(other))
    #expect(coalition.isSubset(of: other) == reference.isSubset(of: Set(other)))
  }

  @Test func masksAndMembersAgree() {
    let coalition = Coalition(mask: 0b1011, playerCount: 5)
    #expect(Array(coalition) == [0, 1, 3] && coalition == Coalition([3, 0, 1], playerCount: 5))
    #expect(coalition.mask == 0b1011 && coalition.description == "{0, 1, 3}")
    #expect(Coalition.empty(playerCount: 65).mask == nil)
  }

  @Test func codesCompactly() throws {
    for playerCount in [0, 5, 64, 70] {
      let coalition = Coalition((0..<playerCount).filter { $0 % 3 == 1 }, playerCount: playerCount)
      let data = try JSONEncoder().encode([coalition])
      #expect(try JSONDecoder().decode([Coalition].self, from: data) == [coalition])
    }
    #expect(
      String(decoding: try JSONEncoder().encode([Coalition([0, 4], playerCount: 5)]), as: UTF8.self) == #"["5:11"]"#)
    for bad in ["", "5", "5:", "5:20", "5:1.1", "-1:0", "5:xyz", "99999999999999999:0", "5:1:1"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([Coalition].self, from: Data("[\"\(bad)\"]".utf8))
      }
    }
  }
}
