import Networks
import Tensors

/// One node's values for one image in double precision, as the reference loops read and write them.
struct ReferenceMap {
  let shape: Shape
  /// Row-major order of channels, rows and columns.
  var values: [Double]

  init(_ shape: Shape, _ values: [Double]? = nil) {
    self.shape = shape
    self.values = values ?? [Double](repeating: 0, count: shape.count)
  }

  subscript(channel: Int, row: Int, column: Int) -> Double {
    get { values[(channel * shape.height + row) * shape.width + column] }
    set { values[(channel * shape.height + row) * shape.width + column] = newValue }
  }

  /// The value with extents of 1 repeated.
  func repeated(_ channel: Int, _ row: Int, _ column: Int) -> Double {
    self[shape.channels == 1 ? 0 : channel, shape.height == 1 ? 0 : row, shape.width == 1 ? 0 : column]
  }

  /// The value inside the map, or nil outside of it.
  func inside(_ channel: Int, _ row: Int, _ column: Int) -> Double? {
    (0..<shape.height).contains(row) && (0..<shape.width).contains(column) ? self[channel, row, column] : nil
  }

  mutating func fill(_ value: (_ channel: Int, _ row: Int, _ column: Int) -> Double) {
    for channel in 0..<shape.channels {
      for row in 0..<shape.height {
        for column in 0..<shape.width { self[channel, row, column] = value(channel, row, column) }
      }
    }
  }
}

/// Convolutions by their definition.
enum ReferenceConvolution {
  /// `y[o, i, j] = b[o] + Σ w[o, c, u, v] · x[c, i·s − p + u·d, j·s − p + v·d]`, zero outside of the map.
  static func run(_ layer: Convolution, _ x: ReferenceMap, _ y: inout ReferenceMap) {
    let kernel = layer.kernel, inputs = layer.inputChannelsPerGroup
    let outputs = layer.outputChannels / layer.groups
    y.fill { channel, row, column in
      var sum = Double(layer.bias?[channel] ?? 0)
      let first = channel / outputs * inputs
      for input in 0..<inputs {
        for u in 0..<kernel.height {
          for v in 0..<kernel.width {
            let i = row * layer.stride.height - layer.padding.top + u * layer.dilation.height
            let j = column * layer.stride.width - layer.padding.left + v * layer.dilation.width
            guard let value = x.inside(first + input, i, j) else { continue }
            sum +=
              value * Double(layer.weight.values[((channel * inputs + input) * kernel.height + u) * kernel.width + v])
          }
        }
      }
      return sum
    }
  }

  /// Each input value scattered over the outputs that its window covers.
  static func run(_ layer: TransposedConvolution, _ x: ReferenceMap, _ y: inout ReferenceMap) {
    let kernel = layer.kernel
    let inputs = layer.inputChannels / layer.groups, outputs = layer.outputChannels / layer.groups
    y.fill { channel, _, _ in Double(layer.bias?[channel] ?? 0) }
    for input in 0..<layer.inputChannels {
      for unit in 0..<outputs {
        let channel = input / inputs * outputs + unit
        for row in 0..<x.shape.height {
          for column in 0..<x.shape.width {
            for u in 0..<kernel.height {
              for v in 0..<kernel.width {
                let i = row * layer.stride.height - layer.padding.top + u * layer.dilation.height
                let j = column * layer.stride.width - layer.padding.left + v * layer.dilation.width
                guard y.inside(channel, i, j) != nil else { continue }
                let weight = layer.weight.values[((input * outputs + unit) * kernel.height + u) * kernel.width + v]
                y[channel, i, j] += Double(weight) * x[input, row, column]
              }
            }
          }
        }
      }
    }
  }
}

/// Pooling by its definition.
enum ReferencePooling {
  static func run(_ layer: Pooling, _ x: ReferenceMap, _ y: inout ReferenceMap) {
    y.fill { channel, row, column in
      var values: [Double] = []
      var padded = 0
      for u in 0..<layer.kernel.height {
        for v in 0..<layer.kernel.width {
          let i = row * layer.stride.height - layer.padding.top + u * layer.dilation.height
          let j = column * layer.stride.width - layer.padding.left + v * layer.dilation.width
          if i < x.shape.height + layer.padding.bottom, j < x.shape.width + layer.padding.right { padded += 1 }
          if let value = x.inside(channel, i, j) { values.append(value) }
        }
      }
      switch layer.kind {
      case .maximum: return values.max() ?? -.infinity
      case .average(let countsPadding):
        return values.reduce(0, +) / Double(max(1, countsPadding ? padded : values.count))
      }
    }
  }
}
