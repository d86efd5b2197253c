import Inference
import ModelFormats
import Networks
import Pruning
import Tensors
import TestSupport
import Testing

@Suite("Pruning of trained networks", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
struct RealModelPruningTests {
  static let models = [
    "squeezenet1_1_imagenet", "mobilenet_v1_0.25_224_bn_imagenet", "resnet20_cifar10", "resnet8_cifar10_mlperftiny",
    "convnetjs_cifar10", "vnncomp_resnet_2b_cifar10", "mnist_cntk", "fashion_cnn_epoch7",
  ]

  private func logits(_ pass: ForwardPass, lane: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: pass.plan.network.classCount)
    values.withUnsafeMutableBufferPointer { pass.copyLogits(lane: lane, into: $0) }
    return values
  }

  @Test("Without 30 % of their filters, files are smaller and compute what the ablated networks do", arguments: models)
  func thirtyPercent(_ name: String) throws {
    let network = try ONNXReader().read(file: TestData.path("models/\(name).onnx"))
    let plan = try ExecutionPlan(network)
    var random = SeededRandom(3)
    let images = (0..<3).map { _ in random.floats(network.inputShape.count) }
    let pass = ForwardPass(plan)
    pass.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
    pass.run()
    let classifiers = Set(network.classifierSources)
    var masks = [UInt8](repeating: 0, count: plan.unitCount)
    var constants = [Float](repeating: 0, count: plan.unitCount)
    var removals: [FilterRemoval] = []
    for site in plan.sites where !classifiers.contains(site.site.source) {
      let sums = pass.activationSums(of: site), area = site.shape.area
      for (channel, unit) in site.units.enumerated() where random.int(0...9) < 3 {
        masks[unit] = 0xff
        constants[unit] = Float(sums[channel * area..<(channel + 1) * area].reduce(0, +) / Double(3 * area))
        removals.append(
          FilterRemoval(node: site.site.source, channel: channel, value: .uniform(Double(constants[unit]))))
      }
    }
    pass.run(removing: masks, replacement: .constants(constants))

    let pruned = try PrunedNetwork(network, removing: removals)
    let bytes = try ONNXWriter().bytes(of: pruned.network)
    let again = ForwardPass(try ExecutionPlan(ONNXReader().read(bytes)))
    again.load(count: 3) { lane, buffer in _ = buffer.update(from: images[lane]) }
    again.run()
    for lane in 0..<3 {
      let expected = logits(pass, lane: lane), found = logits(again, lane: lane)
      let scale = expected.map(abs).max() ?? 0
      #expect(zip(expected, found).allSatisfy { abs($0 - $1) <= 1e-5 * scale }, "image \(lane)")
    }
    if !name.contains("resnet") { #expect(pruned.kept.isEmpty) }
    #expect(pruned.network.multiplyAdds < network.multiplyAdds)
    #expect(try bytes.count < ONNXWriter().bytes(of: network).count)
  }
}
