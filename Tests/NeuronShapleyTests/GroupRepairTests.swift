import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import Testing

@Suite struct GroupRepairTests {
  private struct Case {
    let plan: ExecutionPlan
    let players: FilterPlayers
    let ablation: CalibratedAblation
    let choosing: GroupRepair.Part
    let judging: GroupRepair.Part

    /// The images of 'many' are labelled as the network answers, so that there is something to lose.
    init() async throws {
      let network = try SmallNetworks.mixed(seed: 71)
      let plan = try ExecutionPlan(network)
      let pale = try SmallNetworks.images(120, seed: 72)
      // Strong enough for answers to differ from image to image.
      let tensors = try (0..<120).map { image in
        try Tensor(shape: pale.shape, values: pale.pixels(of: image).map { 12 * $0 })
      }
      let images = try LabeledImages(tensors: tensors, labels: pale.labels)
      let logits = try await BlockwiseInference(plan, images: images.inputImages).logits()
      let labels = (0..<120).map { image -> Int in
        guard image % 3 != 0 else { return images.labels[image] }
        return (0..<5).max { logits[image * 5 + $0] < logits[image * 5 + $1] } ?? 0
      }
      let labeled = try LabeledImages(tensors: tensors, labels: labels)
      #expect(Set(labels.indices.filter { $0 % 3 != 0 }.map { labels[$0] }).count > 1)
      func part(_ places: [Int]) throws -> GroupRepair.Part {
        GroupRepair.Part(
          images: labeled.subset(places),
          groups: try ImageGroups(texts: places.map { $0 % 3 == 0 ? "few" : "many" }, names: ["few", "many"]))
      }
      self.plan = plan
      players = try FilterPlayers(plan)
      ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
      choosing = try part(Array(0..<70))
      judging = try part(Array(70..<120))
    }

    func repair(
      _ configuration: GroupRepair.Configuration, values: [Double]? = nil, workers: Int = 1
    ) async throws -> GroupRepair {
      try await GroupRepair.measured(
        configuration, plan: plan, players: players, values: values ?? players.players.map { _ in -1 }, targetGroup: 0,
        ablation: ablation, choosing: choosing, judging: judging, workers: workers)
    }

    /// The slow way: accuracy of some images with filters removed at once.
    func accuracy(_ part: GroupRepair.Part, group: Int?, without removed: [String]) async throws -> Double {
      let places = group.map { part.groups.places(of: $0) } ?? Array(0..<part.images.count)
      let removing = try removed.map { try players.player(named: $0) }
      let effect = try await RemovalEffect.measured(
        plan, players: players, removing: removing, ablation: ablation, metric: .accuracy,
        on: part.images.subset(places))
      return effect.score.mean
    }
  }

