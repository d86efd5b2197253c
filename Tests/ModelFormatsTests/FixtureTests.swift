import Inference
import ModelFormats
import Networks
import Tensors
import Testing

/// Every operator variant against ONNX Runtime, and through the writer and back.
struct FixtureTests {
  @Test func `the fixtures are there`() { #expect(Fixture.all.count > 140) }

  @Test(arguments: Fixture.all)
  func `a file gives the outputs of ONNX Runtime`(_ fixture: Fixture) throws {
    let network = try fixture.network
    let (image, output) = try fixture.golden(for: network)
    let found = ReferenceForward(network).activations(of: image)[network.output]
    #expect(difference(found, output) < 2e-6)
  }

  @Test(arguments: Fixture.all)
  func `what is written is read again`(_ fixture: Fixture) throws {
    let network = try fixture.network
    let again = try ONNXReader().read(ONNXWriter().bytes(of: network), name: network.name)
    #expect(again == network)
  }

  @Test func `the arithmetic of shapes disappears`() throws {
    for name in ["dynamic_flatten", "dynamic_shape_arithmetic", "shape_range", "torch_dense_script_11"] {
      let network = try Fixture(name: name).network
      for node in network.nodes {
        if case .constant = node.layer { Issue.record("\(name): \(node.title) is left over") }
      }
    }
    let flatten = try Fixture(name: "dynamic_flatten").network
    #expect(flatten.nodes.map(\.layer) == [.input(Shape(2, 5, 6)), .reshape(Shape(60))])
  }

  @Test func `layers are named after nodes, else outputs, and names are unique`() throws {
    #expect(try Fixture(name: "conv_pads").network.nodes.map(\.name) == ["x", "conv"])
    #expect(try Fixture(name: "conv_dilated").network.nodes.map(\.name) == ["x", "y"])
    var model = HandMadeModel()
    for (input, output) in [("x", "a"), ("a", "b"), ("b", "y")] {
      model.node("Relu", [input], [output], name: "scope:relu")
    }
    let network = try ONNXReader().read(model.data)
    #expect(network.nodes.map(\.name) == ["x", "scope:relu", "scope:relu_2", "scope:relu_3"])
  }

  @Test func `a multiplication is merged only into its one reader`() throws {
    let merged = try Fixture(name: "mul_add_merge").network
    #expect(merged.nodes.map(\.name) == ["x", "shift"])
    let apart = try Fixture(name: "mul_add_apart").network
    #expect(apart.nodes.map(\.name) == ["x", "scale", "shift", "y"])
  }

  @Test func `channels-last files become channels-first networks without transpositions`() throws {
    let network = try Fixture(name: "last_conv").network
    #expect(network.inputShape == Shape(2, 5, 6))
    #expect(
      network.nodes.map(\.layer.kindName) == [
        "Input", "Affine", "Convolution", "Relu", "Affine", "MaxPool", "Reshape", "Linear",
      ])
  }

  @Test func `each kind of operand becomes its layer`() throws {
    for (name, kind) in [
      ("add_channels", "Affine"), ("div_scalar", "Affine"), ("sub_channels_first", "Affine"), ("mul_full", "Multiply"),
      ("div_channels_first", "Divide"), ("add_images", "Add"), ("sum_three", "Add"),
      ("reducemean", "GlobalAveragePool"),
      ("last_pointwise_matmul", "Convolution"), ("min_max", "Clip"), ("gather_list", "Slice"),
      ("dropout_opset7", "Identity"), ("softmax_old", "Reshape"),
    ] {
      let network = try Fixture(name: name).network
      #expect(network.nodes[network.output].layer.kindName == kind, "\(name)")
    }
  }
}
