import Foundation
import InputErrors
import ModelFormats
import Networks
import Tensors
import Testing

/// What users get for files that are no networks: one error that says what, where, expected and found.
struct BadModelTests {
  private func error(_ model: HandMadeModel, _ reader: ONNXReader = ONNXReader()) throws -> InputError {
    try #require(throws: InputError.self) { try reader.read(model.data) }
  }

  @Test func `files that are no ONNX are refused`() throws {
    for bytes in [[], [0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46], Array("{\"model\": 1}".utf8), [0x08, 0x07]] {
      let error = try #require(throws: InputError.self) { try ONNXReader().read(Data(bytes as [UInt8])) }
      #expect(error.kind == .data)
      #expect(error.description.contains("ONNX"))
    }
  }

  @Test func `missing files and folders are named`() throws {
    let missing = try #require(throws: InputError.self) { try ONNXReader().read(file: "/no/such/model.onnx") }
    #expect(missing.kind == .noInput)
    #expect(missing.place.file == "/no/such/model.onnx")
    let folder = try #require(throws: InputError.self) { try ONNXReader().read(file: Fixture.folder.path) }
    #expect(folder.kind == .noInput)
    #expect(folder.found == "a folder")
  }

  @Test func `an unknown operator is named with its node`() throws {
    var model = HandMadeModel()
    model.node("Reluu", ["x"], name: "act1")
    let unknown = try error(model)
    #expect(unknown.place.node == "act1 (Reluu)")
    #expect(unknown.hint == "did you mean 'Relu'?")
    model.nodes = []
    model.node("FusedConv", ["x"], name: "fused", domain: "com.microsoft")
    let foreign = try error(model)
    #expect(foreign.place.node == "fused (FusedConv)")
    #expect(foreign.found == "'com.microsoft'")
  }

  @Test func `shapes that do not fit are named with node, expected and found`() throws {
    var model = HandMadeModel()
    model.floats("w", [4, 3, 1, 1], [Float](repeating: 1, count: 12))
    model.node("Conv", ["x", "w"], name: "conv1")
    let channels = try error(model)
    #expect(channels.place.node == "conv1 (Convolution)")
    #expect(channels.expected == "3 channels")
    #expect(channels.found == "2")

    model = HandMadeModel()
    model.integers("s", [0, 61])
    model.node("Reshape", ["x", "s"], name: "flat")
    let elements = try error(model)
    #expect(elements.place.node == "flat (Reshape)")
    #expect(elements.found == "[0, 61]")

    model = HandMadeModel()
    model.floats("c", [1, 3, 1, 1], [1, 2, 3])
    model.node("Add", ["x", "c"], name: "bias")
    #expect(try error(model).place.node == "bias (Add)")

    model = HandMadeModel()
    model.floats("w", [59, 3], [Float](repeating: 1, count: 177))
    model.node("Flatten", ["x"], ["f"])
    model.node("Gemm", ["f", "w"], name: "fc")
    let features = try error(model)
    #expect(features.place.node == "fc (Gemm)")
    #expect(features.expected == "59 features")
    #expect(features.found == "1×60")
  }

  @Test func `a tensor whose elements do not fill it is an error before memory is asked for`() throws {
    for extents in [[1 << 30, 1 << 30, 4, 4], [1 << 31, 1, 1, 1], [4, 2, 1, -1], [4, 2, 1, 2]] {
      var model = HandMadeModel()
      model.floats("w", extents, [Float](repeating: 1, count: 8))
      model.node("Conv", ["x", "w"], name: "conv1")
      let found = try error(model)
      #expect(found.kind == .data)
      #expect(found.what.contains("tensor 'w'"))
    }
  }

  @Test func `inputs other than one image are named`() throws {
    var model = HandMadeModel()
    model.inputs.append(HandMadeModel.valueInfo("mask", [nil, 2, 5, 6]))
    model.node("Mul", ["x", "mask"])
    let several = try error(model)
    #expect(several.found == "x, mask")
    // An input that the output does not depend on is no matter.
    model.nodes = []
    model.node("Relu", ["x"])
    #expect(try ONNXReader().read(model.data).nodes.count == 2)
  }

  @Test func `an open size is asked for, and taken from the option`() throws {
    var model = HandMadeModel(input: [nil, 2, nil, nil])
    model.node("GlobalMaxPool", ["x"])
    let open = try error(model)
    #expect(open.found == "symbol×2×symbol×symbol")
    #expect(open.hint != nil)
    let network = try ONNXReader(inputShape: Shape(2, 7, 9)).read(model.data)
    #expect(network.inputShape == Shape(2, 7, 9))
    let conflict = try error(model, ONNXReader(inputShape: Shape(3, 7, 9)))
    #expect(conflict.kind == .usage)
    // Without any shape in the file, the option is enough.
    model.inputs = [HandMadeModel.valueInfo("x", nil)]
    #expect(try error(model).hint != nil)
    #expect(try ONNXReader(inputShape: Shape(2, 7, 9)).read(model.data).inputShape == Shape(2, 7, 9))
  }

