import CPeak

/// How fast one core does independent fused multiply-adds of the widest vectors that it has.
enum PeakRate {
  /// Billions of floating-point operations a second, measured for about `seconds`.
  static func gigaflops(seconds: Double) -> Double {
    let widest = peak_widest()
    var kept: Float = 0
    let clock = ContinuousClock()
    func run(_ rounds: Int64) -> (operations: Double, seconds: Double) {
      var operations = 0.0
      let time = clock.measure { operations = peak_multiply_adds(widest, rounds, &kept) }
      return (operations, max(1e-9, time / .seconds(1)))
    }
    let trial = run(20_000)
    let measured = run(max(1000, Int64(20_000 * seconds / trial.seconds)))
    return measured.operations / measured.seconds * 1e-9
  }
}
