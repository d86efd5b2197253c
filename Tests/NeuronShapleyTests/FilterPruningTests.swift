import Images
import Inference
import InputErrors
import NeuronShapley
import Pruning
import Testing

@Suite struct FilterPruningTests {
  @Test(
    "Every ablation that is a constant can be taken for good",
    arguments: [Ablation.mean, .meanMap, .zero, .batchNormShift])
  func constants(_ kind: Ablation) async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 8))
    let images = try SmallNetworks.images(11, seed: 2)
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: images)
    let filters = [
      Filter(layer: "stem", channel: 1), Filter(layer: "depthwise", channel: 3),
      Filter(layer: "residual:1", channel: 0),
      Filter(layer: "grouped", channel: 5), Filter(layer: "up", channel: 2), Filter(layer: "hidden", channel: 4),
    ]
    let pruned = try PrunedNetwork(plan, removing: filters, ablation: ablation)
    let check = try await PruningCheck.measured(
      plan, removing: filters, ablation: ablation, against: ExecutionPlan(pruned.network), on: images.inputImages)
    #expect(check.largestDifference <= 1e-5)
    #expect(check.imageCount == 11)
    // The check would see a filter that was forgotten.
    let other = try await PruningCheck.measured(
      plan, removing: Array(filters.dropLast()), ablation: ablation, against: ExecutionPlan(pruned.network),
      on: images.inputImages)
    #expect(other.largestDifference > 1e-4)
    let (before, after) = (plan.network.parameterCount, pruned.network.parameterCount)
    if kind != .meanMap { #expect(after < before) }
  }

  @Test func otherImagesOutputsCannotBeKept() async throws {
    let plan = try ExecutionPlan(SmallNetworks.mixed(seed: 8))
    let images = try SmallNetworks.images(11, seed: 2)
    let ablation = try await CalibratedAblation.measured(.resample, plan: plan, on: images)
    let error = #expect(throws: InputError.self) {
      try PrunedNetwork(plan, removing: [Filter(layer: "stem", channel: 1)], ablation: ablation)
    }
    #expect(error?.kind == .usage && error?.found == "resample")
    #expect(throws: InputError.self) { try CalibratedAblation.uncalibrated(.mean, plan: plan) }
  }
}
