import Foundation
import InputErrors
import Networks
import Tensors

/// Reads ONNX files (operator sets 7 to 22) as networks.
///
/// The graph must be an image classifier's: one input, operators that ``Layer`` can express, all sizes known. Parts
/// that do not lead to the output are left out. Constants are folded, so that the arithmetic with which exporters
/// compute shapes disappears; nothing else is merged but a multiplication with constants into the addition of
/// constants that follows it. Transpositions between channels-first and channels-last layouts fold away. A node is
/// named after the ONNX node, else after its first output, with a number added when the name repeats.
public struct ONNXReader: Sendable, Hashable {
  /// The shape of one image, channels first, for files that leave it open; nil to take the file's.
  public var inputShape: Shape?
  /// The name of the value that the network is to return; nil for the graph's first output.
  public var output: String?

  /// The versions of ONNX's operator set that are understood.
  public static let operatorSets = 7...22

  public init(inputShape: Shape? = nil, output: String? = nil) {
    self.inputShape = inputShape
    self.output = output
  }

  /// Reads a file; the network is named after it. Tensors in external files are looked for beside it.
  ///
  /// - Throws: ``InputError``: noInput when a file is missing; data when the content is damaged, is no ONNX model or
  ///   cannot be expressed as a network (naming the node and its operator); usage when ``inputShape`` or ``output``
  ///   does not fit the file. Complexity: O(bytes); memory is a small multiple of the file's size.
  public func read(file path: String) throws -> Network {
    let url = URL(fileURLWithPath: path)
    do {
      return try read(
        MappedFile.read(path, what: "the model"), name: url.deletingPathExtension().lastPathComponent,
        folder: url.deletingLastPathComponent().path)
    } catch let error as InputError {
      throw error.inFile(path)
    }
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - name: the network's name; nil for the graph's.
  ///   - folder: where tensors in external files are looked for; nil when there are none.
  /// - Throws: as ``read(file:)``.
  public func read(_ data: Data, name: String? = nil, folder: String? = nil) throws -> Network {
    let model = try ONNXModel(data)
    guard let version = model.operatorSets.last(where: { $0.domain.isEmpty || $0.domain == "ai.onnx" })?.version else {
      throw InputError(.data, "the file names no ONNX operator set", hint: "is this a complete ONNX file?")
    }
    guard Self.operatorSets.contains(version) else {
      throw InputError(
        .data, "the file's operator set is not understood",
        expected: "\(Self.operatorSets.lowerBound) to \(Self.operatorSets.upperBound)", found: "\(version)")
    }
    let graph = model.graph
    let output = try outputName(graph)
    let reachable = try ReachableGraph(graph, output: output)
    let info = try reachable.imageInput(graph)
    let input = try ImageInput(
      info, shape: inputShape, isChannelsLast: reachable.isChannelsLast(input: info.name, in: graph))
    var translation = GraphTranslation(
      graph: graph, operatorSet: version, externalData: ExternalData(folder: folder), byteCount: data.count)
    for index in reachable.nodes { graph.nodes[index].inputs.forEach { translation.countUse(of: $0) } }
    translation.countUse(of: output)
    try translation.begin(input)
    for index in reachable.nodes { try translation.translate(graph.nodes[index]) }
    let node = try translation.finish(output)
    return try Network(name: name ?? graph.name, nodes: translation.nodes, output: node)
  }

  private func outputName(_ graph: ONNXGraph) throws -> String {
    guard let output else {
      guard let first = graph.outputs.first else { throw InputError(.data, "the graph has no output") }
      return first.name
    }
    let known = graph.nodes.flatMap(\.outputs)
    guard known.contains(output) else {
      throw InputError(
        .usage, "the graph has no value of the output's name", found: "'\(output)'",
        hint: Suggestion.hint(for: output, among: graph.outputs.map(\.name)))
    }
    return output
  }
}
