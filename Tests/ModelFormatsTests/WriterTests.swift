import Foundation
import Inference
import InputErrors
import ModelFormats
import Networks
import Tensors
import TestSupport
import Testing

struct WriterTests {
  private func again(_ network: Network) throws -> Network { try ONNXReader().read(ONNXWriter().bytes(of: network)) }

  private func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7 % 11) / 4 - 1 } }
  private func tensor(_ extents: Int...) throws -> Tensor {
    try Tensor(shape: Shape(extents), values: values(extents.reduce(1, *)))
  }

  /// A network with every kind of layer and activation.
  private func everything() throws -> Network {
    var nodes = [Node("image", .input(Shape(4, 9, 8)), inputs: [])]
    func add(_ name: String, _ layer: Layer, _ inputs: Int...) -> Int {
      nodes.append(Node(name, layer, inputs: inputs.isEmpty ? [nodes.count - 1] : inputs))
      return nodes.count - 1
    }
    let convolution = add(
      "conv",
      .convolution(
        Convolution(
          weight: try tensor(6, 2, 3, 2), bias: values(6), stride: Extent(height: 1, width: 2),
          padding: Insets(top: 1, left: 0, bottom: 2, right: 1), dilation: Extent(height: 2, width: 1), groups: 2)))
    _ = add(
      "bn",
      .batchNormalization(
        BatchNormalization(
          scale: values(6), shift: values(6), mean: values(6), variance: [1, 2, 3, 4, 5, 6], epsilon: 1e-3)))
    let activations: [Activation] = [
      .relu, .leakyRelu(slope: 0.1), .prelu([0.2]), .prelu(values(6)), .elu(alpha: 0.7), .sigmoid, .tanh,
      .hardSigmoid(alpha: 0.3, beta: 0.4), .hardSwish, .clip(lower: -1, upper: 0.5),
      .clip(lower: -.infinity, upper: 0.4), .clip(lower: -0.5, upper: .infinity),
      .clip(lower: -.infinity, upper: .infinity),
    ]
    for (index, activation) in activations.enumerated() { _ = add("act:\(index)", .activation(activation)) }
    _ = add("affine", .affine(ChannelAffine(scale: values(6), shift: values(6).map { $0 + 0.1 })))
    let scaled = add("scale", .affine(ChannelAffine(scale: values(6), shift: [Float](repeating: 0, count: 6))))
    let shifted = add(
      "shift", .affine(ChannelAffine(scale: [Float](repeating: 1, count: 6), shift: values(6))), convolution)
    _ = add("sum", .combine(.add), scaled, shifted, convolution)
    _ = add("difference", .combine(.subtract), nodes.count - 1, shifted)
    let gate = add("gate", .globalPool(.average(countsPadding: false)))
    _ = add("product", .combine(.multiply), gate - 1, gate)
    let constant = add("table", .constant(try Tensor(shape: Shape(1, 1, 4), values: [1, 2, 4, 8])), -1)
    nodes[constant].inputs = []
    _ = add("quotient", .combine(.divide), constant - 1, constant)
    _ = add("lrn", .localResponseNormalization(LocalResponseNormalization(size: 3, alpha: 0.1, beta: 0.5, bias: 2)))
    _ = add(
      "slice",
      .slice(
        Slice(axes: [
          .init(start: 5, step: -1, count: 6), .init(start: 1, step: 2, count: 4), .init(start: 0, step: 1, count: 4),
        ])))
    _ = add("pad", .pad(Padding(before: [0, 1, 0], after: [1, 0, 2], fill: .constant(0.5))))
    _ = add("reflect", .pad(Padding(before: [0, 1, 2], after: [0, 0, 1], fill: .reflect)))
    _ = add("edge", .pad(Padding(before: [1, 0, 0], after: [0, 1, 0], fill: .edge)))
    _ = add(
      "max",
      .pool(
        Pooling(
          .maximum, kernel: Extent(2), stride: Extent(height: 2, width: 1),
          padding: Insets(top: 0, left: 1, bottom: 1, right: 0), dilation: Extent(height: 1, width: 2), roundsUp: true))
    )
    _ = add(
      "average", .pool(Pooling(.average(countsPadding: true), kernel: Extent(2), stride: Extent(1), padding: Insets(1)))
    )
    _ = add(
      "mean", .pool(Pooling(.average(countsPadding: false), kernel: Extent(2), stride: Extent(1), padding: Insets(1))))
    let channels = 8
    _ = add(
      "deconv",
      .transposedConvolution(
        TransposedConvolution(
          weight: try tensor(channels, 3, 2, 3), bias: values(3), stride: Extent(2),
          padding: Insets(top: 1, left: 0, bottom: 0, right: 1), outputPadding: Extent(height: 1, width: 0))))
    let pooled = add("peak", .globalPool(.maximum))
    _ = add("both", .concatenate, pooled, pooled)
    _ = add("soft", .softmax(logarithmic: false))
    _ = add("flat", .reshape(Shape(6)))
    _ = add("linear", .linear(Linear(weight: try tensor(5, 6), bias: values(5))))
    _ = add("bare", .linear(Linear(weight: try tensor(3, 5))))
    _ = add("dropout", .identity)
    _ = add("log", .softmax(logarithmic: true))
    return try Network(name: "everything", nodes: nodes)
  }

  @Test func `every kind of layer is read again as it was`() throws {
    let network = try everything()
    let found = try again(network)
    for (index, node) in found.nodes.enumerated() where network.nodes.indices.contains(index) {
      #expect(node == network.nodes[index])
    }
    #expect(found == network)
  }

  @Test func `dilated average pooling has its operator set`() throws {
    let pooling = Pooling(.average(countsPadding: false), kernel: Extent(2), stride: Extent(1), dilation: Extent(2))
    let network = try Network(
      name: "dilated", nodes: [Node("x", .input(Shape(1, 5, 5)), inputs: []), Node("p", .pool(pooling), inputs: [0])])
    #expect(try again(network) == network)
  }

  @Test func `networks outside the normal form compute the same`() throws {
    let nodes = [
      Node("x", .input(Shape(2, 3, 3)), inputs: []),
      Node("one", .constant(Tensor(repeating: 2, shape: Shape([]))), inputs: []),
      Node("row", .constant(try tensor(1, 3, 3)), inputs: []),
      Node("unread", .activation(.relu), inputs: [0]),
      Node("twice", .combine(.multiply), inputs: [0, 1]),
      Node("", .concatenate, inputs: [4, 2]),
      Node("pool", .globalPool(.average(countsPadding: true)), inputs: [5]),
      Node("nothing", .affine(ChannelAffine(scale: [1, 1, 1], shift: [0, 0, 0])), inputs: [6]),
    ]
    let network = try Network(name: "free", nodes: nodes)
    let found = try again(network)
    #expect(!found.nodes.contains { $0.name == "unread" })
    let image = values(18)
    let expected = ReferenceForward(network).activations(of: image)[network.output]
    #expect(ReferenceForward(found).activations(of: image)[found.output] == expected)
    // What has been read is in the normal form.
    #expect(try again(found) == found)
  }

  @Test func `the input alone is a network`() throws {
    let network = try Network(name: "empty", nodes: [Node("x", .input(Shape(3)), inputs: [])])
    #expect(try again(network).nodes.map(\.layer.kindName) == ["Input", "Identity"])
  }

  @Test func `a constant output and a folder that is not there are errors`() throws {
    let nodes = [Node("x", .input(Shape(3)), inputs: []), Node("c", .constant(Tensor([1])), inputs: [])]
    let constant = try Network(name: "constant", nodes: nodes)
    #expect(throws: InputError.self) { try ONNXWriter().bytes(of: constant) }
    let network = try Network(name: "empty", nodes: [nodes[0]])
    let error = try #require(throws: InputError.self) { try ONNXWriter().write(network, to: "/no/such/folder/x.onnx") }
    #expect(error.kind == .cannotWrite)
    #expect(error.place.file == "/no/such/folder/x.onnx")
  }

  @Test(
    .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)), arguments: RealModelTests.cases)
  func `a trained network is read again as it was`(_ model: RealModelTests.Case) throws {
    let network = try ONNXReader().read(file: TestData.path("models/\(model.file).onnx"))
    #expect(try ONNXReader().read(ONNXWriter().bytes(of: network)) == network)
  }

  private static let exportFolder = ProcessInfo.processInfo.environment["NEURON_SHAPLEY_ONNX_EXPORT"]

  /// Writes what `scripts/goldens/onnx_roundtrip.py` compares with the originals in ONNX Runtime.
  @Test(.enabled(if: exportFolder != nil, "set NEURON_SHAPLEY_ONNX_EXPORT to a folder"))
  func `networks are exported for another runtime`() throws {
    let folder = URL(fileURLWithPath: try #require(Self.exportFolder))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var files = Fixture.all.map(\.path)
    if TestData.isPresent { files += RealModelTests.cases.map { TestData.path("models/\($0.file).onnx") } }
    for file in files {
      let name = URL(fileURLWithPath: file).lastPathComponent
      try ONNXWriter().write(ONNXReader().read(file: file), to: folder.appendingPathComponent(name).path)
    }
    let network = try everything()
    try ONNXWriter().write(network, to: folder.appendingPathComponent("everything.onnx").path)
    let image = values(network.inputShape.count)
    let output = ReferenceForward(network).activations(of: image)[network.output].map { Float($0) }
    var golden = ProtobufWriter()
    golden.raw(1, image + output)
    try Data(golden.bytes.suffix(4 * (image.count + output.count)))
      .write(to: folder.appendingPathComponent("everything.golden"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count > Fixture.all.count)
  }
}
