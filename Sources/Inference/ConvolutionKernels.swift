import CKernels

/// How a convolution calls its kernels.
extension ConvolutionStep {
  /// Input `[row][pixel][inputs][8]`, output `[row][pixel][outputs][8]`: direct convolution of one group.
  func sum(_ context: StepContext, _ group: Int, _ selection: ConvolutionSelection) {
    let x = input.pointer(context.base) + group * inputsPerGroup * BufferLayout.lanes
    let y = output.pointer(context.base) + group * outputsPerGroup * BufferLayout.lanes
    withPointers(selection.stepOffsets, selection.weightSteps, selection.outputChannels, selection.weightRows) {
      stepOffsets, weightSteps, outputChannels, weightRows in
      withPointers(weights, selection.bias, inputOffsets, outputOffsets) { weights, bias, inputs, outputs in
        var plan = ns_convolution()
        plan.steps = Int64(selection.stepOffsets.count)
        plan.step_offsets = stepOffsets
        plan.weight_steps = weightSteps
        plan.outputs = Int64(selection.outputs.count)
        plan.output_channels = outputChannels
        plan.weights = weights
        plan.weight_rows = weightRows
        plan.bias = bias
        plan.bias_stride = plan.outputs
        plan.pixels = Int64(inputOffsets.count)
        plan.input_offsets = inputs
        plan.output_offsets = outputs
        plan.is_dense = selection.liveInputs == inputsPerGroup ? 1 : 0
        plan.step_block = 1280
        plan.pixel_block = ConvolutionStep.pixelBlock
        plan.kept_offset = keptOffset(context)
        plan.activation = activation.kernel.code
        withPointers(borders.pixels, places) { classes, places in
          plan.bias_classes = selection.biasClasses > 1 ? classes : nil
          if gathers {
            plan.gathered = context.scratch
            plan.gathered_offsets = places
          }
          ns_convolve(context.instructions, &plan, x, y)
        }
      }
    }
  }

  /// The same by Winograd's algorithm.
  func sum(_ context: StepContext, _ tables: WinogradTables, _ selection: ConvolutionSelection) {
    withPointers(selection.inputChannels, selection.inputs, selection.outputChannels, selection.transformedRows) {
      inputChannels, weightSteps, outputChannels, weightRows in
      withPointers(tables.weights, selection.bias, tables.tileInputs, tables.tileOutputs) {
        weights, bias, tileInputs, tileOutputs in
        var plan = ns_winograd()
        plan.inputs = Int64(selection.liveInputs)
        plan.input_channels = inputChannels
        plan.weight_steps = weightSteps
        plan.input_row = Int64(input.rowStride)
        plan.input_pixel = Int64(input.pixelStride)
        plan.output_row = Int64(output.rowStride)
        plan.output_pixel = Int64(output.pixelStride)
        plan.tiles = Int64(tables.tileInputs.count)
        plan.tile_inputs = tileInputs
        plan.tile_outputs = tileOutputs
        plan.outputs = Int64(selection.outputs.count)
        plan.output_channels = outputChannels
        plan.weights = weights
        plan.frequency_stride = Int64(outputsPerGroup * inputsPerGroup)
        plan.weight_rows = weightRows
        plan.bias = bias
        plan.bias_stride = plan.outputs
        plan.tile_block = Int64(tables.tileBlock)
        plan.output_chunk = Int64(tables.outputChunk)
        plan.kept_offset = keptOffset(context)
        plan.activation = activation.kernel.code
        withPointers(tables.places, tables.tileClasses) { places, classes in
          plan.places = places
          plan.bias_classes = selection.biasClasses > 1 ? classes : nil
          ns_convolve_winograd(
            context.instructions, &plan, input.pointer(context.base), output.pointer(context.base), context.scratch)
        }
      }
    }
  }

  /// Adds the differences of a few inputs to the kept sums of one group.
  func add(_ context: StepContext, _ delta: ConvolutionDelta, _ group: Int, _ sums: KeptSums) {
    let x = delta.slots.pointer(context.base)
    let y = output.pointer(context.base) + group * outputsPerGroup * BufferLayout.lanes
    withPointers(sums.stepOffsets, sums.weightSteps, sums.outputChannels, sums.weightRows) {
      stepOffsets, weightSteps, outputChannels, weightRows in
      withPointers(weights, bias, delta.inputOffsets, outputOffsets) { weights, bias, inputs, outputs in
        var plan = ns_convolution()
        plan.steps = Int64(sums.stepOffsets.count)
        plan.step_offsets = stepOffsets
        plan.weight_steps = weightSteps
        plan.outputs = Int64(sums.outputChannels.count)
        plan.output_channels = outputChannels
        plan.weights = weights
        plan.weight_rows = weightRows
        plan.bias = bias
        plan.bias_stride = plan.outputs
        plan.kept_offset = keptOffset(context)
        plan.accumulates = 1
        plan.pixels = Int64(outputOffsets.count)
        plan.input_offsets = inputs
        plan.output_offsets = outputs
        plan.step_block = 1280
        plan.pixel_block = ConvolutionStep.pixelBlock
        plan.activation = activation.kernel.code
        ns_convolve(context.instructions, &plan, x, y)
      }
    }
  }

  private func keptOffset(_ context: StepContext) -> Int64 {
    context.usesDeltas ? Int64(delta?.keptOffset ?? 0) : 0
  }
}
