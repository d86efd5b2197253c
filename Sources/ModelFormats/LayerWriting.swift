import Networks
import Tensors

extension ONNXGraphWriter {
  /// Writes a node of the network as one operator, rarely as two.
  mutating func write(_ index: Int) {
    let node = network.nodes[index]
    let name = valueName(index)
    let inputs = node.inputs.map { valueName($0) }
    switch node.layer {
    case .input: break
    case .constant(let tensor): write(tensor, index)
    case .convolution(let layer):
      var names = inputs + [initializer(name + ".weight", layer.weight.shape.extents, layer.weight.values)]
      if let bias = layer.bias { names.append(initializer(name + ".bias", [bias.count], bias)) }
      add(
        "Conv", for: index, inputs: names,
        window(layer.kernel, layer.stride, layer.padding, layer.dilation) + [("group", .integer(layer.groups))])
    case .transposedConvolution(let layer):
      var names = inputs + [initializer(name + ".weight", layer.weight.shape.extents, layer.weight.values)]
      if let bias = layer.bias { names.append(initializer(name + ".bias", [bias.count], bias)) }
      add(
        "ConvTranspose", for: index, inputs: names,
        window(layer.kernel, layer.stride, layer.padding, layer.dilation) + [
          ("group", .integer(layer.groups)),
          ("output_padding", .integers([layer.outputPadding.height, layer.outputPadding.width])),
        ])
    case .linear(let layer):
      var names = inputs + [initializer(name + ".weight", layer.weight.shape.extents, layer.weight.values)]
      if let bias = layer.bias { names.append(initializer(name + ".bias", [bias.count], bias)) }
      add("Gemm", for: index, inputs: names, [("transB", .integer(1))])
    case .batchNormalization(let layer):
      let parameters = [
        ("scale", layer.scale), ("bias", layer.shift), ("mean", layer.mean), ("var", layer.variance),
      ].map { initializer("\(name).\($0.0)", [$0.1.count], $0.1) }
      add("BatchNormalization", for: index, inputs: inputs + parameters, [("epsilon", .float(layer.epsilon))])
    case .affine(let layer): write(layer, index, inputs[0])
    case .activation(let activation): write(activation, index, inputs[0])
    case .pool(let layer): write(layer, index, inputs[0])
    case .globalPool(let kind):
      add(kind.isMaximum ? "GlobalMaxPool" : "GlobalAveragePool", for: index, inputs: inputs)
    case .concatenate: add("Concat", for: index, inputs: inputs, [("axis", .integer(1))])
    case .combine(let combination): write(combination, index, node.inputs)
    case .localResponseNormalization(let layer):
      add(
        "LRN", for: index, inputs: inputs,
        [
          ("size", .integer(layer.size)), ("alpha", .float(layer.alpha)), ("beta", .float(layer.beta)),
          ("bias", .float(layer.bias)),
        ])
    case .slice(let slice): write(slice, index, inputs[0])
    case .pad(let padding): write(padding, index, inputs[0])
    case .reshape(let shape):
      // 0 keeps the batch, whatever its size.
      let target = initializer(name + ".shape", [0] + shape.extents)
      add("Reshape", for: index, inputs: inputs + [target])
    case .softmax(let logarithmic):
      add(logarithmic ? "LogSoftmax" : "Softmax", for: index, inputs: inputs, [("axis", .integer(1))])
    case .identity: add("Identity", for: index, inputs: inputs)
    }
  }

  private mutating func write(_ tensor: Tensor, _ index: Int) {
    let name = valueName(index), extents = tensor.shape.extents
    let isConcatenated = network.consumers[index].contains { network.nodes[$0].layer == .concatenate }
    guard isConcatenated else { return initializer(naming: index, [1] + extents, tensor.values) }
    // A concatenation, unlike arithmetic, does not repeat a constant for each image.
    let value = initializer(name + ".value", [1] + extents, tensor.values)
    let shape = unique(name + "/Shape"), batch = unique(name + "/Slice"), target = unique(name + "/Concat")
    add("Shape", name: shape, inputs: [valueName(0)])
    add(
      "Slice", name: batch,
      inputs: [shape, initializer(name + ".start", [0]), initializer(name + ".end", [1])])
    add("Concat", name: target, inputs: [batch, initializer(name + ".shape", extents)], [("axis", .integer(0))])
    add("Expand", for: index, inputs: [value, target])
  }

  private func window(
    _ kernel: Extent, _ stride: Extent, _ padding: Insets, _ dilation: Extent
  ) -> [(String, WrittenAttribute)] {
    var attributes: [(String, WrittenAttribute)] = [
      ("kernel_shape", .integers([kernel.height, kernel.width])),
      ("strides", .integers([stride.height, stride.width])),
      ("pads", .integers([padding.top, padding.left, padding.bottom, padding.right])),
    ]
    if dilation != Extent(1) { attributes.append(("dilations", .integers([dilation.height, dilation.width]))) }
    return attributes
  }

