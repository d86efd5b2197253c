import Networks
import Reports
import Tensors

/// `inspect MODEL`: what the network consists of, and which of its parts are players.
struct InspectCommand: Command {
  static let description = CommandDescription(
    name: "inspect", summary: "lists a model's layers, filters and costs",
    discussion: [
      "Shows every layer with its output's shape for one image, its window, filters, parameters and multiply-adds; which "
        + "filters are players; and where a player's output is read and replaced: after batch normalization and "
        + "activation, before anything that mixes channels.",
      "The names in the first column are those that 'layer:channel' uses everywhere, for example in --remove.",
    ],
    positionals: [ModelFile.positional],
    groups: [.init("output", [CommonOptions.json.declaration])],
    examples: [
      .init("look at a model", "neuron-shapley inspect squeezenet.onnx"),
      .init("names of the layers alone", "neuron-shapley inspect squeezenet.onnx --json | jq -r '.layers[].name'"),
    ])

  let model: String

  init(_ arguments: Arguments) throws { model = arguments.positionals[0] }

  func result() async throws -> CommandResult {
    let document = Self.document(try ModelFile(reading: model))
    return CommandResult(text: document.text) { try JSONValue(document).pretty }
  }

  static func document(_ model: ModelFile) -> InspectionDocument {
    let network = model.network
    let classifiers = Set(network.classifierSources)
    var sites: [Int: Int] = [:]
    for site in network.activationSites { sites[site.source] = site.output }
    let layers = network.nodes.indices.map { index -> InspectionDocument.Layer in
      let node = network.nodes[index]
      var layer = InspectionDocument.Layer(
        name: node.name, kind: node.layer.kindName, inputs: node.inputs.map { network.nodes[$0].name },
        shape: network.shapes[index].extents, site: sites[index].map { network.nodes[$0].name },
        parameters: node.layer.parameterCount, multiplyAdds: network.multiplyAdds(ofNode: index))
      describe(node.layer, in: &layer, isClassifier: classifiers.contains(index))
      return layer
    }
    return InspectionDocument(
      file: model.path, digest: model.digest, inputShape: network.inputShape.extents, classes: network.classCount,
      layers: layers, players: layers.reduce(0) { $0 + $1.players }, parameters: network.parameterCount,
      multiplyAdds: network.multiplyAdds)
  }

  private static func describe(_ layer: Layer, in entry: inout InspectionDocument.Layer, isClassifier: Bool) {
    switch layer {
    case .convolution(let convolution):
      entry.kernel = [convolution.kernel.height, convolution.kernel.width]
      entry.stride = [convolution.stride.height, convolution.stride.width]
      entry.groups = convolution.groups
      entry.filters = convolution.outputChannels
      entry.players = isClassifier ? 0 : convolution.outputChannels
    case .transposedConvolution(let convolution):
      entry.kernel = [convolution.kernel.height, convolution.kernel.width]
      entry.stride = [convolution.stride.height, convolution.stride.width]
      entry.groups = convolution.groups
      entry.filters = convolution.outputChannels
      entry.players = isClassifier ? 0 : convolution.outputChannels
    case .linear(let linear):
      entry.filters = linear.outputCount
    case .pool(let pooling):
      entry.kernel = [pooling.kernel.height, pooling.kernel.width]
      entry.stride = [pooling.stride.height, pooling.stride.width]
    case .input, .constant, .batchNormalization, .affine, .activation, .globalPool, .concatenate, .combine,
      .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
      break
    }
  }
}
