/// Which images a random sample holds.
package enum ImageSampling {
  /// `count` distinct indices below `total`, ascending; all of them when `count` is larger.
  ///
  /// The first `count` steps of Fisher and Yates's shuffle; complexity: O(total + count · log count).
  package static func indices(drawing count: Int, of total: Int, seed: UInt64) -> [Int] {
    guard count < total else { return Array(0..<total) }
    var order = Array(0..<total)
    var counter: UInt64 = 0
    for position in 0..<count {
      let other = position + below(total - position, seed: seed, counter: &counter)
      order.swapAt(position, other)
    }
    return order[0..<count].sorted()
  }

  /// A uniform integer in 0..<bound, without bias: draws from the incomplete last run of `bound` are refused.
  private static func below(_ bound: Int, seed: UInt64, counter: inout UInt64) -> Int {
    let bound = UInt64(bound)
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let word = splitMix(seed, counter)
      counter += 1
      if word < limit { return Int(word % bound) }
    }
  }

  /// SplitMix64 as a function of seed and counter (Steele, Lea and Flood 2014).
  private static func splitMix(_ seed: UInt64, _ counter: UInt64) -> UInt64 {
    var word = seed &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
