import Inference
import Networks

/// A loss over a batch in double precision, batch normalization by the batch's own moments.
struct ReferenceBatch {
  let network: Network
  let layout: ParameterLayout
  let images: [[Float]]
  /// The loss's gradient at the logits, for each image and class.
  let weights: [Float]
  let trains: Bool

  /// Σ weights · logits with other parameters.
  func loss(_ parameters: [Float]) throws -> Double {
    var nodes = network.nodes
    for index in nodes.indices {
      nodes[index].layer = layout.layer(nodes[index].layer, ofNode: index, from: parameters)
    }
    if trains {
      for index in nodes.indices {
        guard case .batchNormalization(var layer) = nodes[index].layer else { continue }
        let moments = try self.moments(Network(name: network.name, nodes: nodes, output: network.output), index)
        layer.mean = moments.mean.map(Float.init)
        layer.variance = moments.biased.map(Float.init)
        nodes[index].layer = .batchNormalization(layer)
      }
    }
    let reference = ReferenceForward(try Network(name: network.name, nodes: nodes, output: network.output))
    var sum = 0.0
    for (image, values) in images.enumerated() {
      let logits = reference.logits(of: values)
      for index in logits.indices { sum += logits[index] * Double(weights[image * logits.count + index]) }
    }
    return sum
  }

  /// Mean and variance of what a node reads, over all images and positions.
  func moments(_ network: Network, _ node: Int) -> (mean: [Double], biased: [Double], unbiased: [Double]) {
    let input = network.nodes[node].inputs[0], shape = network.shapes[input], area = shape.area
    let values = images.map { ReferenceForward(network).activations(of: $0)[input] }
    let count = Double(images.count * area)
    var result: (mean: [Double], biased: [Double], unbiased: [Double]) = ([], [], [])
    for channel in 0..<shape.channels {
      let elements = values.flatMap { $0[channel * area..<(channel + 1) * area] }
      let mean = elements.reduce(0, +) / count
      let squares = elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      result.mean.append(mean)
      result.biased.append(squares / count)
      result.unbiased.append(squares / (count - 1))
    }
    return result
  }
}
