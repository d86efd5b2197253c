import Networks
import Tensors

/// Builds the ``ConceptNetwork``: all weights are whole numbers or halves, so that nothing is rounded.
struct ConceptNetworkBuilder {
  private let palette = FlatColour.allCases
  private var nodes: [Node] = []

  init() {}

  func network() throws -> Network {
    var builder = self
    return try builder.build()
  }

  private mutating func build() throws -> Network {
    let image = add("image", .input(Shape(3, FlatGeometry.side, FlatGeometry.side)), [])
    let differences = try rectified("differences", differences(), image)
    let exact = try rectified("exact colours", exactColours(), differences)
    let surface = try rectified("surface", surface(), exact)
    let maps = [
      try rectified(ConceptNetwork.Layer.colours.rawValue, colours(), exact),
      try rectified(ConceptNetwork.Layer.textures.rawValue, textures(), surface),
      try rectified(ConceptNetwork.Layer.shapes.rawValue, shapes(), surface),
    ]
    let joined = add("joined", .concatenate, maps)
    let maxima = add("maxima", .globalPool(.maximum), [joined])
    let concepts = try rectified(ConceptNetwork.conceptsLayer, selection(ConceptDetector.all.count), maxima)
    let flat = add("flat", .reshape(Shape(ConceptDetector.all.count)), [concepts])
    let judged = add("conjunctions", .linear(try conjunctions()), [flat])
    let kept = add("conjunctions.relu", .activation(.relu), [judged])
    _ = add("classes", .linear(try classifier()), [kept])
    return try Network(name: "concepts", nodes: nodes)
  }

  private mutating func add(_ name: String, _ layer: Layer, _ inputs: [Int]) -> Int {
    nodes.append(Node(name, layer, inputs: inputs))
    return nodes.count - 1
  }

  private mutating func rectified(_ name: String, _ convolution: Convolution, _ input: Int) throws -> Int {
    let node = add(name, .convolution(convolution), [input])
    return add(name + ".relu", .activation(.relu), [node])
  }

  // MARK: Colours

  /// max(0, sample − value) and max(0, value − sample) for each colour of the palette and each channel.
  private func differences() throws -> Convolution {
    var weights: [Float] = []
    var bias: [Float] = []
    for colour in palette {
      for channel in 0..<3 {
        for sign: Float in [1, -1] {
          for input in 0..<3 { weights.append(input == channel ? sign : 0) }
          bias.append(-sign * Float(colour.samples[channel]))
        }
      }
    }
    return Convolution(weight: try Tensor(shape: Shape(6 * palette.count, 3, 1, 1), values: weights), bias: bias)
  }

  /// max(0, 1 − the sum of a colour's differences): 1 where the pixel has exactly this colour, else 0.
  private func exactColours() throws -> Convolution {
    let count = palette.count
    var weights = [Float](repeating: 0, count: count * 6 * count)
    for colour in 0..<count {
      for difference in 0..<6 { weights[colour * 6 * count + 6 * colour + difference] = -1 }
    }
    return Convolution(
      weight: try Tensor(shape: Shape(count, 6 * count, 1, 1), values: weights),
      bias: [Float](repeating: 1, count: count))
  }

  /// Two maps: where the object has ink, and where it has its colour.
  private func surface() throws -> Convolution {
    var weights: [Float] = []
    weights += palette.map { $0 == .ink ? 1 : 0 }
    weights += palette.map { colour in
      switch colour {
      case .surface: 1
      case .ground, .ink, .mark, .frame: 0
      }
    }
    return Convolution(weight: try Tensor(shape: Shape(2, palette.count, 1, 1), values: weights))
  }

