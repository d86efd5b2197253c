import CooperativeGames
import Testing

/// Games whose Shapley values other projects publish in their tests.
@Suite struct PublishedGameTests {
  private func exact(_ game: some CooperativeGame) async throws -> ShapleyEstimate {
    let run = try await EstimationDriver(ExactEnumeration(), on: game).run(seed: 0)
    return try #require(ExactEnumeration().estimate(run.state))
  }

  /// The hidden units of TorchPruner's 2–4–1 network; each input is a component.
  static let hiddenLayer: FunctionGame = {
    let inputs: [[Double]] = [[0, 1], [1, 0], [1, 2], [2, 1]]
    let first: [[Double]] = [[-0.5, 1, 1, 1], [0.5, -1, 1, 1]]
    let second = [1, 0.5, 0.5, 0]
    return FunctionGame(playerCount: 4, componentCount: 4) { coalition, component in
      let input = inputs[component]
      var output = 0.0
      for unit in coalition {
        output += second[unit] * max(0, input[0] * first[0][unit] + input[1] * first[1][unit])
      }
      let error = output - max(input[0], input[1])
      return -error * error
    }
  }()

  /// TorchPruner, `test_attributions.py`: the hidden units of a 2–4–1 network, value −mean squared error over four
  /// inputs, a removed unit giving 0. Each input is a component here.
  @Test func hiddenLayerOfFourUnits() async throws {
    let estimate = try await exact(Self.hiddenLayer)
    #expect(distance(estimate.values, [0.375, 0.375, 1.75, 0]) < 1e-12)
    #expect(abs(estimate.sum - 2.5) < 1e-12)
    #expect(estimate.values[3] == 0)
  }

  /// Captum, `test_shapley.py`: f(x) = ReLU(s − 10) + 3·ReLU(s + 1) − 1 with s = Σ inputs; absent inputs at a baseline.
  @Test func sumOfRectifiers() async throws {
    func game(_ groups: [[Double]], baseline: Double = 0) -> FunctionGame {
      FunctionGame(playerCount: groups.count) { coalition in
        var sum = 0.0
        for (player, group) in groups.enumerated() {
          sum += coalition.contains(player) ? group.reduce(0, +) : baseline * Double(group.count)
        }
        return max(0, sum - 10) + 3 * max(0, sum + 1) - 1
      }
    }
    let single = try await exact(game([[20], [50], [30]]))
    #expect(distance(single.values, [76.66667, 196.66667, 116.66667]) < 1e-5)
    let kinked = try await exact(game([[2], [10], [3]]))
    #expect(distance(kinked.values, [7, 32.5, 10.5]) < 1e-12)
    let grouped = try await exact(game([[20, 50], [30]]))
    #expect(distance(grouped.values, [275, 115]) < 1e-12)
    let shifted = try await exact(game([[20, 50], [30]], baseline: 4))
    #expect(distance(shifted.values, [248, 104]) < 1e-12)
  }

  /// shapiq: n = 5, v(S) = |S|/5 + 1 if S holds both players 1 and 2.
  @Test func dummyGame() async throws {
    let game = FunctionGame(playerCount: 5) { coalition in
      Double(coalition.count) / 5 + (coalition.contains(1) && coalition.contains(2) ? 1 : 0)
    }
    #expect(distance(try await exact(game).values, [0.2, 0.7, 0.7, 0.2, 0.2]) < 1e-12)
  }
}
