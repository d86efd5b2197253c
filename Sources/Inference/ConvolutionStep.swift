import CKernels
import Networks
import Tensors

/// A convolution or linear layer with everything that is fused into it: affine maps in the weights, the activation in
/// the store.
///
/// Positions come from tables of offsets, so that one kernel serves every kernel size, stride, dilation and group, and
/// any part of the channels.
final class ConvolutionStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let groups: Int
  let inputsPerGroup: Int
  let outputsPerGroup: Int
  let taps: Int
  /// `[output][tap][input of its group]`
  let weights: [Float]
  /// `[output]`
  let bias: [Float]
  /// `[tap]` offsets from a pixel's first input.
  let tapOffsets: [Int32]
  let inputOffsets: [Int32]
  let outputOffsets: [Int32]
  let activation: FusedActivation
  /// The pixels by what constant inputs contribute to them.
  let borders: BorderClasses
  /// `[group][class][input][output of the group]`: sums of the taps inside the map.
  let tapSums: [Float]
  /// Where the layer can run by Winograd's algorithm; nil where it cannot or should not.
  let winograd: WinogradTables?
  /// 0, 32, 64, …: where a pixel's live inputs lie once they are side by side; empty where they are left in place.
  let places: [Int32]
  /// Where the layer may add differences to kept sums; nil where it always sums anew.
  let delta: ConvolutionDelta?

  /// Pixels whose inputs stay in cache while all outputs use them.
  static let pixelBlock: Int64 = 24
  /// With fewer outputs, putting live inputs side by side costs more than reading whole cache lines saves.
  private static let fewestGatheringOutputs = 16

  /// True when live inputs may be put side by side: each pixel has its own, and many outputs read them.
  var gathers: Bool { !places.isEmpty }
  /// Scratch memory that the kernels need, in bytes.
  var scratchByteCount: Int {
    max(
      winograd?.scratchByteCount ?? 0,
      gathers ? Int(ns_gathered_bytes(Int64(inputsPerGroup))) : 0)
  }

  /// Multiplications with an addition for one image.
  var multiplyAdds: Int { output.shape.count * inputsPerGroup * taps }

  /// - Parameters:
  ///   - layer: the convolution, its weights and bias already multiplied by the fused affine maps.
  ///   - input: a map whose border is at least the layer's padding.
  init(
    _ layer: Convolution, input: MapPlace, output: MapPlace, activation: FusedActivation, delta: ConvolutionDelta?
  ) {
    self.delta = delta
    self.input = input
    self.output = output
    self.activation = activation
    groups = layer.groups
    inputsPerGroup = layer.inputChannelsPerGroup
    outputsPerGroup = layer.outputChannels / layer.groups
    taps = layer.kernel.area

    tapOffsets = ConvolutionStep.tapOffsets(layer, input)
    inputOffsets = ConvolutionStep.windowOffsets(
      input, output.shape, stride: layer.stride, padding: layer.padding)
    outputOffsets = output.pixelOffsets
    weights = ConvolutionStep.rows(layer)
    bias = layer.bias ?? [Float](repeating: 0, count: layer.outputChannels)
    places =
      layer.kernel.area == 1 && outputsPerGroup >= ConvolutionStep.fewestGatheringOutputs
      ? (0..<inputsPerGroup).map { Int32($0 * BufferLayout.vectorStride) } : []
    borders = BorderClasses(layer, input: input.shape, output: output.shape)
    tapSums = ConvolutionStep.tapSums(layer, borders)
    winograd = WinogradTables(layer, input: input, output: output, borders: borders)
  }

  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`: the wanted outputs of groups with a changed
  /// input, and outputs that are back.
  ///
  /// - Returns: multiplications with an addition done for one image.
  func run(_ context: StepContext, _ request: UnitRequest, _ selections: [ConvolutionSelection]) -> Int {
    var work = 0
    for group in 0..<groups { work += run(context, request, group, selections[group]) }
    return work
  }

  private func run(
    _ context: StepContext, _ request: UnitRequest, _ group: Int, _ selection: ConvolutionSelection
  ) -> Int {
    let states = context.states
    let inputs = input.firstChannel + group * inputsPerGroup..<input.firstChannel + (group + 1) * inputsPerGroup
    let isChanged = states.anyChanged(inputs)
    let first = group * outputsPerGroup
    let addedInputs = isChanged ? inputsToAdd(context, group, inputs, selection.keptSums) : 0
    var summed = 0, added = 0
    for unit in 0..<outputsPerGroup {
      let isWanted = request.wants(first + unit, inputsChanged: isChanged)
      if isWanted {
        if addedInputs > 0, selection.keptSums.isCurrent[unit] {
          context.addedList[added] = Int32(unit)
          added += 1
        } else {
          context.list[summed] = Int32(unit)
          summed += 1
        }
      }
      if let delta {
        let isWhole = delta.keptOffset != 0 || request.isWhole(first + unit)
        selection.keptSums.isCurrent[unit] =
          isWanted ? isWhole : selection.keptSums.isCurrent[unit] && isWhole && !isChanged
      }
    }
    guard summed + added > 0 else { return 0 }
    states.expect(summed + added, at: output.firstChannel)
    for index in 0..<summed { states.setLive(output.firstChannel + first + Int(context.list[index])) }
    for index in 0..<added { states.setLive(output.firstChannel + first + Int(context.addedList[index])) }

    if added > 0, let delta {
      let recorder = states.recorders[delta.recorder]
      selection.keptSums.prepare(
        self, delta, group: group, recorder, outputs: context.addedList, outputCount: added)
      add(context, delta, group, selection.keptSums)
      finish(first, context.addedList, added, context)
    }
    if summed > 0 {
      if isChanged, added == 0 { measure(context, group, inputs, selection.keptSums) }
      selection.prepare(self, group: group, outputs: context.list, outputCount: summed, context)
      if let winograd, selection.liveInputs >= WinogradTables.fewestInputs {
        sum(context, winograd, selection)
      } else {
        sum(context, group, selection)
      }
      finish(first, context.list, summed, context)
    }
    if isChanged { selection.keptSums.additions = added > 0 ? selection.keptSums.additions + 1 : 0 }
    return (summed * (summed > 0 ? selection.liveInputs : 0) + added * addedInputs) * taps * outputOffsets.count
  }

  /// How many changed inputs' differences are to be added to the sums; 0 where sums must or should be made anew.
  private func inputsToAdd(
    _ context: StepContext, _ group: Int, _ inputs: Range<Int>, _ sums: KeptSums
  ) -> Int {
    guard let delta, context.usesDeltas, sums.additions < DeltaChoice.refreshInterval else { return 0 }
    let recorder = context.states.recorders[delta.recorder]
    guard recorder.isComplete else { return 0 }
    let first = delta.firstChannel + group * inputsPerGroup
    var changed = 0, live = 0
    for channel in recorder.channels where (first..<first + inputsPerGroup).contains(channel) { changed += 1 }
    for channel in inputs where !context.states.isConstant[channel] { live += 1 }
    guard DeltaChoice.isCheaper(changed: changed, live: live, taps: taps, usesWinograd: winograd != nil) else {
      return 0
    }
    // The largest contribution that comes or goes, and the largest of those that stay.
    var peak = sums.peak, rest = delta.biasScales[group]
    for (slot, channel) in recorder.channels.enumerated()
    where (first..<first + inputsPerGroup).contains(channel) {
      let size = recorder.difference(slot: slot) * delta.inputWeights[group * inputsPerGroup + channel - first]
      guard size.isFinite else { return 0 }
      peak = max(peak, size)
    }
    for (index, channel) in inputs.enumerated()
    where !context.states.isConstant[channel] && !context.states.changed[channel] {
      rest = max(rest, sums.inputScales[index] * delta.inputWeights[group * inputsPerGroup + index])
    }
    guard peak <= DeltaChoice.largestCancellation * rest else { return 0 }
    sums.peak = peak
    // What they are now is known when sums are made anew.
    for channel in recorder.channels where (first..<first + inputsPerGroup).contains(channel) {
      sums.inputScales[channel - first] = 0
    }
    return changed
  }

  /// Before sums are made anew: how large the live inputs are.
  private func measure(_ context: StepContext, _ group: Int, _ inputs: Range<Int>, _ sums: KeptSums) {
    guard let delta, context.usesDeltas else { return }
    var peak = delta.biasScales[group]
    sums.inputScales.update(repeating: 0, count: inputsPerGroup)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: inputsPerGroup) { list in
      var count = 0
      for (index, channel) in inputs.enumerated() where !context.states.isConstant[channel] {
        list.initializeElement(at: count, to: Int32(index))
        count += 1
      }
      var map = input.map(context.base)
      map.base += group * inputsPerGroup * BufferLayout.lanes
      let shape = input.shape
      ns_largest(
        context.instructions, &map, Int64(shape.height), Int64(shape.width),
        ns_channels(indices: list.baseAddress, count: Int64(count)), sums.inputScales)
      for index in list.prefix(count) {
        let size = sums.inputScales[Int(index)] * delta.inputWeights[group * inputsPerGroup + Int(index)]
        peak = size.isFinite ? max(peak, size) : .infinity
      }
    }
    sums.peak = peak
  }

  private func finish(_ first: Int, _ list: UnsafeMutablePointer<Int32>, _ count: Int, _ context: StepContext) {
    guard activation.needsPass else { return }
    // The list holds the group's own numbers; the activation wants the layer's.
    for index in 0..<count { list[index] += Int32(first) }
    activation.finish(output, ns_channels(indices: list, count: Int64(count)), context)
  }

  // MARK: Tables

  static func tapOffsets(_ layer: Convolution, _ input: MapPlace) -> [Int32] {
    var offsets: [Int32] = []
    for row in 0..<layer.kernel.height {
      for column in 0..<layer.kernel.width {
        offsets.append(Int32(input.offset(row: row * layer.dilation.height, column: column * layer.dilation.width)))
      }
    }
    return offsets
  }

  /// Offsets of the first input of each output pixel's window, which may lie in the border.
  static func windowOffsets(_ input: MapPlace, _ output: Shape, stride: Extent, padding: Insets) -> [Int32] {
    var offsets: [Int32] = []
    offsets.reserveCapacity(output.area)
    for row in 0..<output.height {
      for column in 0..<output.width {
        let offset = input.offset(row: row * stride.height - padding.top, column: column * stride.width - padding.left)
        offsets.append(Int32(offset))
      }
    }
    return offsets
  }

  /// `[outputs][inputs / groups][tap]` to `[outputs][tap][inputs / groups]`.
  private static func rows(_ layer: Convolution) -> [Float] {
    let inputs = layer.inputChannelsPerGroup, taps = layer.kernel.area
    return [Float](unsafeUninitializedCapacity: layer.weight.values.count) { target, count in
      layer.weight.values.withUnsafeBufferPointer { source in
        for output in 0..<layer.outputChannels {
          let row = output * inputs * taps
          for input in 0..<inputs {
            for tap in 0..<taps { target[row + tap * inputs + input] = source[row + input * taps + tap] }
          }
        }
      }
      count = layer.weight.values.count
    }
  }

  /// `[outputs][inputs / groups][tap]` to `[group][class][input][output of the group]`.
  private static func tapSums(_ layer: Convolution, _ borders: BorderClasses) -> [Float] {
    let inputs = layer.inputChannelsPerGroup, outputs = layer.outputChannels / layer.groups
    let taps = layer.kernel.area
    let width = outputs
    var sums = [Float](repeating: 0, count: layer.groups * borders.count * inputs * width)
    layer.weight.values.withUnsafeBufferPointer { source in
      sums.withUnsafeMutableBufferPointer { target in
        for channel in 0..<layer.outputChannels {
          let group = channel / outputs, unit = channel % outputs
          for (index, inside) in borders.taps.enumerated() {
            for input in 0..<inputs {
              var sum = 0.0
              for tap in inside { sum += Double(source[(channel * inputs + input) * taps + tap]) }
              target[((group * borders.count + index) * inputs + input) * width + unit] = Float(sum)
            }
          }
        }
      }
    }
    return sums
  }
}
