import InputErrors
import Probing
import Testing

@Suite struct WhatWhenWhereTests {
  @Test func aCurveComesHalfTheWay() throws {
    #expect(WhatWhenWhere.crossing([0, 10, 20], [0, 0.4, 0.8]) == 10)
    #expect(WhatWhenWhere.crossing([0, 10, 20], [0, 0.2, 0.6]) == 12.5)
    let late = try #require(WhatWhenWhere.crossing([0, 10, 20], [0.4, 0.4, 0.8]))
    #expect(abs(late - 15) < 1e-12, "from where it began")
    #expect(WhatWhenWhere.crossing([0, 10], [0.5, 0.4]) == nil)
  }

  /// Filters that turn from noise into detectors: a concept that only they tell comes late, a quantity of the image is there at
  /// once, a coin never.
  @Test func conceptsEmergeInTheirOrder() async throws {
    let world = try PlantedWorld(seed: 4, count: 300)
    let learnt = [0, 0.1, 0.3, 0.6, 1]
    let probing = try CheckpointProbing(
      images: world.images, concepts: ["used", "amount", "nothing"].compactMap { world.concepts[$0] },
      configuration: PlantedWorld.configuration(repetitions: 1))
    func run(workers: Int) async throws -> [WhatWhenWhere] {
      try await probing.run(checkpointCount: learnt.count, layers: ["conv1"], workers: workers) { index in
        ProbedCheckpoint(
          step: Double(index) * 100, name: "step \(index)", network: try PlantedWorld.network(learnt: learnt[index]))
      }
    }
    let series = try await run(workers: 2)
    #expect(try await run(workers: 1) == series)
    #expect(series[0].steps == [0, 100, 200, 300, 400] && series[0].layers == ["conv1"])
    let late = try #require(series[0].emergence)
    #expect(late.step > 0)
    let lower = try #require(late.lower), upper = try #require(late.upper)
    #expect(lower <= late.step && late.step <= upper && lower >= 0 && upper <= 400)
    #expect(series[1].emergence?.step == 0)
    #expect(series[2].emergence == nil)
    #expect(series[0].aboveInput[0][4] > 0.5)
    let difference = series[0].scores[0][4] - series[0].input
    #expect(abs(series[0].aboveInput[0][4] - difference) < 1e-9)
  }

  @Test func aCheckpointWithoutTheLayerIsNamed() async throws {
    let world = try PlantedWorld(seed: 4)
    let probing = try CheckpointProbing(
      images: world.images, concepts: [try #require(world.concepts["used"])],
      configuration: PlantedWorld.configuration(repetitions: 1))
    let error = await #expect(throws: InputError.self) {
      _ = try await probing.run(checkpointCount: 1, layers: ["conv7"]) { _ in
        ProbedCheckpoint(step: 0, name: "first.onnx", network: try PlantedWorld.network())
      }
    }
    #expect(error?.place.file == "first.onnx")
  }
}
