import Images
import Inference
import Networks
import Probing
import Statistics
import Tensors

/// Images of twelve channels of noise in which concepts are planted along directions, and a network that has learnt some.
///
/// `used` and `unused` are images in which the noise goes far to either side along a direction: no linear map of the image
/// tells that, but the network's rectified filters 0 and 1 (used) or 2 and 3 (unused) do. The classifier reads 0 and 1 alone.
/// `amount` is a quantity along a third direction, `nothing` a coin.
struct PlantedWorld {
  static let channels = 12, side = 2, filters = 32
  let images: LabeledImages
  let concepts: [String: ProbedConcept]

  /// Orthogonal directions of length 1.
  static func direction(_ index: Int) -> [Double] {
    (0..<channels).map { channel in
      (channel / 4 == index ? 0.5 : 0) * (channel % 2 == 0 ? 1 : -1)
    }
  }

  init(seed: UInt64, count: Int = 120) throws {
    var stream = RandomStream(seed: seed, purpose: .test)
    var tensors: [Tensor] = [], used: [Int] = [], unused: [Int] = [], nothing: [Int] = [], amounts: [Double] = []
    for _ in 0..<count {
      let isUsed = stream.uniform(below: 2), isUnused = stream.uniform(below: 2)
      let amount = 2 * stream.normal()
      var pixel = (0..<Self.channels).map { _ in 0.7 * stream.normal() }
      let far = [isUsed == 1 ? 3.0 : 0.5, isUnused == 1 ? 3.0 : 0.5]
      for index in 0..<2 {
        let side = stream.bernoulli(0.5) ? 1.0 : -1.0
        for channel in 0..<Self.channels { pixel[channel] += side * far[index] * Self.direction(index)[channel] }
      }
      for channel in 0..<Self.channels { pixel[channel] += amount * Self.direction(2)[channel] }
      let area = Self.side * Self.side
      tensors.append(
        try Tensor(
          shape: Shape(Self.channels, Self.side, Self.side),
          values: pixel.flatMap { [Float](repeating: Float($0), count: area) }))
      used.append(isUsed)
      unused.append(isUnused)
      nothing.append(stream.uniform(below: 2))
      amounts.append(amount)
    }
    images = try LabeledImages(tensors: tensors, labels: used)
    func concept(_ name: String, _ labels: [Int]) -> ProbedConcept {
      ProbedConcept(
        name: name, rows: Array(0..<count), target: .classes(labels, count: 2), classNames: ["no", "yes"])
    }
    concepts = [
      "used": concept("used", used), "unused": concept("unused", unused), "nothing": concept("nothing", nothing),
      "amount": ProbedConcept(name: "amount", rows: Array(0..<count), target: .values(amounts), classNames: []),
    ]
  }

  /// - Parameter learnt: 1 for the finished network, 0 for one whose filters are noise.
  static func network(learnt: Double = 1) throws -> Network {
    var stream = RandomStream(seed: 77, purpose: .test, index: 1)
    var weights: [Float] = []
    for filter in 0..<filters {
      let planted = filter < 4 ? direction(filter / 2).map { filter % 2 == 0 ? $0 : -$0 } : nil
      for channel in 0..<channels {
        let noise = 0.25 * stream.normal()
        weights.append(Float(planted.map { learnt * $0[channel] + (1 - learnt) * noise } ?? noise))
      }
    }
    var readout = [Float](repeating: 0, count: 2 * filters)
    for filter in 0..<2 { readout[filters + filter] = Float(2 * learnt) }
    return try Network(
      name: "planted",
      nodes: [
        Node("image", .input(Shape(channels, side, side)), inputs: []),
        Node(
          "conv1",
          .convolution(Convolution(weight: try Tensor(shape: Shape(filters, channels, 1, 1), values: weights))),
          inputs: [0]),
        Node("relu1", .activation(.relu), inputs: [1]),
        Node("pool", .globalPool(.average(countsPadding: false)), inputs: [2]),
        Node("flat", .reshape(Shape(filters)), inputs: [3]),
        Node(
          "fc",
          .linear(Linear(weight: try Tensor(shape: Shape(2, filters), values: readout), bias: [0, -3])), inputs: [4]),
      ])
  }

  static func configuration(seed: UInt64 = 0, repetitions: Int = 2) -> ProbeStudyConfiguration {
    ProbeStudyConfiguration(
      classProbe: ProbeConfiguration(
        kind: .logistic(l1Ratio: 0), path: .relative(ratio: 1e-3, count: 4), foldCount: 3, isBalanced: true,
        tolerance: 1e-4),
      quantityProbe: ProbeConfiguration(
        kind: .ridge, path: .relative(ratio: 1e-3, count: 4), foldCount: 3, tolerance: 1e-4),
      repetitions: repetitions, seed: seed)
  }
}
