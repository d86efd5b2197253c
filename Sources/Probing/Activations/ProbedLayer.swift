import Inference
import Tensors

/// One or several layers whose neurons a probe reads together.
public struct ProbedLayer: Sendable, Hashable {
  public let name: String
  /// In the order of their features.
  public let parts: [ActivationLayer]

  /// What all layers together are called.
  public static let allName = "all layers"

  public init(_ layer: ActivationLayer) {
    name = layer.name
    parts = [layer]
  }

  /// Several layers as one.
  public init(together layers: [ActivationLayer]) {
    name = Self.allName
    parts = layers
  }

  public func featureCount(_ pooling: ActivationPooling) -> Int {
    parts.reduce(0) { $0 + pooling.featureCount($1.shape) }
  }

  /// What a feature is called: `layer:channel`, with `@row,column` where positions are told apart.
  public func featureName(_ column: Int, _ pooling: ActivationPooling) -> String {
    guard let (part, channel, position) = place(of: column, pooling) else { return "\(name):\(column)" }
    guard let position else { return "\(part.name):\(channel)" }
    return "\(part.name):\(channel)@\(position.row),\(position.column)"
  }

  /// The unit of the plan behind a feature; nil where the layer's channels are no filters.
  func unit(of column: Int, _ pooling: ActivationPooling, in plan: ExecutionPlan) -> Int? {
    guard let (part, channel, _) = place(of: column, pooling), let site = part.site else { return nil }
    return plan.sites[site].firstUnit + channel
  }

  private func place(
    of column: Int, _ pooling: ActivationPooling
  ) -> (part: ActivationLayer, channel: Int, position: (row: Int, column: Int)?)? {
    var start = 0
    for part in parts {
      let count = pooling.featureCount(part.shape)
      guard column >= start + count else {
        let offset = column - start, grid = pooling.grid(part.shape)
        switch pooling {
        case .mean, .max: return (part, offset, nil)
        case .flatten:
          let position = offset % part.shape.area
          return (part, offset / part.shape.area, (position / grid.width, position % grid.width))
        case .positions:
          let cell = offset / part.shape.channels
          return (part, offset % part.shape.channels, (cell / grid.width, cell % grid.width))
        }
      }
      start += count
    }
    return nil
  }
}

extension FeatureMatrix {
  /// The columns of several matrices side by side, or the one.
  ///
  /// - Precondition: at least one, all with the same number of rows.
  static func joined(_ matrices: [FeatureMatrix]) -> FeatureMatrix {
    if matrices.count == 1 { return matrices[0] }
    let rows = matrices[0].rowCount, columns = matrices.reduce(0) { $0 + $1.columnCount }
    var values: [Float] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for matrix in matrices {
        values.append(contentsOf: matrix.values[row * matrix.columnCount..<(row + 1) * matrix.columnCount])
      }
    }
    return FeatureMatrix(rowCount: rows, columnCount: columns, values: values)
  }
}