  @Test func everyStepHelpsTheGroupAndKeepsTheAllowance() async throws {
    let task = try await Case()
    let configuration = GroupRepair.Configuration(metric: .logLikelihood(), allowance: 0.2, candidates: 5, most: 6)
    let repair = try await task.repair(configuration)
    #expect(repair == (try await task.repair(configuration, workers: 3)))
    #expect(!repair.removed.isEmpty && Set(repair.removed).count == repair.removed.count)
    for (before, after) in zip(repair.steps, repair.steps.dropFirst()) {
      #expect(after.chosenBy.groups[0].logLikelihood > before.chosenBy.groups[0].logLikelihood)
      #expect(after.chosenBy.overall.accuracy >= repair.steps[0].chosenBy.overall.accuracy - 0.2 - 1e-9)
    }
    for (count, step) in repair.steps.enumerated() {
      let removed = Array(repair.removed.prefix(count))
      for group in 0..<2 {
        #expect(
          step.judgedBy.groups[group].accuracy
            == (try await task.accuracy(task.judging, group: group, without: removed)))
      }
      #expect(step.chosenBy.overall.accuracy == (try await task.accuracy(task.choosing, group: nil, without: removed)))
    }
    let last = try #require(repair.steps.last)
    let gain = last.judgedBy.groups[0].accuracy - repair.steps[0].judgedBy.groups[0].accuracy
    #expect(abs(repair.changes[0].value - gain) < 1e-12)
    #expect(repair.changes[0].lower <= gain && gain <= repair.changes[0].upper)
  }

  /// Whatever the allowance of other groups, no step breaks it; the smallest one that binds leaves a different repair.
  @Test func noOtherGroupLosesMoreThanItsAllowance() async throws {
    let task = try await Case()
    func repair(_ allowance: Double?) async throws -> GroupRepair {
      try await task.repair(
        .init(metric: .logLikelihood(), allowance: 1, groupAllowance: allowance, candidates: 40, most: 15))
    }
    let free = try await repair(nil)
    let accuracies = free.steps.map { $0.chosenBy.groups[1].accuracy }
    let loss = accuracies[0] - (accuracies.min() ?? 0)
    #expect(loss > 0, "there is something to forbid: \(accuracies)")
    let bound = try await repair(loss / 2)
    #expect(bound.steps.allSatisfy { $0.chosenBy.groups[1].accuracy >= accuracies[0] - loss / 2 - 1e-9 })
    #expect(bound.removed != free.removed)
  }

  /// The first step tries every candidate: none may beat what it takes.
  @Test func theFirstStepTakesTheBest() async throws {
    let task = try await Case()
    let repair = try await task.repair(
      .init(metric: .logLikelihood(), allowance: 1, candidates: task.players.count, most: 1))
    let taken = try #require(repair.steps.last?.chosenBy.groups[0].logLikelihood)
    let group = task.choosing.images.subset(task.choosing.groups.places(of: 0))
    var best = -Double.infinity
    for player in task.players.players.indices {
      let effect = try await RemovalEffect.measured(
        task.plan, players: task.players, removing: [player], ablation: task.ablation, metric: .logLikelihood(),
        on: group)
      best = max(best, effect.score.mean)
    }
    #expect(abs(best - taken) < 1e-12)
  }

  @Test func itEndsForTheReasonThatItGives() async throws {
    let task = try await Case()
    let positive = task.players.players.map { _ in 1.0 }
    let none = try await task.repair(.init(), values: positive)
    #expect(none.ending == .noCandidates && none.removed.isEmpty && none.negativeCount == 0)
    #expect(none.overallChange.value == 0)
    let met = try await task.repair(.init(metric: .logLikelihood(), target: 1e-6))
    #expect(met.ending == .targetMet && met.removed.isEmpty)
    let one = try await task.repair(.init(metric: .logLikelihood(), allowance: 1, most: 1))
    #expect(one.ending == .mostRemoved && one.removed.count == 1)
    let all = try await task.repair(.init(metric: .logLikelihood(), allowance: 1, candidates: 100, most: 100))
    #expect([.nothingHelps, .noCandidates].contains(all.ending))
  }

  @Test func groupsAreNamedAndChecked() throws {
    let groups = try ImageGroups(texts: ["b", "a", "b"])
    #expect(groups.names == ["a", "b"] && groups.counts == [1, 2] && groups.places(of: 1) == [0, 2])
    #expect(throws: InputError.self) { try ImageGroups(texts: ["a", ""]) }
    #expect(throws: InputError.self) { try ImageGroups(texts: ["c"], names: ["a", "b"]) }
    #expect(throws: InputError.self) { try groups.group(named: "c") }
  }

  @Test func aGroupWithoutImagesIsAnError() async throws {
    let task = try await Case()
    let empty = GroupRepair.Part(
      images: task.judging.images,
      groups: try ImageGroups(texts: task.judging.groups.members.map { _ in "many" }, names: ["few", "many"]))
    await #expect(throws: InputError.self) {
      _ = try await GroupRepair.measured(
        .init(), plan: task.plan, players: task.players, values: task.players.players.map { _ in -1 }, targetGroup: 0,
        ablation: task.ablation, choosing: task.choosing, judging: empty)
    }
  }
}
