import Foundation
import InputErrors
import ModelFormats
import Networks
import Testing

/// Tensors whose elements are in files beside the model.
struct ExternalDataTests {
  /// A model of one 1×1 convolution whose weight has those entries, read in a folder that holds `weights.bin`.
  private func read(_ entries: [(String, String)], bytes: Int = 24) throws -> Network {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ProtobufWriter()
    writer.raw(1, [Float](arrayLiteral: 9, 9, 1, 2, 3, 4))
    try Data(writer.bytes.suffix(24).prefix(bytes)).write(to: folder.appendingPathComponent("weights.bin"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent("link").path, withDestinationPath: "/etc/hostname")
    var model = HandMadeModel()
    model.external("w", [2, 2, 1, 1], entries)
    model.node("Conv", ["x", "w"], name: "conv1")
    let file = folder.appendingPathComponent("model.onnx")
    try model.data.write(to: file)
    return try ONNXReader().read(file: file.path)
  }

  @Test func `elements come from the file at their offset`() throws {
    let network = try read([("location", "weights.bin"), ("offset", "8"), ("length", "16")])
    guard case .convolution(let layer) = network.nodes[1].layer else { throw CancellationError() }
    #expect(layer.weight.values == [1, 2, 3, 4])
    #expect(network.name == "model")
    #expect(try read([("location", "weights.bin"), ("offset", "8")]) == network)
  }

  @Test(arguments: [
    ([("location", "other.bin")], InputError.Kind.noInput),
    ([("location", "/etc/passwd")], .data), ([("location", "../weights.bin")], .data),
    ([("location", "a/../../b")], .data),
    ([("location", "link")], .data), ([("location", "")], .data), ([], .data), ([("location", ".")], .data),
    ([("location", "weights.bin"), ("offset", "12")], .data), ([("location", "weights.bin"), ("offset", "-8")], .data),
    ([("location", "weights.bin"), ("length", "12")], .data), ([("location", "weights.bin"), ("offset", "x")], .data),
    ([("location", "weights.bin"), ("offset", "9223372036854775807")], .data),
  ])
  func `places that are not in the model's folder or file are errors`(
    _ entries: [(String, String)], _ kind: InputError.Kind
  ) throws {
    let error = try #require(throws: InputError.self) { try read(entries) }
    #expect(error.kind == kind)
    #expect(error.place.file != nil)
  }

  @Test func `a model from memory has no folder`() throws {
    var model = HandMadeModel()
    model.external("w", [2, 2, 1, 1], [("location", "weights.bin")])
    model.node("Conv", ["x", "w"])
    let error = try #require(throws: InputError.self) { try ONNXReader().read(model.data) }
    #expect(error.kind == .noInput)
  }
}