  /// One value a channel, as a tensor that is repeated over the other axes of a node's output.
  private mutating func perChannel(_ name: String, _ values: [Float], rank: Int) -> String {
    initializer(name, [values.count] + [Int](repeating: 1, count: max(0, rank - 1)), values)
  }

  private mutating func write(_ layer: ChannelAffine, _ index: Int, _ input: String) {
    let name = valueName(index), rank = shape(index).rank
    let scales = layer.scale.contains { $0 != 1 }
    // A shift of −0 changes nothing either.
    let shifts = layer.shift.contains { $0 != 0 }
    var source = input
    if scales || !shifts {
      let scaled = shifts ? unique(name + "/Mul") : name
      let factor = perChannel(name + ".scale", layer.scale, rank: rank)
      add("Mul", name: scaled, inputs: [source, factor])
      source = scaled
    }
    if shifts {
      let shift = perChannel(name + ".shift", layer.shift, rank: rank)
      add("Add", name: name, inputs: [source, shift])
    }
  }

  private mutating func write(_ activation: Activation, _ index: Int, _ input: String) {
    let kind = activation.kindName
    switch activation {
    case .relu, .sigmoid, .tanh: add(kind, for: index, inputs: [input])
    case .leakyRelu(let slope): add(kind, for: index, inputs: [input], [("alpha", .float(slope))])
    case .elu(let alpha): add(kind, for: index, inputs: [input], [("alpha", .float(alpha))])
    case .hardSigmoid(let alpha, let beta):
      add(kind, for: index, inputs: [input], [("alpha", .float(alpha)), ("beta", .float(beta))])
    case .hardSwish:
      require(operatorSet: 14)
      add(kind, for: index, inputs: [input])
    case .prelu(let slopes):
      let slope = perChannel(valueName(index) + ".slope", slopes, rank: shape(index).rank)
      add(kind, for: index, inputs: [input, slope])
    case .clip(let lower, let upper):
      var names = [input]
      names.append(lower == -.infinity ? "" : initializer(valueName(index) + ".lower", [], [lower]))
      if upper != .infinity { names.append(initializer(valueName(index) + ".upper", [], [upper])) }
      if names.last == "" { names.removeLast() }
      add(kind, for: index, inputs: names)
    }
  }

  private mutating func write(_ layer: Pooling, _ index: Int, _ input: String) {
    var attributes = window(layer.kernel, layer.stride, layer.padding, layer.dilation)
    if layer.roundsUp { attributes.append(("ceil_mode", .integer(1))) }
    switch layer.kind {
    case .maximum: add("MaxPool", for: index, inputs: [input], attributes)
    case .average(let countsPadding):
      if layer.dilation != Extent(1) { require(operatorSet: 19) }
      if countsPadding { attributes.append(("count_include_pad", .integer(1))) }
      add("AveragePool", for: index, inputs: [input], attributes)
    }
  }

  private mutating func write(_ combination: Combination, _ index: Int, _ inputs: [Int]) {
    let rank = shape(index).rank
    let names = inputs.enumerated().map { position, input -> String in
      guard shape(input).rank != rank else { return valueName(input) }
      // A single number: ONNX would align its batch with another axis.
      let name = unique("\(valueName(index))/Reshape_\(position)")
      let target = initializer(name + ".shape", [0] + [Int](repeating: 1, count: rank))
      add("Reshape", name: name, inputs: [valueName(input), target])
      return name
    }
    switch combination {
    case .add: add(names.count == 2 ? "Add" : "Sum", for: index, inputs: names)
    case .subtract: add("Sub", for: index, inputs: names)
    case .multiply: add("Mul", for: index, inputs: names)
    case .divide: add("Div", for: index, inputs: names)
    }
  }

  private mutating func write(_ slice: Slice, _ index: Int, _ input: String) {
    let name = valueName(index)
    // A walk backwards that takes the first element ends before it, which only a very negative end can say.
    let ends = slice.axes.map { axis in
      let end = axis.start + axis.count * axis.step
      return end < 0 ? -(1 << 40) : end
    }
    let names = [
      initializer(name + ".starts", slice.axes.map(\.start)), initializer(name + ".ends", ends),
      initializer(name + ".axes", slice.axes.indices.map { $0 + 1 }),
      initializer(name + ".steps", slice.axes.map(\.step)),
    ]
    add("Slice", for: index, inputs: [input] + names)
  }

  private mutating func write(_ padding: Padding, _ index: Int, _ input: String) {
    let name = valueName(index)
    var names = [input, initializer(name + ".pads", [0] + padding.before + [0] + padding.after)]
    let mode: String
    switch padding.fill {
    case .constant(let value):
      mode = "constant"
      names.append(initializer(name + ".value", [], [value]))
    case .reflect: mode = "reflect"
    case .edge: mode = "edge"
    }
    add("Pad", for: index, inputs: names, [("mode", .string(mode))])
  }
}
