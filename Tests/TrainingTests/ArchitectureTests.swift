import InputErrors
import Networks
import Tensors
import Testing
import Training

@Suite struct ArchitectureTests {
  @Test(arguments: ArchitectureZoo.allCases)
  func theZooTakesAnySizeAndNumberOfClasses(_ architecture: ArchitectureZoo) throws {
    for (channels, side, classes) in [(1, 28, 10), (3, 32, 2), (3, 64, 7), (2, 40, 3)] {
      let shape = Shape(channels, side, side)
      let network = try architecture.recipe(for: shape).network(input: shape, classes: classes, seed: 4)
      #expect(network.inputShape == shape)
      #expect(network.outputShape == Shape(classes))
      #expect(network.classCount == classes)
      #expect(network.parameterCount < 800_000)
    }
  }

  @Test func theBlocksAreWhatTheyAreCalled() throws {
    func layers(_ architecture: ArchitectureZoo) throws -> [String: Int] {
      let shape = Shape(3, 32, 32)
      let network = try architecture.recipe(for: shape).network(input: shape, classes: 10, seed: 4)
      return network.nodes.reduce(into: [:]) { $0[$1.layer.kindName, default: 0] += 1 }
    }
    #expect(try layers(.lenet)["Convolution"] == 2 && layers(.lenet)["Linear"] == 3)
    #expect(try layers(.vgg)["Convolution"] == 6 && layers(.vgg)["BatchNormalization"] == 6)
    // One convolution, six blocks of two, two shortcuts that change the shape.
    #expect(try layers(.resnet)["Convolution"] == 15 && layers(.resnet)["Add"] == 6)
    // A fire block has three convolutions.
    #expect(try layers(.squeezenet)["Convolution"] == 17 && layers(.squeezenet)["Concatenate"] == 5)
    #expect(try layers(.inception)["Convolution"] == 25 && layers(.inception)["Concatenate"] == 4)
  }

  @Test func theSeedDecidesTheParameters() throws {
    let shape = Shape(1, 28, 28)
    let recipe = ArchitectureZoo.lenet.recipe(for: shape)
    let first = try recipe.network(input: shape, classes: 10, seed: 4)
    #expect(try recipe.network(input: shape, classes: 10, seed: 4) == first)
    #expect(try recipe.network(input: shape, classes: 10, seed: 5) != first)
  }

  @Test func parametersAreDrawnAsStated() throws {
    let shape = Shape(8, 16, 16)
    func weights(_ initialization: ParameterInitialization, _ activation: ActivationName) throws -> ([Float], [Float]) {
      let recipe = ArchitectureRecipe(
        name: "one",
        layers: [
          .convolution(.init(channels: .fixed(64), activation: activation)),
          .convolution(.init(channels: .classes, activation: .none)), .globalPool(.average),
        ], initialization: initialization)
      guard case .convolution(let layer) = try recipe.network(input: shape, classes: 2, seed: 9).nodes[1].layer else {
        return ([], [])
      }
      return (layer.weight.values, layer.bias ?? [])
    }
    func variance(_ values: [Float]) -> Double {
      values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
    }
    let fanIn = 72.0, fanOut = 576.0
    let he = try weights(.he, .relu)
    #expect(abs(variance(he.0) / (2 / fanIn) - 1) < 0.06)
    #expect(he.1 == [Float](repeating: 0, count: 64))
    #expect(try abs(variance(weights(.he, .none).0) / (1 / fanIn) - 1) < 0.06)
    let xavier = try weights(.xavier, .none)
    #expect(abs(variance(xavier.0) / (2 / (fanIn + fanOut)) - 1) < 0.06)
    let bound = Float((6 / (fanIn + fanOut)).squareRoot())
    #expect(xavier.0.allSatisfy { abs($0) <= bound })
    let torch = try weights(.pytorch, .relu)
    let limit = Float(1 / fanIn.squareRoot())
    #expect(abs(variance(torch.0) / (1 / (3 * fanIn)) - 1) < 0.06)
    #expect(torch.0.allSatisfy { abs($0) <= limit } && torch.1.allSatisfy { abs($0) <= limit })
    #expect(torch.1.contains { $0 != 0 })
  }

  @Test func whatDoesNotFitIsNamedByItsLine() {
    func error(_ layers: [LayerRecipe], input: Shape? = nil, classes: Int? = nil) -> InputError? {
      do {
        let recipe = ArchitectureRecipe(name: "bad", input: input, classes: classes, layers: layers)
        _ = try recipe.network(input: Shape(3, 8, 8), classes: 4, seed: 0)
        return nil
      } catch { return error as? InputError }
    }
    let pool = LayerRecipe.pool(.init())
    #expect(error([pool, pool, pool, pool])?.place.key == "architecture.layers[3]")
    #expect(error([.linear(.init(features: .fixed(3))), pool])?.place.key == "architecture.layers[1]")
    #expect(error([.convolution(.init(channels: .fixed(4), groups: 2))])?.what.contains("groups") == true)
    #expect(error([.linear(.init(features: .fixed(3)))])?.hint?.contains("classes") == true)
    let classifier = LayerRecipe.linear(.init(features: .classes))
    #expect(error([classifier]) == nil)
    #expect(error([classifier], input: Shape(1, 8, 8))?.place.key == "architecture.input")
    #expect(error([classifier], classes: 5)?.place.key == "architecture.classes")
    let wide = LayerRecipe.linear(.init(features: .fixed(1 << 16)))
    #expect(error([wide, wide, classifier])?.what.contains("parameters") == true)
  }
}
