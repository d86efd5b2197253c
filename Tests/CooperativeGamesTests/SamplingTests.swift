import CooperativeGames
import Testing

@Suite struct SamplingTests {
  @Test(arguments: [1, 2, 7, 8, 9, 20])
  func everyComponentIsDealtEquallyOften(componentCount: Int) {
    var dealer = ComponentDealer(seed: 3, componentCount: componentCount, groupSize: 8)
    #expect(dealer.groupSize == min(8, componentCount))
    var counts = [Int](repeating: 0, count: componentCount)
    for index in 0..<componentCount * 5 {
      for component in dealer.group(index) { counts[component] += 1 }
    }
    #expect(counts == [Int](repeating: 5 * dealer.groupSize, count: componentCount))
  }

  @Test func aGroupIsTheSameWheneverItIsAskedFor() {
    var forwards = ComponentDealer(seed: 3, componentCount: 21, groupSize: 8)
    let groups = (0..<30).map { forwards.group($0) }
    var backwards = ComponentDealer(seed: 3, componentCount: 21, groupSize: 8)
    for index in (0..<30).reversed() { #expect(backwards.group(index) == groups[index]) }
    var other = ComponentDealer(seed: 4, componentCount: 21, groupSize: 8)
    #expect((0..<30).map { other.group($0) } != groups)
    #expect(Set(groups.map { $0.sorted() }).count == 30)
  }

  @Test func pairsAreAnOrderAndItsReverse() {
    let sampler = PermutationSampler(seed: 1, playerCount: 9, isAntithetic: true)
    for index in 0..<10 {
      let orders = sampler.orders(ofUnit: index)
      #expect(orders.count == 2 && orders[0] == orders[1].reversed() && orders[0].sorted() == Array(0..<9))
    }
    #expect(PermutationSampler(seed: 1, playerCount: 9, isAntithetic: false).orders(ofUnit: 3).count == 1)
  }
}
