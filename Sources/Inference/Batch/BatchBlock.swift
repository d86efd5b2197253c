import CKernels
import Tensors

/// One block of eight images of a batch, as its steps see it.
final class BatchBlock {
  let index: Int
  let step: StepContext
  let gradient: GradientContext
  /// 1 for images of the batch, 0 for lanes that hold none.
  private(set) var lanes = [Float](repeating: 0, count: BufferLayout.lanes)
  private let states: ChannelStates
  private let list: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - activations: the block's own part of the batch's memory; `gradients` likewise.
  init(
    index: Int, plan: ExecutionPlan, activations: UnsafeMutableRawPointer, gradients: UnsafeMutableRawPointer
  ) {
    self.index = index
    let channels = max(1, plan.network.shapes.map(\.channels).max() ?? 1)
    states = ChannelStates(count: plan.layout.channelCount, recorders: [])
    // Twice: the list that steps fill, and the numbers 0, 1, 2, …
    list = .allocate(capacity: 2 * channels)
    for channel in 0..<channels {
      list[channel] = 0
      list[channels + channel] = Int32(channel)
    }
    step = StepContext(
      base: activations, instructions: plan.instructionSet.code, states: states, list: list, addedList: list,
      usesDeltas: false)
    gradient = GradientContext(
      instructions: plan.instructionSet.code, activations: activations, arguments: nil,
      gradients: GradientBuffers(base: gradients, channelCount: plan.layout.channelCount),
      allChannels: UnsafePointer(list + channels))
  }

  deinit { list.deallocate() }

  /// Before a forward pass over `count` images.
  func begin(count: Int) {
    states.forget()
    for lane in lanes.indices { lanes[lane] = lane < count ? 1 : 0 }
  }

  /// All channels of a map as a kernel takes them.
  func channels(_ place: MapPlace) -> ns_channels {
    ns_channels(indices: gradient.allChannels, count: Int64(place.shape.channels))
  }
}
