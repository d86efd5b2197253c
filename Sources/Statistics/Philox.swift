/// The counter-based random generator Philox4x32-10: a pure function from (counter, key) to four 32-bit words.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). It has no state that could
/// depend on the order of calls, so that a unit of work draws the same numbers whatever ran before it.
public enum Philox {
  /// Four 32-bit words: a counter on the way in, random bits on the way out.
  public typealias Block = SIMD4<UInt32>
  /// The two 32-bit words of the key.
  public typealias Key = SIMD2<UInt32>

  /// The block of random bits at `counter` under `key`, after ten rounds. Complexity: O(1), about 20 multiplications.
  @inlinable
  public static func block(at counter: Block, key: Key) -> Block {
    var words = counter
    var roundKey = key
    for _ in 0..<10 {
      let first = UInt32(0xD251_1F53).multipliedFullWidth(by: words[0])
      let second = UInt32(0xCD9E_8D57).multipliedFullWidth(by: words[2])
      words = Block(
        second.high ^ words[1] ^ roundKey[0], second.low, first.high ^ words[3] ^ roundKey[1], first.low)
      roundKey = Key(roundKey[0] &+ 0x9E37_79B9, roundKey[1] &+ 0xBB67_AE85)
    }
    return words
  }
}
