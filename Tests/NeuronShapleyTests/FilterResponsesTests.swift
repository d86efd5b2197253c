import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import Testing

@Suite struct FilterResponsesTests {
  /// One pixel of colour: the filters are red, negative green and a constant; the class is whether red is above 1.
  private static func plan() throws -> ExecutionPlan {
    let weight = try Tensor(shape: Shape(3, 3, 1, 1), values: [1, 0, 0, 0, -1, 0, 0, 0, 0])
    let head = try Tensor(shape: Shape(2, 3), values: [0, 0, 0, 1, 0, 0])
    return try ExecutionPlan(
      Network(
        name: "one pixel",
        nodes: [
          Node("image", .input(Shape(3, 1, 1)), inputs: []),
          Node("filters", .convolution(.init(weight: weight, bias: [0, 0, 3])), inputs: [0]),
          Node("flat", .reshape(Shape(3)), inputs: [1]),
          Node("classes", .linear(.init(weight: head, bias: [1, 0])), inputs: [2]),
        ]))
  }

  /// Scenes whose red is a level and whose green is a tint.
  private static func images(_ rows: [(scene: String, factor: String, value: String, pixels: [UInt8])]) throws
    -> LabeledImages
  {
    try LabeledImages(
      images: rows.map { Image(width: 1, height: 1, colour: .rgb, pixels: $0.pixels + [0]) },
      labels: rows.map { _ in 0 },
      columns: [
        (name: "scene", texts: rows.map(\.scene)), (name: "factor", texts: rows.map(\.factor)),
        (name: "value", texts: rows.map(\.value)),
      ])
  }

  private static let rows: [(scene: String, factor: String, value: String, pixels: [UInt8])] = [
    ("a", "level", "low", [0, 1]), ("a", "level", "middle", [1, 1]), ("a", "level", "high", [5, 1]),
    ("b", "level", "low", [0, 3]), ("b", "level", "middle", [2, 3]), ("b", "level", "high", [4, 3]),
    ("a", "tint", "no", [1, 0]), ("a", "tint", "yes", [1, 4]), ("b", "tint", "no", [2, 0]),
    ("b", "tint", "yes", [2, 2]),
  ]

  @Test(arguments: [1, 3]) func effectsAreTheMeansOfDifferencesBetweenImagesOfAScene(workers: Int) async throws {
    let plan = try Self.plan(), images = try Self.images(Self.rows)
    let variations = try ImageVariations(images)
    let filters = [0, 1, 2].map { Filter(layer: "filters", channel: $0) }
    let responses = try await FilterResponses.measured(
      plan, of: filters, on: variations, classNames: ["dim"], workers: workers)
    #expect(responses.sceneCount == 2)
    #expect(responses.concepts.map(\.value) == ["low", "middle", "high", "yes"])

    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    let unit = deviation(Self.rows.map { Double($0.pixels[0]) })
    let first = responses.rows[0]
    #expect(abs(first.deviation - unit) < 1e-6)
    // low: 0 − 3 and 0 − 3; middle: 1 − 2.5 and 2 − 2; high: 5 − 0.5 and 4 − 1.
    for (effect, mean) in zip(first.effects, [-3, -0.75, 3.75, 0]) { #expect(abs(effect.mean - mean / unit) < 1e-6) }
    let error = try #require(first.effects[1].standardError)
    #expect(abs(error - 0.75 / unit) < 1e-6)
    #expect(responses.strongest(first)?.concept == .init(factor: "level", value: "high"))

    let second = responses.rows[1]
    let secondUnit = deviation(Self.rows.map { Double($0.pixels[1]) })
    for (effect, mean) in zip(second.effects, [0.0, 0, 0, -3]) {
      #expect(abs(effect.mean - mean / secondUnit) < 1e-6)
    }
    let constant = responses.rows[2]
    #expect(constant.deviation == 0)
    #expect(constant.effects.allSatisfy { $0.mean == 0 })
    #expect(responses.strongest(constant) == nil)
    #expect(constant.strongest == nil)

    // The logits are the constant 1 and red.
    #expect(responses.outputs.map(\.name) == ["dim", "1"])
    #expect(responses.outputs[0].deviation == 0)
    for (effect, mean) in zip(responses.outputs[1].effects, [-3, -0.75, 3.75, 0]) {
      #expect(abs(effect.mean - mean / unit) < 1e-6)
    }
    #expect(responses.outputs[1].strongest == .init(factor: "level", value: "high"))

    // The answer changes between a level of at most 1 and a higher one: 2 of 3 pairs of each scene; never with the tint.
    #expect(responses.answers.map(\.factor) == ["level", "tint"])
    #expect(responses.answers.map(\.pairCount) == [6, 2])
    #expect(responses.answers.map(\.changedCount) == [4, 0])
  }

  @Test func listsThatMakeNoExperimentAreRefused() throws {
    var twice = Self.rows
    twice[1].value = "low"
    let doubled = try Self.images(twice)
    #expect(throws: InputError.self) { try ImageVariations(doubled) }
    let lonely = try Self.images([Self.rows[0], Self.rows[9]])
    #expect(throws: InputError.self) { try ImageVariations(lonely) }
    let plain = try LabeledImages(images: [Image(width: 1, height: 1, colour: .rgb, pixels: [0, 0, 0])], labels: [0])
    #expect(throws: InputError.self) { try ImageVariations(plain) }
  }

  @Test func anUnknownFilterIsRefused() async throws {
    let plan = try Self.plan(), images = try Self.images(Self.rows)
    let variations = try ImageVariations(images)
    await #expect(throws: InputError.self) {
      _ = try await FilterResponses.measured(plan, of: [Filter(layer: "filters", channel: 3)], on: variations)
    }
  }
}
