import Inference
import InputErrors
import Networks
import NeuronShapley
import Tensors
import Testing

@Suite struct FilterPlayersTests {
  private func plan() throws -> ExecutionPlan { try ExecutionPlan(SmallNetworks.mixed(seed: 1)) }

  @Test func filterNamesSplitAtTheLastColon() throws {
    #expect(try Filter(parsing: "residual:1:3") == Filter(layer: "residual:1", channel: 3))
    #expect(Filter(layer: "a/b", channel: 12).description == "a/b:12")
    for text in ["conv", ":3", "conv:", "conv:-1", "conv:x", "conv:1.5", ""] {
      #expect(throws: InputError.self, "'\(text)'") { try Filter(parsing: text) }
    }
  }

  @Test func playersAreTheConvolutionsFiltersInNetworkOrder() throws {
    let plan = try plan()
    let players = try FilterPlayers(plan)
    let expected = [("stem", 4), ("depthwise", 4), ("residual:1", 4), ("grouped", 6), ("up", 3)]
      .flatMap { layer, count in (0..<count).map { "\(layer):\($0)" } }
    #expect(players.players.map(\.name) == expected)
    #expect(players.players[9].layer == "residual:1" && players.players[9].channel == 1)
    #expect(players.units == (0..<21).map { [$0] })
    #expect(players.unitCount == 21 + 6 + 5)
    #expect(try players.player(named: "grouped:2") == 14)
  }

  @Test func linearLayersAndTheClassifierTakePartOnRequestOnly() throws {
    let plan = try plan()
    #expect(try FilterPlayers(plan, selection: .init(includesLinearLayers: true)).count == 21 + 6)
    #expect(try FilterPlayers(plan, selection: .init(includesClassifier: true)).count == 21 + 5)
    let named = try FilterPlayers(plan, selection: .init(layers: ["logits", "depthwise"]))
    #expect(named.players.map(\.name) == (0..<4).map { "depthwise:\($0)" } + (0..<5).map { "logits:\($0)" })
  }

  @Test func aConvolutionThatYieldsTheLogitsIsNoPlayer() throws {
    let network = try Network(
      name: "fully convolutional",
      nodes: [
        Node("image", .input(Shape(1, 4, 4)), inputs: []),
        Node("features", .convolution(.init(weight: Tensor(repeating: 1, shape: Shape(3, 1, 2, 2)))), inputs: [0]),
        Node("classes", .convolution(.init(weight: Tensor(repeating: 1, shape: Shape(2, 3, 1, 1)))), inputs: [1]),
        Node("relu", .activation(.relu), inputs: [2]),
        Node("mean", .globalPool(.average(countsPadding: false)), inputs: [3]),
      ])
    let players = try FilterPlayers(ExecutionPlan(network))
    #expect(players.players.map(\.name) == ["features:0", "features:1", "features:2"])
  }

  @Test func layersAndListsOfFiltersCanBePlayers() throws {
    let plan = try plan()
    let layers = try FilterPlayers(plan, selection: .init(grouping: .layers))
    #expect(layers.players.map(\.name) == ["stem", "depthwise", "residual:1", "grouped", "up"])
    #expect(layers.units[3] == Array(12..<18))
    let groups = try FilterPlayers(
      plan,
      selection: .init(
        grouping: .custom([
          .init(name: "b", filters: [.init(layer: "up", channel: 0), .init(layer: "stem", channel: 2)]),
          .init(name: "a", filters: [.init(layer: "stem", channel: 0)]),
        ])))
    #expect(groups.players.map(\.name) == ["b", "a"])
    #expect(groups.players.map { $0.layer } == [nil, "stem"] && groups.players.map { $0.channel } == [nil, 0])
    #expect(groups.units == [[2, 18], [0]])
    #expect(groups.masks(removing: [0]).indices.filter { groups.masks(removing: [0])[$0] == 255 } == [2, 18])
  }

  @Test func mistakesNameWhatWasProbablyMeant() throws {
    let plan = try plan()
    func error(_ selection: PlayerSelection) throws -> InputError {
      try #require(throws: InputError.self) { try FilterPlayers(plan, selection: selection) }
    }
    #expect(try error(.init(layers: ["depthwize"])).hint == "did you mean 'depthwise'?")
    let group = FilterGroup(name: "g", filters: [.init(layer: "stem", channel: 4)])
    #expect(try error(.init(grouping: .custom([group]))).expected == "a channel from 0 to 3")
    let one = FilterGroup(name: "one", filters: [.init(layer: "stem", channel: 1)])
    #expect(try error(.init(grouping: .custom([one, one]))).what.contains("same name"))
    let other = FilterGroup(name: "other", filters: one.filters)
    #expect(try error(.init(grouping: .custom([one, other]))).found == "it in 'one' too")
    #expect(try error(.init(grouping: .custom([.init(name: "none", filters: [])]))).what.contains("empty"))
    #expect(try error(.init(grouping: .custom([]))).what.contains("no players"))
    let unknown = try #require(throws: InputError.self) { try FilterPlayers(plan).player(named: "stem:9") }
    #expect(unknown.hint?.contains("stem:") == true)
  }
}