  private func colours() throws -> Convolution {
    let weights = ConceptNetwork.Layer.colours.detectors.flatMap { detector in
      palette.map { (colour: FlatColour) -> Float in
        switch (detector, colour) {
        case (.colour(let wanted), .surface(let own)): wanted == own ? 1 : 0
        case (.background(let wanted), .ground(let own)): wanted == own ? 1 : 0
        case (.mark, .mark), (.frame, .frame): 1
        default: 0
        }
      }
    }
    let shape = Shape(ConceptNetwork.Layer.colours.detectors.count, palette.count, 1, 1)
    return Convolution(weight: try Tensor(shape: shape, values: weights))
  }

  // MARK: Patterns

  /// Each filter is 1 exactly where every pixel of its window has what the pattern asks for: ink, colour, or anything.
  private func textures() throws -> Convolution {
    let patterns = [
      ["iiiii", "iiiii", "ccccc", "ccccc", "....."],
      ["iicc.", "iicc.", "iicc.", "iicc.", "iicc."],
      ["cccc.", "ciic.", "ciic.", "cccc.", "....."],
      ["iicc.", "iicc.", "ccii.", "ccii.", "....."],
    ]
    return try matching(
      patterns.map { rows in
        rows.map { row in row.map { $0 == "i" ? [1, 0] : $0 == "c" ? [0, 1] : [0, 0] } }
      })
  }

  /// Each filter is 1 exactly where an object has all pixels of the shape, and the others of the window are none of it.
  private func shapes() throws -> Convolution {
    let reach = FlatGeometry.reach
    return try matching(
      ObjectShape.allCases.map { shape in
        (-reach...reach).map { row in
          (-reach...reach).map { FlatGeometry.contains(shape, $0, row) ? [1, 1] : [-1, -1] }
        }
      })
  }

  /// Windows [filter][row][column][ink, colour] as a convolution whose filters reach 1 only where all wanted pixels (those
  /// with a 1) are there and no unwanted one (with a −1) is.
  private func matching(_ windows: [[[[Float]]]]) throws -> Convolution {
    let side = windows[0].count
    var weights: [Float] = []
    var bias: [Float] = []
    for window in windows {
      for channel in 0..<2 { for row in window { for pixel in row { weights.append(pixel[channel]) } } }
      // No pixel has both ink and colour.
      let wanted = window.joined().filter { $0.contains(1) }.count
      bias.append(1 - Float(wanted))
    }
    return Convolution(
      weight: try Tensor(shape: Shape(windows.count, 2, side, side), values: weights), bias: bias,
      padding: Insets(side / 2))
  }

  // MARK: The head

  private func selection(_ count: Int) throws -> Convolution {
    var weights = [Float](repeating: 0, count: count * count)
    for index in 0..<count { weights[index * count + index] = 1 }
    return Convolution(weight: try Tensor(shape: Shape(count, count, 1, 1), values: weights))
  }

  /// The detectors as they are, then max(0, first + second − 1) of each pair.
  private func conjunctions() throws -> Linear {
    let detectors = ConceptDetector.all
    let pairs = ConceptHead.pairs
    var weights: [Float] = []
    for own in detectors { weights += detectors.map { $0 == own ? 1 : 0 } }
    for pair in pairs { weights += detectors.map { $0 == pair.first || $0 == pair.second ? 1 : 0 } }
    let bias = [Float](repeating: 0, count: detectors.count) + [Float](repeating: -1, count: pairs.count)
    return Linear(
      weight: try Tensor(shape: Shape(detectors.count + pairs.count, detectors.count), values: weights), bias: bias)
  }

  private func classifier() throws -> Linear {
    let labels = ConceptHead.ClassName.allCases.indices
    var weights: [Float] = []
    for label in labels {
      weights += ConceptDetector.all.map { Float(ConceptHead.weight($0, label: label)) }
      weights += ConceptHead.pairs.map { $0.label == label ? Float($0.weight) : 0 }
    }
    return Linear(
      weight: try Tensor(
        shape: Shape(labels.count, ConceptDetector.all.count + ConceptHead.pairs.count), values: weights))
  }
}
