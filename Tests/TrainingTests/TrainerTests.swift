import Images
import Inference
import InputErrors
import Networks
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
  private static let optimizers: [OptimizerRecipe] = [
    .init(.sgd(momentum: 0.9, nesterov: true), weightDecay: 1e-3),
    .init(.adamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8), weightDecay: 0.01),
  ]

  @Test func aNetworkLearns() throws {
    let trainer = try Trainer(StripeWorld.recipe { $0.epochs = 20 }, data: StripeWorld.data(), seed: 1)
    let result = try trainer.run()
    #expect(result.ending == .finished)
    #expect(result.records.count == 20 && result.state.step == 20 * 5)
    let first = try #require(result.records.first), last = try #require(result.records.last)
    #expect(last.trainingLoss < 0.5 * first.trainingLoss)
    #expect(try #require(last.validationAccuracy) > 0.9)
    #expect(result.records.map(\.step) == Array(stride(from: 5, through: 100, by: 5)))
  }

  @Test(arguments: optimizers)
  func workersChangeNoBit(_ optimizer: OptimizerRecipe) throws {
    let recipe = StripeWorld.recipe {
      $0.optimizer = optimizer
      $0.learningRate.rate = 0.02
      $0.labelSmoothing = 0.1
      $0.gradientNorm = 1
    }
    let states = try [1, 2, 3, 7].map {
      try Trainer(recipe, data: StripeWorld.data(), seed: 3, workers: $0).run().state
    }
    for state in states.dropFirst() { #expect(state == states[0]) }
    #expect(try Trainer(recipe, data: StripeWorld.data(), seed: 4).run().state.parameters != states[0].parameters)
  }

  /// Stopped at any step, the state goes on through its stored form to the same bits.
  @Test(arguments: optimizers)
  func aResumedTrainingIsAnUnbrokenOne(_ optimizer: OptimizerRecipe) throws {
    let recipe = StripeWorld.recipe {
      $0.optimizer = optimizer
      $0.learningRate.rate = 0.02
      $0.checkpoints = .init(every: 2, steps: [3])
      $0.earlyStopping = .init(patience: 3)
    }
    let trainer = try Trainer(recipe, data: StripeWorld.data(), seed: 3)
    let whole = try trainer.run()
    var random = SeededRandom(4)
    for stop in [1, 3, 5, 10] + (0..<3).map({ _ in random.int(2...19) }) {
      let half = try trainer.run { event, state in
        if case .step = event, state.step == stop { return .stop }
        return .goOn
      }
      #expect(half.ending == .interrupted && half.state.step == stop)
      let bytes = try TrainingStateFile(identity: trainer.identity, state: half.state, seconds: 1.25).bytes()
      let stored = try TrainingStateFile(bytes: bytes, file: "state")
      #expect(stored.state == half.state && stored.identity == trainer.identity && stored.seconds == 1.25)
      let rest = try Trainer(recipe, data: StripeWorld.data(), seed: 3, workers: 2).run(from: stored.state)
      #expect(rest.state == whole.state)
      #expect(rest.network == whole.network && rest.ending == whole.ending)
    }
  }

  @Test func checkpointsComeInOrderAndAreTheNetworkOfThen() throws {
    let recipe = StripeWorld.recipe {
      $0.checkpoints = .init(every: 0, epochs: [0, 2, 3], steps: [1, 7])
      $0.selection = .last
    }
    let data = try StripeWorld.data()
    let trainer = try Trainer(recipe, data: data, seed: 3)
    var checkpoints: [(CheckpointRecord, Network)] = []
    let result = try trainer.run { event, state in
      if case .checkpoint(let record, let network) = event {
        checkpoints.append((record, network))
        #expect(state.checkpoints.last == record)
      }
      return .goOn
    }
    #expect(
      checkpoints.map(\.0.file) == [
        "checkpoints/epoch-000.onnx", "checkpoints/step-000001.onnx", "checkpoints/step-000007.onnx",
        "checkpoints/epoch-002.onnx", "checkpoints/epoch-003.onnx",
      ])
    #expect(checkpoints.map(\.0.step) == [0, 1, 7, 10, 15])
    #expect(checkpoints.map(\.0.epoch) == [0, 0, 1, 2, 3])
    #expect(result.state.checkpoints == checkpoints.map(\.0))
    #expect(checkpoints[0].1 == trainer.network)
    #expect(checkpoints[0].0.trainingLoss == nil && checkpoints[1].0.trainingLoss != nil)
    // The record is what the engine measures of the network.
    let validation = try #require(data.validation)
    for (record, network) in checkpoints {
      let pass = ForwardPass(try ExecutionPlan(network))
      var correct = 0, loss = 0.0
      for index in 0..<validation.count {
        pass.load(count: 1) { _, pixels in validation.copyPixels(of: index, into: pixels) }
        pass.run()
        var logits = [Float](repeating: 0, count: 3)
        logits.withUnsafeMutableBufferPointer { pass.copyLogits(lane: 0, into: $0) }
        logits.withUnsafeBufferPointer {
          correct += Objective.accuracy.score(logits: $0, label: validation.labels[index]) == 1 ? 1 : 0
          loss -= Objective.logLikelihood.score(logits: $0, label: validation.labels[index])
        }
      }
      #expect(record.validationAccuracy == Double(correct) / 21)
      #expect(abs(try #require(record.validationLoss) - loss / 21) < 1e-4)
    }
  }

  @Test(arguments: TrainingRecipe.Selection.allCases)
  func theModelIsTheSelectedEpochs(_ selection: TrainingRecipe.Selection) throws {
    let recipe = StripeWorld.recipe {
      $0.selection = selection
      $0.epochs = 6
      // A rate that is too large makes epochs differ.
      $0.learningRate = .init(rate: 0.5)
    }
    var networks: [Network] = []
    let result = try Trainer(recipe, data: StripeWorld.data(), seed: 2).run { event, _ in
      if case .checkpoint(let record, let network) = event, record.epoch > 0 { networks.append(network) }
      return .goOn
    }
    let best =
      switch selection {
      case .last: 5
      case .bestLoss: result.records.indices.min { own($0) < own($1) } ?? -1
      case .bestAccuracy:
        result.records.indices.min { (-accuracy($0), own($0)) < (-accuracy($1), own($1)) } ?? -1
      }
    func own(_ index: Int) -> Double { result.records[index].validationLoss ?? .infinity }
    func accuracy(_ index: Int) -> Double { result.records[index].validationAccuracy ?? 0 }
    #expect(result.networkEpoch == best + 1)
    #expect(result.network == networks[best])
  }

  @Test func aDivergingTrainingStopsAndSaysWhere() throws {
    let recipe = StripeWorld.recipe {
      $0.learningRate = .init(rate: 1000)
      $0.optimizer = .init(.sgd(momentum: 0.99, nesterov: false))
      $0.architecture = .own(
        ArchitectureRecipe(
          name: "deep",
          layers: [
            .convolution(.init(channels: .fixed(6))), .convolution(.init(channels: .fixed(6))),
            .linear(.init(features: .classes)),
          ]))
    }
    let result = try Trainer(recipe, data: StripeWorld.data(), seed: 1).run()
    guard case .diverged(let divergence) = result.ending else {
      Issue.record("the training ended otherwise: \(result.ending)")
      return
    }
    #expect((2...20).contains(divergence.step))
    #expect(divergence.epoch == (divergence.step - 1) / 5 + 1)
    #expect(divergence.inputError.kind == .data)
    #expect(divergence.inputError.what.contains("step \(divergence.step)"))
  }

  @Test func trainingStopsWhenNothingImproves() throws {
    let recipe = StripeWorld.recipe {
      $0.epochs = 50
      $0.learningRate = .init(rate: 1e-30)
      $0.earlyStopping = .init(.loss, patience: 3)
      $0.architecture = .own(ArchitectureRecipe(name: "flat", layers: [.linear(.init(features: .classes))]))
    }
    let result = try Trainer(recipe, data: StripeWorld.data(), seed: 1).run()
    #expect(result.ending == .stoppedEarly)
    #expect(result.records.count == 4 && result.networkEpoch == 1)
  }

  @Test func aBatchOfOneImageIsLeftOut() throws {
    // 61 images in batches of 12 are five of 12; with 62 the last one has 2.
    #expect(try Trainer(StripeWorld.recipe(), data: StripeWorld.data(61)).stepsPerEpoch == 5)
    #expect(try Trainer(StripeWorld.recipe(), data: StripeWorld.data(62)).stepsPerEpoch == 6)
    #expect(try Trainer(StripeWorld.recipe { $0.batchSize = 500 }, data: StripeWorld.data(61)).stepsPerEpoch == 1)
  }

  @Test func judgingNeedsValidation() throws {
    let data = try TrainingData(training: StripeWorld.images(30))
    #expect(try Trainer(StripeWorld.recipe(), data: data).selection == .last)
    #expect(throws: InputError.self) { try Trainer(StripeWorld.recipe { $0.selection = .bestLoss }, data: data) }
    #expect(throws: InputError.self) {
      try Trainer(StripeWorld.recipe { $0.earlyStopping = .init(patience: 1) }, data: data)
    }
    let result = try Trainer(StripeWorld.recipe { $0.epochs = 1 }, data: data).run()
    #expect(result.records[0].validationLoss == nil)
  }
}
