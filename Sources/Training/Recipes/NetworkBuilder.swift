import InputErrors
import Networks
import Statistics
import Tensors

extension ArchitectureRecipe {
  /// Builds the network with fresh parameters.
  ///
  /// The same seed draws the same parameters; those of a node depend on the seed and the node's index alone.
  /// - Parameters:
  ///   - input: the images' `[channels, height, width]`.
  ///   - classes: the number of classes, at least 2.
  ///   - seed: decides the parameters.
  /// - Throws: ``InputErrors/InputError`` (data) naming the line, `layers[3]`, when it does not fit what stands before
  ///   it, when the recipe is made for other images, when the last line has not one value a class, or when the
  ///   parameters are more than ``mostParameters``. Complexity: O(parameters).
  public func network(input: Shape, classes: Int, seed: UInt64) throws -> Network {
    if let own = self.input, own != input {
      throw InputError(
        .data, "the recipe is made for other images", at: .init(key: "architecture.input"), expected: "\(own)",
        found: "images of \(input)")
    }
    if let own = self.classes, own != classes {
      throw InputError(
        .data, "the recipe is made for another number of classes", at: .init(key: "architecture.classes"),
        expected: "\(own)", found: "\(classes)")
    }
    var builder = NetworkBuilder(input: input, classes: classes, seed: seed, initialization: initialization)
    for (index, layer) in layers.enumerated() {
      do { try builder.add(layer) } catch var error as InputError {
        error.place.key = "architecture.layers[\(index)]"
        throw error
      }
    }
    try builder.flatten()
    guard builder.shape == Shape(classes) else {
      throw InputError(
        .data, "the last layer has not one value a class", at: .init(key: "architecture.layers"),
        expected: "\(classes)", found: "\(builder.shape)", hint: "end with a linear layer of \"classes\" features")
    }
    return try Network(name: name, nodes: builder.nodes)
  }

  /// The most parameters that a network made from a recipe may have.
  public static let mostParameters = 1 << 26
}

/// Adds the nodes of recipe lines one after another, each reading the one before.
private struct NetworkBuilder {
  /// The most nodes; a bound for recipes that repeat.
  static let mostNodes = 20_000

  let classes: Int
  let seed: UInt64
  let initialization: ParameterInitialization
  private(set) var nodes: [Node]
  private var shapes: [Shape]
  private var parameterCount = 0
  /// The node that the next one reads.
  private var current = 0
  private var numbers: [String: Int] = [:]

  init(input: Shape, classes: Int, seed: UInt64, initialization: ParameterInitialization) {
    self.classes = classes
    self.seed = seed
    self.initialization = initialization
    nodes = [Node("image", .input(input), inputs: [])]
    shapes = [input]
  }

  var shape: Shape { shapes[current] }

  mutating func add(_ layer: LayerRecipe) throws {
    switch layer {
    case .convolution(let recipe):
      for repetition in 0..<recipe.repetitions {
        let number = next("conv")
        try convolution(
          "conv\(number)", channels: recipe.channels.resolved(classes: classes), kernel: recipe.kernel,
          stride: repetition == 0 ? recipe.stride : 1, padding: recipe.padding, groups: recipe.groups,
          batchNorm: recipe.batchNorm, bias: recipe.bias, activation: recipe.activation)
      }
    case .pool(let recipe):
      let pooling = Pooling(
        recipe.kind.pooling, kernel: Extent(recipe.kernel), stride: Extent(recipe.stride),
        padding: Insets(recipe.padding))
      try append("pool\(next("pool"))", .pool(pooling))
    case .globalPool(let kind): try append("globalPool\(next("globalPool"))", .globalPool(kind.pooling))
    case .linear(let recipe): try linear(recipe)
    case .fire(let recipe):
      for _ in 0..<recipe.repetitions { try fire(recipe, "fire\(next("fire"))") }
    case .inception(let recipe):
      for _ in 0..<recipe.repetitions { try inception(recipe, "inception\(next("inception"))") }
    case .residual(let recipe):
      for repetition in 0..<recipe.repetitions {
        try residual(recipe, stride: repetition == 0 ? recipe.stride : 1, "block\(next("block"))")
      }
    }
  }

