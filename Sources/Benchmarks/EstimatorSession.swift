import CooperativeGames
import Foundation
import Images
import Inference
import InputErrors
import ModelFormats
import NeuronShapley
import Statistics

/// The game of a model's filters on some images, ready for estimators to be tried on one thread; commands come from the
/// standard input, a line each, and every answer is a line of JSON.
struct EstimatorSession {
  private let game: AblationGame
  private let metric: PerformanceMetric
  private let labels: [Int]

  /// - Parameters:
  ///   - preprocessing: a preset's name.
  ///   - count: how many images are drawn.
  init(model: String, images path: String, preprocessing: String, count: Int, metric name: String) async throws {
    let network = try ONNXReader().read(file: model)
    let images = try await ImageLoading.load(
      ImageSource(path: path), preprocessing: .preset(named: preprocessing)
    ).images.sample(count, seed: 1)
    labels = images.labels
    metric = try PerformanceMetric(parsing: name)
    let companions: [PerformanceMetric] = name == "accuracy" ? [.probability] : []
    let plan = try ExecutionPlan(network, purpose: .incremental)
    let gradients = GradientPlan(
      try ExecutionPlan(network, purpose: .differentiation), towards: [], marginals: true)
    game = try AblationGame(
      plan, players: FilterPlayers(plan), images: images, metrics: [metric] + companions,
      ablation: try await .measured(.mean, plan: plan, on: images), gradients: gradients)
  }

  private struct About: Encodable {
    var players: Int
    var images: Int
    var multiplyAdds: Int
    var gradientMultiplyAdds: Int
    var digest: String
    /// What choices are made by, and two figures that follow from it.
    var costs: EvaluationCosts
    var step: Double
    var spread: Double
  }

  private struct Reference: Codable {
    var values: [Double]
    var standardErrors: [Double]
    var passes: Double
    /// Those that were measured by themselves; nil for everyone.
    var candidates: [Int]?
  }

