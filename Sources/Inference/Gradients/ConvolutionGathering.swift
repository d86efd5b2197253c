import Networks
import Tensors

/// The tables of convolutions and of their adjoints.
enum ConvolutionGathering {
  private static let stride = BufferLayout.vectorStride

  /// The convolution itself; its weight is `[outputs][inputs / groups][tap]`.
  static func forward(_ layer: Convolution, input: MapPlace, output: MapPlace) -> PackedGathering {
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let steps = ConvolutionStep.tapOffsets(layer, input).flatMap { tap in
      (0..<inputs).map { tap + Int32($0 * stride) }
    }
    let gathering = Gathering(
      groups: layer.groups, inputsPerGroup: inputs, outputsPerGroup: outputs, stepOffsets: steps,
      outputChannels: (0..<outputs).map { Int32($0 * stride) },
      inputOffsets: ConvolutionStep.windowOffsets(input, output.shape, stride: layer.stride, padding: layer.padding),
      outputOffsets: output.pixelOffsets)
    let packing = gathering.packing { group, output, step in
      ((group * outputs + output) * inputs + step % inputs) * taps + step / inputs
    }
    return PackedGathering(gathering: gathering, packing: packing)
  }

  /// The adjoint: from the output's gradient to the input's, one gathering for each phase of the stride.
  ///
  /// - Parameters:
  ///   - input: where the input's gradient lies.
  ///   - output: where the output's gradient lies, with the border that ``GradientBorder`` asks for.
  static func adjoint(_ layer: Convolution, input: MapPlace, output: MapPlace) -> [PackedGathering] {
    if output.shape.area == 1 { return [singleWindow(layer, input: input, output: output)] }
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let rows = phases(
      layer.kernel.height, layer.stride.height, layer.dilation.height, layer.padding.top, input.shape.height)
    let columns = phases(
      layer.kernel.width, layer.stride.width, layer.dilation.width, layer.padding.left, input.shape.width)
    var parts: [PackedGathering] = []
    for row in rows {
      for column in columns {
        var offsets: [Int32] = [], tapOfStep: [Int] = []
        for u in row.taps {
          for v in column.taps {
            let tap = output.offset(row: u.shift, column: v.shift)
            for channel in 0..<outputs { offsets.append(Int32(tap + channel * stride)) }
            tapOfStep.append(u.tap * layer.kernel.width + v.tap)
          }
        }
        var from: [Int32] = [], to: [Int32] = []
        for i in row.positions {
          for j in column.positions {
            from.append(Int32(output.offset(row: i.source, column: j.source)))
            to.append(Int32(input.offset(row: i.position, column: j.position)))
          }
        }
        let gathering = Gathering(
          groups: layer.groups, inputsPerGroup: outputs, outputsPerGroup: inputs, stepOffsets: offsets,
          outputChannels: (0..<inputs).map { Int32($0 * stride) }, inputOffsets: from, outputOffsets: to)
        let packing = gathering.packing { group, channel, step in
          ((group * outputs + step % outputs) * inputs + channel) * taps + tapOfStep[step / outputs]
        }
        parts.append(PackedGathering(gathering: gathering, packing: packing))
      }
    }
    return parts
  }

  /// True when the adjoint writes every element of the input's gradient.
  static func adjointCovers(_ layer: Convolution, input: Shape, output: Shape) -> Bool {
    output.area > 1 || insideTaps(layer, input).count == input.area
  }

  /// The adjoint of a transposed convolution: a convolution with the same weight `[inputs][outputs / groups][tap]`.
  static func adjoint(_ layer: TransposedConvolution, input: MapPlace, output: MapPlace) -> PackedGathering {
    forward(convolution(layer), input: output, output: input)
  }

  /// The convolution whose adjoint the layer is.
  static func convolution(_ layer: TransposedConvolution) -> Convolution {
    Convolution(
      weight: layer.weight, stride: layer.stride, padding: layer.padding, dilation: layer.dilation,
      groups: layer.groups)
  }

  /// A single window: each input element is an output of its own, reached by one tap.
  private static func singleWindow(_ layer: Convolution, input: MapPlace, output: MapPlace) -> PackedGathering {
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let inside = insideTaps(layer, input.shape)
    var elements: [Int32] = [], places: [Int] = []
    for tap in inside {
      for channel in 0..<inputs {
        elements.append(Int32(input.offset(row: tap.row, column: tap.column) + channel * stride))
        places.append(channel * taps + tap.tap)
      }
    }
    let gathering = Gathering(
      groups: layer.groups, inputsPerGroup: outputs, outputsPerGroup: inputs,
      stepOffsets: (0..<outputs).map { Int32($0 * stride) }, outputChannels: elements, inputOffsets: [0],
      outputOffsets: [0])
    let packing = gathering.packing { group, element, step in
      (group * outputs + step) * inputs * taps + places[element]
    }
    return PackedGathering(gathering: gathering, packing: packing)
  }

  private static func insideTaps(_ layer: Convolution, _ input: Shape) -> [(tap: Int, row: Int, column: Int)] {
    var inside: [(tap: Int, row: Int, column: Int)] = []
    for u in 0..<layer.kernel.height {
      for v in 0..<layer.kernel.width {
        let row = u * layer.dilation.height - layer.padding.top
        let column = v * layer.dilation.width - layer.padding.left
        guard (0..<input.height).contains(row), (0..<input.width).contains(column) else { continue }
        inside.append((u * layer.kernel.width + v, row, column))
      }
    }
    return inside
  }

  struct Phase {
    /// Taps that reach the phase's positions, and where their outputs lie from the position's source.
    var taps: [(tap: Int, shift: Int)]
    /// Input positions and the output position that shifts count from.
    var positions: [(position: Int, source: Int)]
  }

  /// Input positions i by the remainder of i + padding: output o reaches i by tap u where o · stride = i + padding −
  /// u · dilation.
  static func phases(_ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int, _ extent: Int) -> [Phase] {
    (0..<stride).compactMap { remainder in
      let taps = (0..<kernel).filter { (remainder - $0 * dilation) % stride == 0 }
      let positions = (0..<extent).filter { ($0 + padding) % stride == remainder }
      guard !positions.isEmpty else { return nil }
      return Phase(
        taps: taps.map { ($0, (remainder - $0 * dilation) / stride) },
        positions: positions.map { ($0, ($0 + padding) / stride) })
    }
  }
}
