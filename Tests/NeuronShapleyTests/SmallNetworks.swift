import Images
import Inference
import Networks
import NeuronShapley
import TestSupport
import Tensors

/// Small networks with every kind of neighbourhood that an ablated filter can have, with random parameters.
enum SmallNetworks {
  static let inputShape = Shape(2, 7, 6)
  static let classCount = 5

  /// Convolution + batch norm + ReLU, a residual addition, a depthwise and a grouped convolution, a concatenation, a bias
  /// as an affine layer, a transposed convolution, pooling, a hidden linear layer, the classifier, a softmax.
  static func mixed(seed: UInt64) throws -> Network {
    var random = SeededRandom(seed)
    func tensor(_ extents: Int...) throws -> Tensor {
      let shape = Shape(extents)
      return try Tensor(shape: shape, values: random.floats(shape.count).map { $0 * 0.7 })
    }
    func normalization(_ channels: Int) -> BatchNormalization {
      BatchNormalization(
        scale: random.floats(channels), shift: random.floats(channels), mean: random.floats(channels),
        variance: random.floats(channels).map { abs($0) + 0.2 })
    }
    var nodes = [Node("image", .input(inputShape), inputs: [])]
    func add(_ name: String, _ layer: Layer, _ inputs: Int...) -> Int {
      nodes.append(Node(name, layer, inputs: inputs))
      return nodes.count - 1
    }
    let stem = add("stem", .convolution(.init(weight: try tensor(4, 2, 3, 3), padding: Insets(1))), 0)
    let stemNormal = add("stem/bn", .batchNormalization(normalization(4)), stem)
    let stemActive = add("stem/relu", .activation(.relu), stemNormal)
    let depthwise = add(
      "depthwise", .convolution(.init(weight: try tensor(4, 1, 3, 3), padding: Insets(1), groups: 4)), stemActive)
    let depthwiseActive = add("depthwise/clip", .activation(.clip(lower: -0.4, upper: 0.9)), depthwise)
    let residual = add(
      "residual:1",
      .convolution(.init(weight: try tensor(4, 4, 1, 1), bias: random.floats(4))), depthwiseActive)
    let sum = add("sum", .combine(.add), stemActive, residual)
    let sumActive = add("sum/relu", .activation(.relu), sum)
    let grouped = add(
      "grouped", .convolution(.init(weight: try tensor(6, 2, 3, 3), stride: Extent(2), padding: Insets(1), groups: 2)),
      sumActive)
    let bias = add(
      "grouped/bias", .affine(.init(scale: [Float](repeating: 1, count: 6), shift: random.floats(6))), grouped)
    let biasActive = add("grouped/leaky", .activation(.leakyRelu(slope: 0.2)), bias)
    let pool = add("pool", .pool(.init(.maximum, kernel: Extent(2), stride: Extent(2), roundsUp: true)), sumActive)
    let concatenation = add("concatenation", .concatenate, biasActive, pool)
    let up = add("up", .transposedConvolution(.init(weight: try tensor(10, 3, 2, 2), stride: Extent(2))), concatenation)
    let upNormal = add("up/bn", .batchNormalization(normalization(3)), up)
    let count = 3 * 8 * 6
    let flat = add("flat", .reshape(Shape(count)), upNormal)
    let hidden = add("hidden", .linear(.init(weight: try tensor(6, count), bias: random.floats(6))), flat)
    let hiddenActive = add("hidden/sigmoid", .activation(.sigmoid), hidden)
    let logits = add("logits", .linear(.init(weight: try tensor(classCount, 6), bias: random.floats(5))), hiddenActive)
    _ = add("probabilities", .softmax(logarithmic: false), logits)
    return try Network(name: "mixed \(seed)", nodes: nodes)
  }

  /// Random images of the networks' input with random labels.
  static func images(_ count: Int, shape: Shape = inputShape, classCount: Int = classCount, seed: UInt64) throws
    -> LabeledImages
  {
    var random = SeededRandom(seed)
    let tensors = try (0..<count).map { _ in try Tensor(shape: shape, values: random.floats(shape.count)) }
    return try LabeledImages(tensors: tensors, labels: (0..<count).map { _ in random.int(0...classCount - 1) })
  }
}

/// What an ablation does to one image, worked out by the slow reference from definitions.
struct AblationReference {
  let plan: ExecutionPlan
  let kind: Ablation
  let images: LabeledImages
  let calibration: LabeledImages
  private let reference: ReferenceForward
  /// For each site, the mean of every element over the calibration images.
  private let meanMaps: [[Double]]

  init(_ plan: ExecutionPlan, _ kind: Ablation, images: LabeledImages, calibration: LabeledImages) {
    self.plan = plan
    self.kind = kind
    self.images = images
    self.calibration = calibration
    let reference = ReferenceForward(plan.network)
    var sums = plan.sites.map { [Double](repeating: 0, count: $0.shape.count) }
    for index in 0..<calibration.count {
      let values = reference.activations(of: calibration.pixels(of: index))
      for (place, site) in plan.sites.enumerated() {
        for element in sums[place].indices { sums[place][element] += values[site.site.output][element] }
      }
    }
    meanMaps = sums.map { $0.map { $0 / Double(calibration.count) } }
    self.reference = reference
  }

  /// The logits of an image with some units of the plan removed.
  func logits(of image: Int, removing removed: Set<Int>, donor: Int? = nil) -> [Double] {
    let donorValues = donor.map { reference.activations(of: calibration.pixels(of: $0)) }
    var replaced: [Int: [Int: [Double]]] = [:]
    for (place, site) in plan.sites.enumerated() {
      let area = site.shape.area
      for channel in 0..<site.channelCount where removed.contains(site.firstUnit + channel) {
        let range = channel * area..<(channel + 1) * area
        let map: [Double]
        switch kind {
        case .mean:
          map = [Double](repeating: meanMaps[place][range].reduce(0, +) / Double(area), count: area)
        case .meanMap: map = Array(meanMaps[place][range])
        case .zero: map = [Double](repeating: 0, count: area)
        case .resample: map = donorValues.map { Array($0[site.site.output][range]) } ?? []
        case .batchNormShift: map = [Double](repeating: shift(site.site, channel), count: area)
        }
        replaced[site.site.output, default: [:]][channel] = map
      }
    }
    return reference.logits(of: images.pixels(of: image), replaced: replaced)
  }

  /// The shift that batch norm, bias or affine leaves of a silent filter in ``SmallNetworks/mixed(seed:)``.
  private func shift(_ site: ActivationSite, _ channel: Int) -> Double {
    let nodes = plan.network.nodes
    switch nodes[site.source].name {
    case "stem", "up":
      guard case .batchNormalization(let layer) = nodes[site.source + 1].layer else { return .nan }
      let shift = Double(layer.shift[channel])
      return nodes[site.source].name == "stem" ? max(0, shift) : shift
    case "depthwise": return 0
    case "residual:1":
      guard case .convolution(let layer) = nodes[site.source].layer else { return .nan }
      return Double(layer.bias?[channel] ?? .nan)
    case "grouped":
      guard case .affine(let layer) = nodes[site.source + 1].layer else { return .nan }
      let shift = Double(layer.shift[channel])
      return shift < 0 ? Double(Float(0.2)) * shift : shift
    default: return .nan
    }
  }
}
