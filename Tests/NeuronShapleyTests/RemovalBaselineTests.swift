import Foundation
import Images
import Inference
import Networks
import NeuronShapley
import Tensors
import TestSupport
import Testing

@Suite struct RemovalBaselineTests {
  /// The stem's activations and everything behind, by the slow reference.
  private func setUp(images count: Int = 11) async throws -> (Network, FilterPlayers, LabeledImages, BaselineScores) {
    let network = try SmallNetworks.mixed(seed: 61)
    let plan = try ExecutionPlan(network)
    let players = try FilterPlayers(plan, selection: PlayerSelection(includesLinearLayers: true))
    let images = try SmallNetworks.images(count, seed: 62)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
    let scores = try BaselineScores(network, players: players, images: images, ablation: ablation, workers: 2)
    return (network, players, images, scores)
  }

  @Test func weightNormsAreThoseOfTheFilters() async throws {
    let (network, players, _, baselines) = try await setUp()
    let scores = try await baselines.scores(.weightNorm)
    for (player, score) in zip(players.players, scores) {
      let layer = try #require(player.layer), channel = try #require(player.channel)
      let index = try #require(network.index(ofNode: layer))
      var square = 0.0
      switch network.nodes[index].layer {
      case .convolution(let convolution):
        let size = convolution.weight.values.count / convolution.outputChannels
        for value in convolution.weight.values[channel * size..<(channel + 1) * size] {
          square += Double(value) * Double(value)
        }
      case .transposedConvolution(let convolution):
        // [10, 3, 2, 2]: the channel is the second index.
        for input in 0..<10 {
          for tap in 0..<4 {
            let value = Double(convolution.weight.values[(input * 3 + channel) * 4 + tap])
            square += value * value
          }
        }
      case .linear(let linear):
        for value in linear.weight.values[channel * linear.inputCount..<(channel + 1) * linear.inputCount] {
          square += Double(value) * Double(value)
        }
      default: Issue.record("a player of no filter")
      }
      #expect(abs(square.squareRoot() - score) < 1e-9)
    }
  }

  @Test func activationsAreThoseOfTheReference() async throws {
    let (network, players, images, baselines) = try await setUp()
    let (absolute, variance) = (
      try await baselines.scores(.meanActivation), try await baselines.scores(.activationVariance)
    )
    let reference = ReferenceForward(network)
    let site = try #require(network.index(ofNode: "grouped/leaky"))
    let area = network.shapes[site].area
    for channel in 0..<6 {
      var values: [Double] = []
      for image in 0..<images.count {
        let map = reference.activations(of: images.pixels(of: image))[site]
        values += map[channel * area..<(channel + 1) * area]
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let player = try players.player(named: "grouped:\(channel)")
      #expect(abs(absolute[player] - values.reduce(0) { $0 + abs($1) } / Double(values.count)) < 1e-4)
      let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(variance[player] - spread) < 1e-4 * max(1, spread))
    }
  }

  @Test func leaveOneOutIsTheLossOfEachRemoval() async throws {
    let (network, players, images, baselines) = try await setUp()
    let plan = try ExecutionPlan(network)
    let ablation = try await CalibratedAblation.measured(.mean, plan: plan, on: images)
    let scores = try await baselines.scores(.leaveOneOut)
    func value(_ removed: [Int]) async throws -> Double {
      try await RemovalEffect.measured(
        plan, players: players, removing: removed, ablation: ablation, metric: .logLikelihood(), on: images
      ).score.mean
    }
    let whole = try await value([])
    for player in players.players.indices {
      let loss = whole - (try await value([player]))
      #expect(abs(scores[player] - loss) < 1e-5)
    }
    let order = try await baselines.order(.leaveOneOut)
    #expect(zip(order, order.dropFirst()).allSatisfy { scores[$0] >= scores[$1] })
  }

  /// Behind the hidden units nothing but a softmax is curved: there, the first-order effect of shrinking a removal to a
  /// thousandth is a thousand times the effect itself.
  @Test func taylorIsTheSlopeOfTheRemoval() async throws {
    let (network, players, images, baselines) = try await setUp(images: 3)
    let scores = try await baselines.scores(.taylor)
    let reference = ReferenceForward(network)
    let hidden = try #require(network.index(ofNode: "hidden/sigmoid"))
    guard case .linear(let last) = network.nodes[try #require(network.index(ofNode: "logits"))].layer else { return }
    let activations = (0..<3).map { reference.activations(of: images.pixels(of: $0))[hidden] }
    func logLikelihood(_ inputs: [Double], _ label: Int) -> Double {
      let logits = (0..<5).map { row in
        (0..<6).reduce(Double(last.bias?[row] ?? 0)) { $0 + Double(last.weight.values[row * 6 + $1]) * inputs[$1] }
      }
      return logits[label] - Foundation.log(logits.reduce(0) { $0 + Foundation.exp($1) })
    }
    for unit in 0..<6 {
      let mean = activations.reduce(0) { $0 + $1[unit] } / 3
      var slope = 0.0
      for image in 0..<3 {
        var shifted = activations[image]
        shifted[unit] += 1e-3 * (mean - shifted[unit])
        let label = images.labels[image]
        slope += abs(logLikelihood(shifted, label) - logLikelihood(activations[image], label)) / 1e-3 / 3
      }
      let player = try players.player(named: "hidden:\(unit)")
      #expect(abs(scores[player] - slope) < 2e-3 * max(0.05, slope))
    }
  }

  /// Completeness (Dhamdhere et al. 2018, section 2): over a layer that everything passes, the conductances sum to the
  /// log-likelihood of the image less that of the mean image.
  @Test func conductancesSumToTheDifference() async throws {
    let (network, players, images, baselines) = try await setUp()
    let units = try await FirstOrderScores(baselines).conductance(steps: 400)
    let plan = try ExecutionPlan(network)
    var mean = [Float](repeating: 0, count: images.shape.count)
    for image in 0..<images.count {
      for (place, value) in images.pixels(of: image).enumerated() { mean[place] += value / Float(images.count) }
    }
    let start = try LabeledImages(
      tensors: (0..<images.count).map { _ in try Tensor(shape: images.shape, values: mean) }, labels: images.labels)
    func value(_ images: LabeledImages) async throws -> Double {
      let report = try await ClassificationReport.measured(plan, on: images)
      return report.logLikelihood.mean
    }
    let difference = try await value(images) - value(start)
    for layer in ["hidden", "up"] {
      var sum = 0.0
      for (player, members) in zip(players.players, players.units) where player.layer == layer {
        for unit in members { sum += units[unit] }
      }
      #expect(abs(sum - difference) < 0.02 * max(0.1, abs(difference)), "\(layer): \(sum), \(difference)")
    }
  }

  @Test func randomOrdersDependOnTheSeedAlone() async throws {
    let (_, players, _, baselines) = try await setUp()
    let first = try await baselines.order(.random, seed: 1)
    #expect(first.sorted() == Array(players.players.indices))
    #expect(try await baselines.order(.random, seed: 1) == first)
    #expect(try await baselines.order(.random, seed: 2) != first)
  }
}
