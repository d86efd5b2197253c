import Networks
import Tensors

/// Turns the nodes of a laid out network into steps, in node order.
struct StepBuilder {
  let network: Network
  let layout: PlanLayout
  private(set) var steps: [Step] = []
  private(set) var sites: [UnitSite] = []
  private(set) var unitCount = 0
  /// For each node, the steps that write it (several for a concatenation).
  private var writers: [[Int]]
  private var readsInput: [Bool]

  init(network: Network, layout: PlanLayout) {
    self.network = network
    self.layout = layout
    writers = network.nodes.map { _ in [] }
    readsInput = network.nodes.map { _ in false }
  }

  mutating func build() {
    readsInput[0] = true
    for index in network.nodes.indices {
      guard let fusion = layout.fusions[index], !layout.readThrough.contains(index) else { continue }
      if layout.isView(index) {
        writers[index] = network.nodes[index].inputs.flatMap { writers[$0] }
        readsInput[index] = network.nodes[index].inputs.contains { readsInput[$0] }
        continue
      }
      add(index, fusion)
    }
  }

  private mutating func add(_ index: Int, _ fusion: PlanLayout.Fusion) {
    let node = network.nodes[index]
    let output = layout.isStored(fusion.end) ? layout.place(fusion.end) : nil
    guard let output else { return }
    let activation = FusedActivation(fusion.activation)
    let pass = activation.remainder.map { ActivationPass(place: output, activation: $0) }
    func input(_ position: Int = 0) -> MapPlace { layout.place(node.inputs[position]) }

    switch node.layer {
    case .input, .constant: return
    case .convolution(var layer):
      if let affine = fusion.affine {
        layer.weight.values = affine.scaled(layer.weight.values)
        layer.bias = affine.mapped(layer.bias)
      }
      let work: Step.Work =
        layer.isDepthwise
        ? .depthwise(DepthwiseStep(layer, input: input(), output: output, activation: activation))
        : .convolution(ConvolutionStep(layer, input: input(), output: output, activation: activation))
      append(index, fusion.end, work, pass, isSite: true)
    case .linear(let layer):
      append(index, fusion.end, linear(layer, index, fusion, output, activation), pass, isSite: true)
    case .transposedConvolution(var layer):
      if let affine = fusion.affine {
        layer.weight.values = affine.scaled(
          layer.weight.values, shape: layer.weight.shape, inputsPerGroup: layer.inputChannels / layer.groups)
        layer.bias = affine.mapped(layer.bias)
      }
      append(
        index, fusion.end,
        .transposedConvolution(TransposedConvolutionStep(layer, input: input(), output: output)),
        fusion.activation.map { ActivationPass(place: output, activation: $0) }, isSite: true)
    case .batchNormalization, .affine, .activation:
      let work = Step.Work.affine(
        AffineStep(input: input(), output: output, affine: fusion.affine?.channelAffine, activation: activation))
      append(index, fusion.end, work, pass)
    case .combine(let combination):
      guard node.inputs.count > 1 else {
        return append(
          index, fusion.end,
          .affine(AffineStep(input: input(), output: output, affine: nil, activation: activation)), pass)
      }
      let work = Step.Work.combine(
        CombineStep(
          combination: combination, inputs: node.inputs.map { layout.place($0) }, output: output,
          activation: activation))
      append(index, fusion.end, work, pass)
    case .pool(let layer):
      append(index, index, .pooling(PoolingStep(layer, input: input(), output: output)), nil)
    case .globalPool(let kind):
      append(index, index, .pooling(PoolingStep(global: kind, input: input(), output: output)), nil)
    case .concatenate: concatenate(index, output)
    case .localResponseNormalization(let layer):
      append(index, index, .localResponse(LocalResponseStep(input: input(), output: output, layer: layer)), nil)
    case .slice(let slice):
      append(index, index, .copy(.slice(slice, input: input(), output: output)), nil)
    case .pad(let padding):
      append(index, index, .copy(.pad(padding, input: input(), output: output)), nil)
    case .reshape, .identity:
      append(index, index, .copy(.reshape(input: input(), output: output)), nil)
    case .softmax(let logarithmic):
      append(
        index, index, .softmax(SoftmaxStep(input: input(), output: output, logarithmic: logarithmic)), nil)
    }
  }

  /// A linear layer is a convolution whose kernel covers the whole map: flattening before it needs no copy.
  private func linear(
    _ layer: Linear, _ index: Int, _ fusion: PlanLayout.Fusion, _ output: MapPlace, _ activation: FusedActivation
  ) -> Step.Work {
    let direct = network.nodes[index].inputs[0]
    let source = layout.readThrough.contains(direct) ? network.nodes[direct].inputs[0] : direct
    let input = layout.place(source)
    let values = fusion.affine?.scaled(layer.weight.values) ?? layer.weight.values
    let bias = fusion.affine?.mapped(layer.bias) ?? layer.bias
    let shape = Shape(layer.outputCount, input.shape.channels, input.shape.height, input.shape.width)
    var weight = Tensor(repeating: 0, shape: shape)
    weight.values = values
    return .convolution(
      ConvolutionStep(
        Convolution(weight: weight, bias: bias), input: input, output: output, activation: activation))
  }

  private mutating func concatenate(_ index: Int, _ output: MapPlace) {
    var channelOffset = 0
    for input in network.nodes[index].inputs {
      let shape = network.shapes[input]
      if layout.isPlaced(input, in: index, channelOffset: channelOffset) {
        writers[index] += writers[input]
      } else {
        var part = output
        part.shape = shape
        part.start += channelOffset * BufferLayout.vectorStride
        steps.append(
          Step(
            work: .copy(.reshape(input: layout.place(input), output: part)), dependencies: writers[input],
            readsInput: readsInput[input], site: nil, pass: nil))
        writers[index].append(steps.count - 1)
      }
      channelOffset += shape.channels
    }
  }

  private mutating func append(
    _ index: Int, _ end: Int, _ work: Step.Work, _ pass: ActivationPass?, isSite: Bool = false
  ) {
    var sources = network.nodes[index].inputs
    for position in sources.indices where layout.readThrough.contains(sources[position]) {
      sources[position] = network.nodes[sources[position]].inputs[0]
    }
    if isSite {
      let place = layout.place(end)
      sites.append(
        UnitSite(
          site: network.activationSite(from: index), shape: network.shapes[end], firstUnit: unitCount,
          step: steps.count, place: place))
      unitCount += place.shape.channels
    }
    steps.append(
      Step(
        work: work, dependencies: sources.flatMap { writers[$0] },
        readsInput: sources.contains { readsInput[$0] }, site: isSite ? sites.count - 1 : nil, pass: pass))
    writers[end] = [steps.count - 1]
  }
}