  /// Makes a vector of a feature map.
  mutating func flatten() throws {
    if shape.rank > 1 { try append("flat\(next("flat"))", .reshape(Shape(shape.count))) }
  }

  // MARK: Lines

  private mutating func convolution(
    _ name: String, channels: Int, kernel: Extent = Extent(3), stride: Int = 1, padding: Int? = nil, groups: Int = 1,
    batchNorm: Bool, bias: Bool? = nil, activation: ActivationName
  ) throws {
    guard shape.rank == 3 else {
      throw InputError(
        .data, "a convolution needs a feature map", at: .init(node: name), found: "a vector of \(shape)",
        hint: "linear layers come last")
    }
    guard shape.channels % groups == 0, channels % groups == 0 else {
      throw InputError(
        .data, "the groups do not divide the channels", at: .init(node: name),
        expected: "a divisor of \(shape.channels) and \(channels)", found: "\(groups)")
    }
    let perGroup = shape.channels / groups
    let weight = try weight(
      Shape(channels, perGroup, kernel.height, kernel.width), fanIn: perGroup * kernel.area,
      fanOut: channels * kernel.area, gain: activation.gain)
    let around =
      padding.map { Insets($0) }
      ?? Insets(
        top: (kernel.height - 1) / 2, left: (kernel.width - 1) / 2, bottom: kernel.height / 2, right: kernel.width / 2)
    let layer = Convolution(
      weight: weight, bias: bias ?? !batchNorm ? self.bias(channels, fanIn: perGroup * kernel.area) : nil,
      stride: Extent(stride), padding: around, groups: groups)
    try append(name, .convolution(layer))
    if batchNorm { try normalization(name) }
    try self.activation(activation, after: name)
  }

  private mutating func linear(_ recipe: LinearRecipe) throws {
    try flatten()
    let features = recipe.features.resolved(classes: classes), inputs = shape.count
    let name = "linear\(next("linear"))"
    let weight = try weight(
      Shape(features, inputs), fanIn: inputs, fanOut: features, gain: recipe.activation.gain)
    try append(name, .linear(Linear(weight: weight, bias: recipe.bias ? bias(features, fanIn: inputs) : nil)))
    try activation(recipe.activation, after: name)
  }

  private mutating func fire(_ recipe: FireRecipe, _ name: String) throws {
    try convolution(
      "\(name)/squeeze1x1", channels: recipe.squeeze, kernel: Extent(1), batchNorm: recipe.batchNorm, activation: .relu)
    let squeezed = current
    var ends: [Int] = []
    for side in [1, 3] {
      current = squeezed
      try convolution(
        "\(name)/expand\(side)x\(side)", channels: recipe.expand, kernel: Extent(side), batchNorm: recipe.batchNorm,
        activation: .relu)
      ends.append(current)
    }
    try append("\(name)/concat", .concatenate, reading: ends)
  }

  private mutating func inception(_ recipe: InceptionRecipe, _ name: String) throws {
    let start = current
    var ends: [Int] = []
    func branch(_ builder: inout NetworkBuilder, _ steps: (inout NetworkBuilder) throws -> Void) rethrows {
      builder.current = start
      try steps(&builder)
      ends.append(builder.current)
    }
    func convolution(_ builder: inout NetworkBuilder, _ part: String, _ channels: Int, _ side: Int) throws {
      try builder.convolution(
        "\(name)/\(part)", channels: channels, kernel: Extent(side), batchNorm: recipe.batchNorm, activation: .relu)
    }
    try branch(&self) { try convolution(&$0, "1x1", recipe.one, 1) }
    for (side, counts) in [(3, recipe.three), (5, recipe.five)] where counts.count == 2 {
      try branch(&self) {
        try convolution(&$0, "\(side)x\(side)_reduce", counts[0], 1)
        try convolution(&$0, "\(side)x\(side)", counts[1], side)
      }
    }
    if recipe.pool > 0 {
      try branch(&self) {
        try $0.append(
          "\(name)/pool", .pool(Pooling(.maximum, kernel: Extent(3), stride: Extent(1), padding: Insets(1))))
        try convolution(&$0, "pool_1x1", recipe.pool, 1)
      }
    }
    try append("\(name)/concat", .concatenate, reading: ends)
  }