  /// Answers commands until the input ends: `about`; `choice LIMIT`; `reference PASSES SEED`; `candidates COUNT PASSES SEED`;
  /// `run ESTIMATOR SEED LIMIT REFERENCE`, passes being the multiply-adds of forward passes over all images, ESTIMATOR one of those of ``run(_:seed:on:limit:)``.
  func serve() async throws {
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case ("about", 1):
        let costs = try CostMeter(game, seed: 0).measured(backward: game.gradients?.multiplyAdds)
        answer(
          About(
            players: game.players.count, images: game.componentImages.count, multiplyAdds: game.plan.multiplyAdds,
            gradientMultiplyAdds: game.plan.multiplyAdds + (game.gradients?.multiplyAdds ?? 0),
            digest: game.plan.network.digest, costs: costs, step: costs.step, spread: costs.spread))
      case ("reference", 3):
        answer(try reference(passes: try number(words[1]), seed: UInt64(try number(words[2]))))
      case ("candidates", 4):
        guard
          let measured = try CandidateReference(game: game, candidateCount: Int(try number(words[1]))).measure(
            passes: try number(words[2]), seed: UInt64(try number(words[3])))
        else { throw InputError(.usage, "so few passes do not let the race choose candidates", found: words[2]) }
        answer(
          Reference(
            values: measured.values, standardErrors: measured.standardErrors, passes: measured.passes,
            candidates: measured.candidates))
      case ("choice", 2): answer(try choice(limit: try number(words[1])))
      case ("run", 5):
        guard let data = FileManager.default.contents(atPath: words[4]) else {
          throw InputError(.noInput, "the reference cannot be read", at: .init(file: words[4]))
        }
        let reference = try JSONDecoder().decode(Reference.self, from: data)
        let trial = EstimatorTrial(game: game, reference: reference.values)
        answer(try run(words[1], seed: UInt64(try number(words[2])), on: trial, limit: try number(words[3])))
      default: throw InputError(.usage, "unknown command", found: line)
      }
    }
  }

  /// A long run of permutation sampling, without truncation: unbiased, with its errors.
  private func reference(passes: Double, seed: UInt64) throws -> Reference {
    let estimator = PermutationEstimator(.init())
    var state = try estimator.start(game.description, seed: seed)
    var evaluator = game.makeEvaluator()
    let fullPass = Double(game.componentImages.count) * Double(game.plan.multiplyAdds)
    while Double(evaluator.multiplyAdds) < passes * fullPass {
      let outcomes = try estimator.nextRound(state).map { try estimator.perform($0, on: &evaluator) }
      estimator.absorb(outcomes, into: &state)
    }
    guard let estimate = estimator.estimate(state) else { return Reference(values: [], standardErrors: [], passes: 0) }
    return Reference(
      values: estimate.values, standardErrors: estimate.players.map { $0.standardError ?? .infinity },
      passes: Double(evaluator.multiplyAdds) / fullPass)
  }

  private func run(
    _ name: String, seed: UInt64, on trial: EstimatorTrial, limit: Double
  ) throws -> [EstimatorTrial.Sighting] {
    let parts = name.split(separator: ":").map(String.init)
    switch parts[0] {
    case "permutation":
      // "truncated" ends walks as the published bandit does, and lets half of them go on so that nothing is biased.
      let settings = try TMABEstimator.Configuration.published(
        for: metric, labels: labels, classCount: game.plan.network.classCount)
      let truncation = parts.contains("truncated") ? settings.truncation : .none
      return try trial.run(PermutationEstimator(.init(truncation: truncation)), seed: seed, limit: limit)
    case "plain":
      // One order on all images, as most implementations do.
      return try trial.run(
        PermutationEstimator(.init(isAntithetic: false, componentsPerUnit: game.componentImages.count)), seed: seed,
        limit: limit)
    case "gradient": return try trial.run(GradientEstimator(.init()), seed: seed, limit: limit)
    case "msr": return try trial.run(MSREstimator(.init()), seed: seed, limit: limit)
    case "stratified": return try trial.run(StratifiedEstimator(.init()), seed: seed, limit: limit)
    case "svarm": return try trial.run(SVARMEstimator(.init()), seed: seed, limit: limit)
    case "leverage": return try trial.run(LeverageEstimator(.init()), seed: seed, limit: limit)
    case "regression-adjusted":
      return try trial.run(RegressionAdjustedEstimator(.init()), seed: seed, limit: limit)
    case "stars":
      return try trial.run(StarEstimator(.init(initialUnits: 16, sharing: .shared)), seed: seed, limit: limit)
    case "racing":
      let companions = Array(1..<game.metrics.count)
      // "all" races for no top: everyone's value counts; "top20" for the best twenty instead of ten; "plain" takes no slopes.
      let topCount = parts.contains("all") ? nil : parts.contains("top20") ? 20 : 10
      let passes = parts.contains("plain") ? 0 : 1
      return try trial.run(
        RacingEstimator(.init(topCount: topCount, slopePasses: passes, companions: companions)), seed: seed,
        limit: limit)
    case "auto":
      let choice = try choice(limit: limit)
      return try run(
        choice.kind.rawValue + ":all" + (choice.slopePasses == 0 ? ":plain" : ""), seed: seed, on: trial, limit: limit)
    case "tmab":
      // As published, with so many images an order; "whole" leaves truncation out.
      var settings = try TMABEstimator.Configuration.published(
        for: metric, labels: labels, classCount: game.plan.network.classCount)
      settings.topCount = 10
      settings.componentsPerOrder = parts.count > 1 ? Int(parts[1]) ?? 128 : 128
      if parts.count > 2, parts[2] == "whole" { settings.truncation = .none }
      return try trial.run(TMABEstimator(settings), seed: seed, limit: limit)
    default: throw InputError(.usage, "unknown estimator", found: name)
    }
  }

  /// What a budget of so many passes is spent on by itself.
  private func choice(limit: Double) throws -> ChosenEstimator {
    let costs = try CostMeter(game, seed: 0).measured(backward: game.gradients?.multiplyAdds)
    let imageCount = game.componentImages.count
    let multiplyAdds = Int(limit * Double(imageCount) * Double(game.plan.multiplyAdds))
    let request = EstimatorRequest(metric: metric, multiplyAdds: multiplyAdds)
    return EstimatorRule(request, costs: costs, imageCount: imageCount).choice
  }

  private func number(_ text: String) throws -> Double {
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw InputError(.usage, "a number of at least 0 is needed", found: text)
    }
    return number
  }

  private func answer(_ value: some Encodable) {
    guard let data = try? JSONEncoder().encode(value) else { return }
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }
}
