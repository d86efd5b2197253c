import Networks
import Tensors

/// Turns the nodes of a laid out network into steps, in node order.
struct StepBuilder {
  let network: Network
  let layout: PlanLayout
  private(set) var steps: [Step] = []
  private(set) var sites: [UnitSite] = []
  private(set) var unitCount = 0

  init(network: Network, layout: PlanLayout) {
    self.network = network
    self.layout = layout
  }

  mutating func build() {
    for index in network.nodes.indices {
      guard let fusion = layout.fusions[index], !layout.readThrough.contains(index), !layout.isView(index) else {
        continue
      }
      add(index, fusion)
    }
  }

  private mutating func add(_ index: Int, _ fusion: PlanLayout.Fusion) {
    let node = network.nodes[index]
    let output = layout.isStored(fusion.end) ? layout.place(fusion.end) : nil
    guard let output else { return }
    let activation = FusedActivation(fusion.activation, differentiable: layout.purpose.isDifferentiable)
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
        : .convolution(
          ConvolutionStep(
            layer, input: input(), output: output, activation: activation,
            delta: delta(layer, index, node.inputs[0], output)))
      append(work, site: index, end: fusion.end)
    case .linear(let layer):
      append(linear(layer, index, fusion, output, activation), site: index, end: fusion.end)
    case .transposedConvolution(var layer):
      if let affine = fusion.affine {
        layer.weight.values = affine.scaled(
          layer.weight.values, shape: layer.weight.shape, inputsPerGroup: layer.inputChannels / layer.groups)
        layer.bias = affine.mapped(layer.bias)
      }
      let work = Step.Work.transposedConvolution(
        TransposedConvolutionStep(
          layer, input: input(), output: output,
          activation: FusedActivation(
            afterwards: fusion.activation, differentiable: layout.purpose.isDifferentiable)))
      append(work, site: index, end: fusion.end)
    case .batchNormalization, .affine, .activation:
      let work = Step.Work.affine(
        AffineStep(input: input(), output: output, affine: fusion.affine?.channelAffine, activation: activation))
      append(work, node: index)
    case .combine(let combination):
      guard node.inputs.count > 1 else {
        return append(
          .affine(AffineStep(input: input(), output: output, affine: nil, activation: activation)), node: index)
      }
      let work = Step.Work.combine(
        CombineStep(
          combination: combination, inputs: node.inputs.map { layout.place($0) }, output: output,
          activation: activation))
      append(work, node: index)
    case .pool(let layer):
      append(.pooling(PoolingStep(layer, input: input(), output: output)), node: index)
    case .globalPool(let kind):
      append(.pooling(PoolingStep(global: kind, input: input(), output: output)), node: index)
    case .concatenate: concatenate(index, output)
    case .localResponseNormalization(let layer):
      append(.localResponse(LocalResponseStep(input: input(), output: output, layer: layer)), node: index)
    case .slice(let slice):
      append(.copy(.slice(slice, input: input(), output: output)), node: index)
    case .pad(let padding):
      append(.copy(.pad(padding, input: input(), output: output)), node: index)
    case .reshape, .identity:
      append(.copy(.reshape(input: input(), output: output)), node: index)
    case .softmax(let logarithmic):
      append(.softmax(SoftmaxStep(input: input(), output: output, logarithmic: logarithmic)), node: index)
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
    let whole = Convolution(weight: weight, bias: bias)
    return .convolution(
      ConvolutionStep(
        whole, input: input, output: output, activation: activation, delta: delta(whole, index, source, output)))
  }

  private func delta(_ layer: Convolution, _ index: Int, _ source: Int, _ output: MapPlace) -> ConvolutionDelta? {
    guard let keptOffset = layout.deltas.keptOffsets[index],
      let recorder = layout.deltas.recorders[layout.owner(source)]
    else { return nil }
    return ConvolutionDelta(
      layer, recorder: recorder, recorded: layout.deltas.recorded[recorder], input: layout.place(source),
      output: output, keptOffset: keptOffset)
  }

  /// Copies the parts that no step writes in their place.
  private mutating func concatenate(_ index: Int, _ output: MapPlace) {
    var channelOffset = 0
    for input in network.nodes[index].inputs {
      let shape = network.shapes[input]
      if !layout.isPlaced(input, in: index, channelOffset: channelOffset) {
        var part = output
        part.shape = shape
        part.start += channelOffset * BufferLayout.vectorStride
        part.firstChannel += channelOffset
        append(.copy(.reshape(input: layout.place(input), output: part)), node: index)
      }
      channelOffset += shape.channels
    }
  }

  private mutating func append(_ work: Step.Work, node: Int) {
    steps.append(Step(work: work, node: node, site: nil))
  }

  private mutating func append(_ work: Step.Work, site source: Int, end: Int) {
    let place = layout.place(end)
    steps.append(Step(work: work, node: source, site: sites.count))
    sites.append(
      UnitSite(
        site: network.activationSite(from: source), shape: network.shapes[end], firstUnit: unitCount, place: place))
    unitCount += place.shape.channels
  }
}
