import Tensors

/// How the activations of one image become the features that a probe reads.
public enum ActivationPooling: String, Sendable, Hashable, Codable, CaseIterable {
  /// A channel's mean over all positions.
  case mean
  /// A channel's largest value over all positions.
  case max
  /// Every channel at every position.
  case flatten
  /// The means of a grid of at most ``mostCells`` × ``mostCells`` cells, each cell a place of its own to probe.
  case positions

  /// The most rows and columns of cells.
  public static let mostCells = 7

  /// The features that a layer of this shape has.
  public func featureCount(_ shape: Shape) -> Int {
    let grid = grid(shape)
    return shape.channels * grid.height * grid.width
  }

  /// The rows and columns of cells.
  public func grid(_ shape: Shape) -> (height: Int, width: Int) {
    switch self {
    case .mean, .max: (1, 1)
    case .flatten: (shape.height, shape.width)
    case .positions: (min(Self.mostCells, shape.height), min(Self.mostCells, shape.width))
    }
  }

  /// Pools one image's activations.
  ///
  /// - Parameters:
  ///   - activations: `[channels, height, width]` in row-major order.
  ///   - features: room for ``featureCount(_:)`` values: `[channels, height, width]` for ``flatten``, and
  ///     `[cells, channels]` otherwise.
  func pool(_ activations: UnsafeBufferPointer<Float>, _ shape: Shape, into features: UnsafeMutableBufferPointer<Float>)
  {
    let area = shape.area, channels = shape.channels
    switch self {
    case .mean:
      for channel in 0..<channels {
        var sum = 0.0
        for place in channel * area..<(channel + 1) * area { sum += Double(activations[place]) }
        features[channel] = Float(sum / Double(area))
      }
    case .max:
      for channel in 0..<channels {
        var largest = activations[channel * area]
        for place in channel * area..<(channel + 1) * area {
          // A NaN has to come through.
          if activations[place] > largest || activations[place].isNaN { largest = activations[place] }
          if largest.isNaN { break }
        }
        features[channel] = largest
      }
    case .flatten: for place in 0..<shape.count { features[place] = activations[place] }
    case .positions: Self.poolCells(activations, shape, grid(shape), into: features)
    }
  }

  /// Means over a grid of cells of nearly equal size: cell i of g covers rows ⌊i·h/g⌋ to ⌈(i + 1)·h/g⌉.
  static func poolCells(
    _ activations: UnsafeBufferPointer<Float>, _ shape: Shape, _ grid: (height: Int, width: Int),
    into features: UnsafeMutableBufferPointer<Float>
  ) {
    for row in 0..<grid.height {
      let rows = row * shape.height / grid.height..<((row + 1) * shape.height + grid.height - 1) / grid.height
      for column in 0..<grid.width {
        let columns = column * shape.width / grid.width..<((column + 1) * shape.width + grid.width - 1) / grid.width
        let cell = (row * grid.width + column) * shape.channels
        for channel in 0..<shape.channels {
          var sum = 0.0
          for y in rows {
            let start = (channel * shape.height + y) * shape.width
            for x in columns { sum += Double(activations[start + x]) }
          }
          features[cell + channel] = Float(sum / Double(rows.count * columns.count))
        }
      }
    }
  }
}
