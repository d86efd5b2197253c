import DecisionRegions
import TestSupport
import Testing

@Suite struct DyadicTests {
  /// Integers of up to 60 bits: sums and products fit 128 bits, where the machine's own arithmetic is exact.
  @Test func arithmeticOnIntegersIsThatOfTheMachine() {
    var random = SeededRandom(1)
    for _ in 0..<20_000 {
      let a = Int128(random.int(-(1 << 53)...(1 << 53)) >> random.int(0...52))
      let b = Int128(random.int(-(1 << 53)...(1 << 53)) >> random.int(0...52))
      let c = Int128(random.int(-(1 << 20)...(1 << 20)))
      let x = Dyadic(Double(a)), y = Dyadic(Double(b)), z = Dyadic(Double(c))
      #expect((x + y).sign == (a + b).signum())
      #expect((x - y).sign == (a - b).signum())
      #expect((x * y - z).sign == (a * b - c).signum())
      let sum = a * c + b * c - a * b
      #expect((x * z + y * z - x * y).sign == sum.signum())
      #expect((x * z + y * z - x * y - (x + y) * z + x * y).sign == 0)
      #expect(abs((x * z + y).divided(by: Dyadic(3)) - Double(a * c + b) / 3) <= abs(Double(a * c + b)) * 0x1p-50)
    }
  }

  @Test func extremeExponentsAreKept() {
    let large = Dyadic(.greatestFiniteMagnitude), small = Dyadic(.leastNonzeroMagnitude)
    #expect((large * large + small - large * large).sign == 1)
    #expect((large * large - small - large * large).sign == -1)
    #expect((small * small * small).sign == 1)
    #expect((small * small - small * small).sign == 0)
    #expect(large.divided(by: large) == 1)
    #expect(small.divided(by: Dyadic(2)) == 0 || small.divided(by: Dyadic(2)) == .leastNonzeroMagnitude)
    #expect(Dyadic(-0.0).sign == 0)
    #expect(Dyadic(-3).divided(by: Dyadic(4)) == -0.75)
    #expect((Dyadic(0.1) * Dyadic(10) - Dyadic(1)).sign == 1, "the double nearest to 0.1 is above it")
  }
}
