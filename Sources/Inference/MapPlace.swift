import CKernels
import Tensors

/// A node's activations as steps see them: where the first vector lies in the arena, and the strides from there.
struct MapPlace: Sendable {
  var shape: Shape
  /// Bytes from the arena's start to channel 0 of pixel (0, 0).
  var start: Int
  var rowStride: Int
  var pixelStride: Int
  /// The number of its channel 0 among all channels of all buffers, where ``ChannelStates`` keeps what is known.
  var firstChannel: Int

  var channels: Range<Int> { firstChannel..<firstChannel + shape.channels }

  /// Bytes from channel 0 of pixel (0, 0) to that of another pixel; negative rows and columns lie in the border.
  func offset(row: Int, column: Int) -> Int { row * rowStride + column * pixelStride }

  /// Offsets of all pixels in row-major order.
  var pixelOffsets: [Int32] {
    var offsets: [Int32] = []
    offsets.reserveCapacity(shape.area)
    for row in 0..<shape.height {
      for column in 0..<shape.width { offsets.append(Int32(offset(row: row, column: column))) }
    }
    return offsets
  }

  /// Offsets of all elements in row-major order of channels, rows and columns.
  var elementOffsets: [Int32] {
    var offsets: [Int32] = []
    offsets.reserveCapacity(shape.count)
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        for column in 0..<shape.width {
          offsets.append(Int32(offset(row: row, column: column) + channel * BufferLayout.vectorStride))
        }
      }
    }
    return offsets
  }

  func pointer(_ base: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
    (base + start).assumingMemoryBound(to: Float.self)
  }

  /// The whole map for the kernels that walk rows and pixels.
  func map(_ base: UnsafeMutableRawPointer) -> ns_map {
    ns_map(
      base: pointer(base), row_stride: Int64(rowStride), pixel_stride: Int64(pixelStride),
      channel_stride: Int64(BufferLayout.vectorStride))
  }

  /// The map repeated to a larger shape: extents of 1 get a stride of 0.
  func map(_ base: UnsafeMutableRawPointer, repeatedTo target: Shape) -> ns_map {
    var map = map(base)
    if shape.height == 1, target.height > 1 { map.row_stride = 0 }
    if shape.width == 1, target.width > 1 { map.pixel_stride = 0 }
    if shape.channels == 1, target.channels > 1 { map.channel_stride = 0 }
    return map
  }

  /// Channels that are copied together: their vectors of a pixel lie side by side, and as many rows of the copy are
  /// written at a time.
  private static let tile = 16

  /// Copies one lane, `[pixel][channel][lane]` to `[channel][pixel]`, multiplied by a factor a channel where there are any.
  func read(
    _ base: UnsafeMutableRawPointer, lane: Int, factors: [Float]? = nil,
    into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    let (channels, height, width) = (shape.channels, shape.height, shape.width)
    precondition(buffer.count >= channels * height * width, "room for every element")
    precondition(lane >= 0 && lane < BufferLayout.lanes, "a lane of the block")
    guard let target = buffer.baseAddress else { return }
    let start = pointer(base) + lane, area = height * width
    for first in stride(from: 0, to: channels, by: Self.tile) {
      let end = min(channels, first + Self.tile)
      for row in 0..<height {
        for column in 0..<width {
          let pixel = start + offset(row: row, column: column) / MemoryLayout<Float>.stride
          let copy = target + row * width + column
          for channel in first..<end { copy[channel * area] = pixel[channel * BufferLayout.lanes] }
        }
      }
    }
    guard let factors else { return }
    for channel in 0..<channels {
      for place in channel * area..<(channel + 1) * area { target[place] *= factors[channel] }
    }
  }

  /// The way back, `[channel][pixel]` to one lane of `[pixel][channel][lane]`.
  func write(_ values: UnsafeBufferPointer<Float>, _ base: UnsafeMutableRawPointer, lane: Int) {
    let (channels, height, width) = (shape.channels, shape.height, shape.width)
    precondition(values.count >= channels * height * width, "a value for every element")
    precondition(lane >= 0 && lane < BufferLayout.lanes, "a lane of the block")
    guard let source = values.baseAddress else { return }
    let start = pointer(base) + lane, area = height * width
    for first in stride(from: 0, to: channels, by: Self.tile) {
      let end = min(channels, first + Self.tile)
      for row in 0..<height {
        for column in 0..<width {
          let pixel = start + offset(row: row, column: column) / MemoryLayout<Float>.stride
          let copy = source + row * width + column
          for channel in first..<end { pixel[channel * BufferLayout.lanes] = copy[channel * area] }
        }
      }
    }
  }
}
