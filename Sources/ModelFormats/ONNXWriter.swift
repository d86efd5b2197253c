import Foundation
import InputErrors
import Networks
import Tensors

/// Writes networks as ONNX files that any runtime can run, for any number of images at once.
///
/// The operator set is 13, or the first one that has what the network needs (14 for HardSwish, 19 for dilated average
/// pooling). Names stay. ``ONNXReader`` reads the same network again, but for these normal forms, in which it leaves
/// every network that it reads: nodes that the output does not depend on are gone, except the input; a constant stands
/// directly before its reader; arithmetic of a map with a constant that has one value a channel is an affine layer;
/// an affine layer that only scales and one that only shifts are one when nothing else reads the first.
public struct ONNXWriter: Sendable, Hashable {
  public init() {}

  /// Writes a file, all or nothing.
  ///
  /// - Throws: ``InputError``: cannotWrite when the file cannot be written; as ``bytes(of:)``.
  public func write(_ network: Network, to path: String) throws {
    do {
      try bytes(of: network).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch let error as InputError {
      throw error.inFile(path)
    } catch {
      throw InputError(
        .cannotWrite, "the model cannot be written", at: .init(file: path), found: error.localizedDescription)
    }
  }

  /// The file's bytes.
  ///
  /// - Throws: ``InputError`` (cannotWrite) for what ONNX cannot hold: parameters beyond the 2 GiB of one message, or
  ///   an output that is a constant. Complexity: O(parameters); needs three times their memory for a moment.
  public func bytes(of network: Network) throws -> Data {
    let parameters = network.nodes.reduce(0) { $0 + $1.layer.storedNumberCount }
    guard parameters < 1 << 28 else {
      throw InputError(
        .cannotWrite, "the network is too large for one ONNX file", expected: "less than 1 GiB of parameters",
        found: "\(parameters) numbers")
    }
    if case .constant = network.nodes[network.output].layer {
      throw InputError(
        .cannotWrite, "the output does not depend on the image",
        at: .init(node: network.nodes[network.output].title))
    }
    var graph = ONNXGraphWriter(network)
    for index in network.nodes.indices { graph.write(index) }
    var file = ProtobufWriter()
    // The version of the file format that came with operator set 14, or with 19.
    file.integer(1, graph.operatorSet < 19 ? 7 : 9)
    file.string(2, "neuron-shapley")
    file.message(7, graph.finish())
    var operatorSet = ProtobufWriter()
    operatorSet.string(1, "")
    operatorSet.integer(2, graph.operatorSet)
    file.message(8, operatorSet)
    return Data(file.bytes)
  }
}

extension Layer {
  /// The numbers that a file of the layer holds: its trained values and its frozen moments.
  fileprivate var storedNumberCount: Int {
    guard case .batchNormalization(let layer) = self else { return parameterCount }
    return parameterCount + layer.mean.count + layer.variance.count
  }
}
