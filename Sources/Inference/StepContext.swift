import CKernels
import Tensors

/// What a step works on: one worker's buffers, what is known of their channels, and the list of channels to compute.
struct StepContext {
  let base: UnsafeMutableRawPointer
  let instructions: Int32
  let states: ChannelStates
  /// Room for the indices of any step's channels.
  let list: UnsafeMutablePointer<Int32>
  /// The same for a convolution's outputs whose kept sums serve.
  let addedList: UnsafeMutablePointer<Int32>
  /// Whether convolutions may add differences to kept sums.
  let usesDeltas: Bool
  /// Room for what a kernel makes on its way; nil where no convolution runs.
  var scratch: UnsafeMutablePointer<Float>?
  /// Where the arguments of activations go whose derivatives need them, laid out as ``base``; nil when nobody asks.
  var arguments: UnsafeMutableRawPointer?

  /// Writes a value into all images of one channel at every position.
  func fill(_ place: MapPlace, channel: Int, value: Float) {
    var target = place.map(base)
    target.base += channel * BufferLayout.lanes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: BufferLayout.lanes) { vector in
      vector.initialize(repeating: value)
      ns_fill(
        instructions, &target, Int64(place.shape.height), Int64(place.shape.width), vector.baseAddress, 0, 0xff)
    }
  }

  /// The channels of an output that must be computed because inputs changed; those that are now constant are filled.
  ///
  /// - Parameters:
  ///   - inputs: the maps that output channel c reads channel c of (channel 0 of those with a single channel).
  ///   - constant: what constant inputs make of channel c, or nil when the result is not constant all the same.
  func channelsToCompute(
    _ output: MapPlace, reading inputs: [MapPlace], constant: (_ channel: Int) -> Float?
  ) -> ns_channels {
    let changes = inputs.reduce(0) { most, input in max(most, states.changedCount(input.channels)) }
    states.expect(changes, at: output.firstChannel)
    var count = 0
    for channel in 0..<output.shape.channels {
      var isChanged = false, isConstant = true
      for input in inputs {
        let source = input.firstChannel + (input.shape.channels == 1 ? 0 : channel)
        if states.changed[source] { isChanged = true }
        if !states.isConstant[source] { isConstant = false }
      }
      guard isChanged else { continue }
      if isConstant, let value = constant(channel) {
        if states.setConstant(output.firstChannel + channel, value) { fill(output, channel: channel, value: value) }
      } else {
        states.setLive(output.firstChannel + channel)
        list[count] = Int32(channel)
        count += 1
      }
    }
    return ns_channels(indices: list, count: Int64(count))
  }
}
