import Inference
import InputErrors
import ModelFormats
import Networks
import TestSupport
import Testing

/// Walks on trained networks: what an incremental pass gives is what a pass from scratch gives.
@Suite("Walks on real models", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct RealModelWalkTests {
  /// Larger maps are walked in fewer steps.
  private func steps(_ plan: ExecutionPlan) -> Int { plan.multiplyAdds > 30_000_000 ? 24 : 120 }

  @Test(
    "Removals, returns and jumps give a pass from scratch, to 1e-5 with differences and to the bit without",
    arguments: RealModelTests.cases)
  func walks(_ model: RealModelTests.Case) throws {
    let network = try ONNXReader().read(file: TestData.path("models/\(model.file).onnx"))
    let plain = try ExecutionPlan(network)
    let incremental = ForwardPass(try ExecutionPlan(network, purpose: .incremental))
    let exact = ForwardPass(plain), scratch = ForwardPass(plain)
    var random = SeededRandom(UInt64(model.filters))
    let images = (0..<3).map { _ in random.floats(network.inputShape.count) }
    for pass in [incremental, exact, scratch] {
      pass.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
    }
    scratch.run()
    let means = plain.sites.flatMap { site in
      let sums = scratch.activationSums(of: site), area = site.shape.area
      return (0..<site.channelCount).map { channel in
        Float(sums[channel * area..<(channel + 1) * area].reduce(0, +) / Double(3 * area))
      }
    }
    let replacement = Replacement.constants(means)
    // Any filter but the classes' own.
    let removable = plain.sites.dropLast().flatMap { Array($0.units) }
    var masks = [UInt8](repeating: 0, count: plain.unitCount)
    incremental.run()
    exact.run()
    let start = (incremental.multiplyAdds, exact.multiplyAdds)
    for step in 0..<steps(plain) {
      switch step % 12 {
      case 11:
        let share = random.int(0...3)
        for unit in removable { masks[unit] = random.int(0...3) < share ? 0xff : 0 }
      case 10:
        for _ in 0..<2 { masks[random.pick(removable)] ^= 0xff }
      case 9: masks[random.pick(removable)] ^= UInt8(random.int(1...7))
      default: masks[random.pick(removable)] ^= 0xff
      }
      for pass in [incremental, exact] { pass.run(removing: masks, replacement: replacement) }
      scratch.invalidate()
      scratch.run(removing: masks, replacement: replacement)
      for lane in 0..<3 {
        let expected = logits(scratch, lane)
        #expect(logits(exact, lane) == expected, "step \(step)")
        let error = zip(logits(incremental, lane), expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error <= 1e-5 * (expected.map(abs).max() ?? 0), "step \(step), image \(lane)")
      }
    }
    #expect(
      incremental.multiplyAdds - start.0 < exact.multiplyAdds - start.1, "differences save products on every model")

    // The last coalition by plain loops in double precision.
    var replaced: [Int: [Int: [Double]]] = [:]
    for site in plain.sites {
      for channel in 0..<site.channelCount where masks[site.firstUnit + channel] & 1 == 1 {
        replaced[site.site.output, default: [:]][channel] = [Double](
          repeating: Double(means[site.firstUnit + channel]), count: site.shape.area)
      }
    }
    let reference = ReferenceForward(network).logits(of: images[0], replaced: replaced)
    let scale = reference.map(abs).max() ?? 0
    for (value, expected) in zip(logits(incremental, 0), reference) {
      #expect(abs(Double(value) - expected) <= 2e-5 * scale)
    }
  }

  private func logits(_ pass: ForwardPass, _ lane: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: pass.plan.network.classCount)
    values.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
    return values
  }
}