  @Test func `outputs are chosen by name`() throws {
    var model = HandMadeModel()
    model.node("Relu", ["x"], ["hidden"], name: "a")
    model.node("Tanh", ["hidden"], ["y"], name: "b")
    model.node("NoSuchThing", ["hidden"], ["z"], name: "c")
    model.outputs.append(HandMadeModel.valueInfo("z", nil))
    #expect(try ONNXReader().read(model.data).nodes.map(\.name) == ["x", "a", "b"])
    #expect(try ONNXReader(output: "hidden").read(model.data).nodes.map(\.name) == ["x", "a"])
    #expect(try error(model, ONNXReader(output: "z")).place.node == "c (NoSuchThing)")
    let unknown = try error(model, ONNXReader(output: "yy"))
    #expect(unknown.kind == .usage)
    #expect(unknown.hint == "did you mean 'y'?")
  }

  @Test func `a transposition that stays is named`() throws {
    var model = HandMadeModel()
    model.node("Transpose", ["x"], ["t"], name: "swap", attributes: [("perm", [0, 1, 3, 2])])
    model.floats("w", [1, 2, 1, 1], [1, 1])
    model.node("Conv", ["t", "w"], name: "conv1")
    #expect(try error(model).place.node == "swap (Transpose)")
  }

  @Test func `operator sets outside the known ones are refused`() throws {
    for version in [6, 23, -1, Int.max] {
      var model = HandMadeModel()
      model.operatorSet = version
      model.node("Relu", ["x"])
      #expect(try error(model).found == "\(version)")
    }
  }

  @Test func `loops and values from nowhere are errors`() throws {
    var model = HandMadeModel()
    model.node("Add", ["x", "y"], ["a"], name: "first")
    model.node("Relu", ["a"], ["y"], name: "second")
    #expect(try error(model).place.node == "first (Add)")
    model.nodes = []
    model.node("Relu", ["nothing"], name: "lost")
    #expect(try error(model).kind == .data)
    model.nodes = []
    model.node("Relu", ["x"], name: "a")
    model.node("Tanh", ["x"], name: "b")
    #expect(try error(model).what.contains("same value"))
  }

  @Test func `numbers that would trap or fill the memory are errors`() throws {
    func check(_ attributes: [(String, [Int])], _ kind: String = "MaxPool", line: Int = #line) throws {
      var model = HandMadeModel()
      model.node(kind, ["x"], name: "bad", attributes: attributes)
      #expect(try error(model).place.node?.hasPrefix("bad") == true, "line \(line)")
    }
    try check([("kernel_shape", [Int.max, 2])])
    try check([("kernel_shape", [0, 2])])
    try check([("kernel_shape", [2])])
    try check([("kernel_shape", [2, 2]), ("strides", [0, 1])])
    try check([("kernel_shape", [2, 2]), ("pads", [Int.max, 0, Int.max, 0])])
    try check([("kernel_shape", [2, 2]), ("dilations", [Int.min, 1])])
    try check([("starts", [Int.min]), ("ends", [Int.min])], "Slice")
    try check([("perm", [0, 1, 2, 2])], "Transpose")
    try check([("shape", [0, Int.max, Int.max])], "Reshape")
    try check([("axes", [Int.max])], "Squeeze")
    try check([("pads", [Int.max, Int.max, 0, 0, 0, 0, 0, 0])], "Pad")
    // A small file that asks for a large constant.
    for extents in [[1 << 20, 1 << 10], [Int.max, 2], [-1]] {
      var model = HandMadeModel()
      model.integers("s", extents)
      model.node("ConstantOfShape", ["s"], ["c"], name: "big")
      model.node("Add", ["x", "c"])
      #expect(try error(model).place.node?.hasPrefix("big") == true)
    }
    for extents in [[Int.max, 2, 5, 6], [1 << 40, 2, 5, 6], [1, Int.max, Int.max, 1], [1 << 29, 1 << 29, 4, 1]] {
      var model = HandMadeModel(input: extents)
      model.node("Flatten", ["x"])
      #expect(try error(model).place.node == "x (Input)")
    }
    var model = HandMadeModel()
    model.integers("a", [Int.min])
    model.integers("b", [-1])
    model.node("Div", ["a", "b"], ["c"], name: "quotient")
    model.node("Reshape", ["x", "c"])
    #expect(try error(model).place.node == "quotient (Div)")
  }
}
