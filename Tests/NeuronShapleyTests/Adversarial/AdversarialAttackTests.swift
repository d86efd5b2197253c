import Foundation
import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import TestSupport
import Tensors
import Testing

@Suite struct AdversarialAttackTests {
  /// Two classes whose logits are linear in 12 pixels.
  private func linear(_ weights: [Float]) throws -> Network {
    try Network(
      name: "linear",
      nodes: [
        Node("image", .input(Shape(1, 3, 4)), inputs: []),
        Node("flat", .reshape(Shape(12)), inputs: [0]),
        Node("classes", .linear(.init(weight: try Tensor(shape: Shape(2, 12), values: weights))), inputs: [1]),
      ])
  }

  private func grey(_ count: Int, seed: UInt64, label: Int = 0) throws -> LabeledImages {
    var random = SeededRandom(seed)
    let pictures = (0..<count).map { _ in
      Image(width: 4, height: 3, colour: .grey, pixels: (0..<12).map { _ in UInt8(random.int(0...255)) })
    }
    return try LabeledImages(
      images: pictures, labels: [Int](repeating: label, count: count), preprocessing: .preset(named: "mnist"))
  }

  @Test func aLinearNetworkIsAttackedAtTheKnownOptimum() async throws {
    var random = SeededRandom(3)
    let weights = random.floats(24)
    let network = try linear(weights)
    let images = try grey(11, seed: 4)
    let slopes = (0..<12).map { weights[12 + $0] - weights[$0] }
    let scale = try images.pixelScale()
    let whole = try AttackedNetwork(network)
    for (steps, step) in [(1, 8.0 / 255), (30, nil)] {
      // Towards class 1: every pixel by ε along the sign of its slope, as far as there is room.
      let attack = AdversarialAttack(epsilon: 8.0 / 255, steps: steps, stepSize: step, target: 1)
      let result = try await attack.run(against: whole, on: images, scale: scale)
      for index in 0..<11 {
        let clean = try images.samples(of: index, scale: scale)
        let expected = zip(clean, slopes).map { min(max($0 + ($1 > 0 ? 8 : -8), 0), 255) }
        #expect(try result.images.samples(of: index, scale: scale) == expected)
      }
    }
    // In L2 the change is parallel to the slopes where no pixel meets its end; ε is used up.
    let middle = try LabeledImages(
      images: [Image(width: 4, height: 3, colour: .grey, pixels: [UInt8](repeating: 128, count: 12))], labels: [0],
      preprocessing: .preset(named: "mnist"))
    let attack = AdversarialAttack(norm: .l2, epsilon: 0.2, steps: 7, target: 1, roundsPixels: false)
    let result = try await attack.run(against: whole, on: middle, scale: scale)
    let change = zip(result.images.pixels(of: 0), middle.pixels(of: 0)).map { Double($0) - Double($1) }
    let length = slopes.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    for (moved, slope) in zip(change, slopes) { #expect(abs(moved - 0.2 * Double(slope) / length) < 1e-6) }
    #expect(result.outcomes[0].length <= 0.2 && result.outcomes[0].length > 0.2 - 1e-5)
  }

  @Test func everyPictureStaysInTheBallAndSuccessGrowsWithIt() async throws {
    let network = try Self.network(seed: 7)
    let images = try Self.pictures(40, network, seed: 8)
    let scale = try images.pixelScale()
    let whole = try AttackedNetwork(network)
    let plan = try ExecutionPlan(network)
    for norm in AdversarialAttack.Norm.allCases {
      for target in [nil, 2] {
        var success = -1.0
        for share in [0.02, 0.1, 0.4, 1] {
          let epsilon = norm == .linf ? share : 4 * share
          var attack = AdversarialAttack(
            norm: norm, epsilon: epsilon, steps: 20, target: target, startsAtRandom: share == 0.4, seed: 5)
          let result = try await attack.run(against: whole, on: images, scale: scale, workers: 2)
          #expect(result.success.mean >= success, "\(norm) \(share)")
          success = result.success.mean
          let ball = PerturbationBall(norm, radius: epsilon * 255, samples: 0...255)
          let predictions = try await ClassificationReport.measured(plan, on: result.images)
          #expect(target != nil || abs(1 - predictions.accuracy.mean - success) < 1e-12)
          for index in 0..<images.count {
            let clean = try images.samples(of: index, scale: scale)
            let attacked = try result.images.samples(of: index, scale: scale)
            #expect(ball.distance(attacked, from: clean) <= ball.radius)
            #expect(attacked.allSatisfy { $0 >= 0 && $0 <= 255 && $0 == $0.rounded() })
            #expect(
              attack.succeeds(prediction: result.outcomes[index].prediction, label: images.labels[index])
                == result.outcomes[index].isSuccess)
          }
          // The last picture is never better than the best one.
          attack.iterate = .last
          attack.roundsPixels = false
          let last = try await attack.run(against: whole, on: images, scale: scale, workers: 2)
          #expect(last.success.mean <= result.successUnrounded.mean)
          #expect(last.success == last.successUnrounded)
        }
        #expect(success > 0.5, "\(norm), target \(target ?? -1)")
      }
    }
  }