  private mutating func residual(_ recipe: ResidualRecipe, stride: Int, _ name: String) throws {
    let start = current, before = shape
    switch recipe.form {
    case .basic:
      try convolution(
        "\(name)/conv1", channels: recipe.channels, stride: stride, batchNorm: recipe.batchNorm, activation: .relu)
      try convolution(
        "\(name)/conv2", channels: recipe.channels, batchNorm: recipe.batchNorm, activation: .none)
    case .bottleneck:
      let inner = max(1, recipe.channels / 4)
      try convolution(
        "\(name)/conv1", channels: inner, kernel: Extent(1), batchNorm: recipe.batchNorm, activation: .relu)
      try convolution(
        "\(name)/conv2", channels: inner, stride: stride, batchNorm: recipe.batchNorm, activation: .relu)
      try convolution(
        "\(name)/conv3", channels: recipe.channels, kernel: Extent(1), batchNorm: recipe.batchNorm, activation: .none)
    }
    let end = current
    current = start
    if shapes[end] != before {
      try convolution(
        "\(name)/shortcut", channels: recipe.channels, kernel: Extent(1), stride: stride, padding: 0,
        batchNorm: recipe.batchNorm, activation: .none)
    }
    try append("\(name)/add", .combine(.add), reading: [end, current])
    try activation(.relu, after: name)
  }

  // MARK: Nodes

  private mutating func normalization(_ name: String) throws {
    let channels = shape.channels
    func all(_ value: Float) -> [Float] { [Float](repeating: value, count: channels) }
    try append(
      name + "/norm",
      .batchNormalization(BatchNormalization(scale: all(1), shift: all(0), mean: all(0), variance: all(1))))
  }

  private mutating func activation(_ activation: ActivationName, after name: String) throws {
    if let layer = activation.activation { try append("\(name)/\(activation.rawValue)", .activation(layer)) }
  }

  private mutating func append(_ name: String, _ layer: Layer, reading inputs: [Int]? = nil) throws {
    let node = Node(name, layer, inputs: inputs ?? [current])
    guard nodes.count < Self.mostNodes else {
      throw InputError(.data, "the network has too many layers", expected: "at most \(Self.mostNodes)")
    }
    let shape = try ShapeInference.outputShape(of: node, inputs: node.inputs.map { shapes[$0] })
    nodes.append(node)
    shapes.append(shape)
    current = nodes.count - 1
  }

  private mutating func next(_ kind: String) -> Int {
    numbers[kind, default: 0] += 1
    return numbers[kind, default: 0]
  }

  // MARK: Parameters of the node that comes next

  private mutating func weight(_ shape: Shape, fanIn: Int, fanOut: Int, gain: Double) throws -> Tensor {
    var count = 1
    for extent in shape.extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= ArchitectureRecipe.mostParameters else { throw Self.tooLarge }
      count = product
    }
    parameterCount += count
    guard parameterCount <= ArchitectureRecipe.mostParameters else { throw Self.tooLarge }
    var stream = RandomStream(seed: seed, purpose: .parameterInitialization, index: nodes.count)
    let draw: (inout RandomStream) -> Double
    switch initialization {
    case .he:
      let deviation = gain / Double(fanIn).squareRoot()
      draw = { deviation * $0.normal() }
    case .xavier:
      let bound = gain * (6 / Double(fanIn + fanOut)).squareRoot()
      draw = { bound * (2 * $0.uniform() - 1) }
    case .pytorch:
      let bound = 1 / Double(fanIn).squareRoot()
      draw = { bound * (2 * $0.uniform() - 1) }
    }
    return try Tensor(shape: shape, values: (0..<count).map { _ in Float(draw(&stream)) })
  }

  private func bias(_ count: Int, fanIn: Int) -> [Float] {
    switch initialization {
    case .he, .xavier: return [Float](repeating: 0, count: count)
    case .pytorch:
      var stream = RandomStream(seed: seed, purpose: .parameterInitialization, index: nodes.count, subindex: 1)
      let bound = 1 / Double(fanIn).squareRoot()
      return (0..<count).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
    }
  }

  private static var tooLarge: InputError {
    InputError(
      .data, "the network has too many parameters", expected: "at most \(ArchitectureRecipe.mostParameters)")
  }
}