  @Test func theNumberOfWorkersChangesNoBit() async throws {
    let network = try Self.network(seed: 9)
    let images = try Self.pictures(27, network, seed: 10)
    let whole = try AttackedNetwork(network)
    for norm in AdversarialAttack.Norm.allCases {
      let attack = AdversarialAttack(
        norm: norm, epsilon: 0.2, steps: 6, startsAtRandom: true, roundsPixels: false, seed: 4)
      var digests: Set<String> = []
      for workers in [1, 2, 3, 8] {
        let result = try await attack.run(
          against: whole, on: images, scale: try images.pixelScale(), workers: workers)
        digests.insert(result.images.digest)
      }
      #expect(digests.count == 1)
      var other = attack
      other.seed = 5
      let result = try await other.run(against: whole, on: images, scale: try images.pixelScale())
      #expect(!digests.contains(result.images.digest))
    }
  }

  /// One tiny step goes along the gradient: it is compared with differences of the slow reference.
  @Test(arguments: [Ablation.mean, .meanMap, .zero, .resample, .batchNormShift], [nil, 3])
  func theGradientIsThatOfTheReducedNetwork(kind: Ablation, target: Int?) async throws {
    let network = try SmallNetworks.mixed(seed: 12)
    let images = try SmallNetworks.images(16, seed: 13)
    let plan = try ExecutionPlan(network)
    let players = try FilterPlayers(plan, selection: .init(includesLinearLayers: true))
    let ablation = try await CalibratedAblation.measured(kind, plan: plan, on: images, seed: 1)
    // What is left of a hidden unit of a linear layer is another matter.
    let removed = [1, 4, 6, 9, 13] + (kind == .batchNormShift ? [] : [players.count - 2])
    let reduced = try AttackedNetwork(network).removing(removed, of: players, ablation: ablation)
    let attack = AdversarialAttack(
      norm: .l2, epsilon: 1, steps: 1, stepSize: 1e-2, target: target, iterate: .last, roundsPixels: false)
    let scale = try images.pixelScale(range: -4...4)
    let result = try await attack.run(against: reduced, on: images, scale: scale)
    let units = Set(removed.flatMap { players.units[$0] })
    let donors = ablation.donors.map { $0.donors(of: Array(0..<8), isOwnSet: true) }
    var random = SeededRandom(14)
    var wrong = 0
    for image in 0..<8 {
      let clean = images.pixels(of: image)
      let change = zip(result.images.pixels(of: image), clean).map { Double($0) - Double($1) }
      let length = change.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(length - 0.08) < 1e-4)
      let uphill = change.map { $0 / length }
      var direction = random.floats(clean.count).map(Double.init)
      let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      direction = direction.map { $0 / norm }
      let cosine = zip(direction, uphill).reduce(0) { $0 + $1.0 * $1.1 }
      // The objective at both ends of two differences in each of two directions.
      let steps = [1e-2, 1e-3]
      let moved = try [uphill, direction].flatMap { direction in
        try steps.flatMap { step in
          try [step, -step].map { step in
            try Tensor(
              shape: images.shape, values: zip(clean, direction).map { Float(Double($0) + step * Double($1)) })
          }
        }
      }
      let probes = try LabeledImages(tensors: moved, labels: moved.map { _ in images.labels[image] })
      let reference = AblationReference(plan, kind, images: probes, calibration: images)
      let own = target ?? images.labels[image]
      let values = moved.indices.map { probe in
        let logits = reference.logits(of: probe, removing: units, donor: donors?[image])
        let others = logits.indices.filter { $0 != own }.reduce(0.0) { $0 + exp(logits[$1]) }
        return (logits[own] - log(others)) * (target == nil ? -1 : 1)
      }
      let agrees = steps.indices.contains { place in
        let steepest = (values[2 * place] - values[2 * place + 1]) / (2 * steps[place])
        let slope = (values[4 + 2 * place] - values[5 + 2 * place]) / (2 * steps[place])
        return steepest > 0 && abs(slope - steepest * cosine) < 0.01 * steepest
      }
      if !agrees { wrong += 1 }
    }
    // A kink of a rectifier between two points of a difference may spoil one.
    #expect(wrong <= 1, "\(wrong) of 8")
  }

  @Test func attackingWithoutAFilterIsAttackingANetworkThatHasAConstantInItsPlace() async throws {
    var random = SeededRandom(20)
    let weight = random.floats(6 * 2 * 9), classifier = random.floats(3 * 6)
    func network(silencing filter: Int?, at value: Float) throws -> Network {
      var weight = weight, bias = [Float](repeating: 0, count: 6)
      if let filter {
        for element in filter * 18..<(filter + 1) * 18 { weight[element] = 0 }
        bias[filter] = value
      }
      return try Network(
        name: "small",
        nodes: [
          Node("image", .input(Shape(2, 7, 6)), inputs: []),
          Node(
            "conv",
            .convolution(.init(weight: try Tensor(shape: Shape(6, 2, 3, 3), values: weight), bias: bias)), inputs: [0]),
          Node("relu", .activation(.relu), inputs: [1]),
          Node("mean", .globalPool(.average(countsPadding: false)), inputs: [2]),
          Node("flat", .reshape(Shape(6)), inputs: [3]),
          Node("classes", .linear(.init(weight: try Tensor(shape: Shape(3, 6), values: classifier))), inputs: [4]),
        ])
    }
    let images = try SmallNetworks.images(9, classCount: 3, seed: 21)
    let scale = try images.pixelScale(range: -1...1)
    let whole = try network(silencing: nil, at: 0)
    let plan = try ExecutionPlan(whole)
    let players = try FilterPlayers(plan)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
    let attack = AdversarialAttack(epsilon: 0.1, steps: 10, loss: .margin)
    for filter in [0, 3] {
      let effect = try await attack.run(
        against: try AttackedNetwork(whole).removing([filter], of: players, ablation: ablation), on: images,
        scale: scale)
      // The mean of a rectified filter is its mean activation over images and positions.
      let reference = ReferenceForward(whole)
      let area = 20.0
      let mean =
        (0..<9).reduce(0.0) { sum, image in
          sum + reference.activations(of: images.pixels(of: image))[2][filter * 20..<(filter + 1) * 20].reduce(0, +)
        } / (9 * area)
      let expected = try await attack.run(
        against: try AttackedNetwork(network(silencing: filter, at: Float(mean))), on: images, scale: scale)
      let untouched = try await attack.run(against: try AttackedNetwork(whole), on: images, scale: scale)
      var same = 0, different = 0
      for image in 0..<9 {
        same += zip(effect.images.pixels(of: image), expected.images.pixels(of: image)).count { abs($0 - $1) < 1e-4 }
        different += zip(effect.images.pixels(of: image), untouched.images.pixels(of: image)).count {
          abs($0 - $1) > 1e-4
        }
      }
      #expect(same >= 9 * 84 - 2, "\(same)")
      #expect(different > 9 * 8, "\(different)")
    }
  }

  @Test func wrongSettingsAndImagesAreRefused() async throws {
    let network = try Self.network(seed: 7)
    let images = try Self.pictures(8, network, seed: 8)
    let scale = try images.pixelScale()
    let whole = try AttackedNetwork(network)
    let cases: [(AdversarialAttack, String)] = [
      (.init(epsilon: 0), "epsilon"), (.init(epsilon: -1), "epsilon"), (.init(epsilon: .nan), "epsilon"),
      (.init(steps: 0, stepSize: 0.1), "steps"), (.init(stepSize: 0), "step-size"), (.init(target: 4), "targeted"),
      (.init(target: -1), "targeted"),
    ]
    for (attack, key) in cases {
      let error = await #expect(throws: InputError.self) {
        try await attack.run(against: whole, on: images, scale: scale)
      }
      #expect(error?.place.key == key && error?.kind == .usage)
    }
    // No image that is both right and of another class than the target.
    let plan = try ExecutionPlan(network)
    let found = try await AttackCandidates.found(by: plan, in: images, target: nil)
    let right = try await ClassificationReport.measured(plan, on: images)
    #expect(
      found.wrongCount == 8 - Int((right.accuracy.mean * 8).rounded()) && found.indices.count == 8 - found.wrongCount)
    let relabeled = try LabeledImages(
      tensors: (0..<8).map { images.tensor(of: $0) }, labels: images.labels.map { _ in 4 })
    let none = try? await AttackCandidates.found(by: plan, in: relabeled, target: 4)
    #expect(none == nil)
  }

  /// A small network of three channels and four classes.
  static func network(seed: UInt64) throws -> Network {
    var random = SeededRandom(seed)
    func tensor(_ extents: Int...) throws -> Tensor {
      let shape = Shape(extents)
      return try Tensor(shape: shape, values: random.floats(shape.count))
    }
    return try Network(
      name: "small \(seed)",
      nodes: [
        Node("image", .input(Shape(3, 8, 7)), inputs: []),
        Node("conv1", .convolution(.init(weight: try tensor(6, 3, 3, 3), padding: Insets(1))), inputs: [0]),
        Node("relu1", .activation(.relu), inputs: [1]),
        Node("conv2", .convolution(.init(weight: try tensor(8, 6, 3, 3), stride: Extent(2))), inputs: [2]),
        Node("relu2", .activation(.relu), inputs: [3]),
        Node("mean", .globalPool(.average(countsPadding: false)), inputs: [4]),
        Node("flat", .reshape(Shape(8)), inputs: [5]),
        Node("classes", .linear(.init(weight: try tensor(4, 8), bias: random.floats(4))), inputs: [6]),
      ])
  }

  /// Random 8-bit pictures, labelled as the network takes them.
  static func pictures(_ count: Int, _ network: Network, seed: UInt64) throws -> LabeledImages {
    var random = SeededRandom(seed)
    let shape = network.inputShape
    let pictures = (0..<count).map { _ in
      Image(
        width: shape.width, height: shape.height, colour: .rgb,
        pixels: (0..<shape.count).map { _ in UInt8(random.int(0...255)) })
    }
    let preprocessing = try Preprocessing.preset(named: "cifar10")
    let unlabeled = try LabeledImages(
      images: pictures, labels: [Int](repeating: 0, count: count), preprocessing: preprocessing)
    let reference = ReferenceForward(network)
    let labels = (0..<count).map { index in
      let logits = reference.logits(of: unlabeled.pixels(of: index))
      return logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
    }
    return try LabeledImages(images: pictures, labels: labels, preprocessing: preprocessing)
  }
}
