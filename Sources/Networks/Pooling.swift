/// How the values under a pooling window become one.
public enum PoolingKind: Sendable, Hashable {
  case maximum
  /// The mean; over the window's pixels inside the map, or padding included (zeros that count).
  case average(countsPadding: Bool)

  public var isMaximum: Bool {
    switch self {
    case .maximum: true
    case .average: false
    }
  }
}

/// Pooling over windows of a feature map, channel by channel. Padding never wins a maximum.
///
/// Output height `(height + top + bottom − dilation·(kernel − 1) − 1) / stride + 1`, rounded down, or up with
/// ``roundsUp``; then a last window that would start past the map and its leading padding is dropped.
public struct Pooling: Sendable, Hashable {
  public var kind: PoolingKind
  public var kernel: Extent
  public var stride: Extent
  public var padding: Insets
  public var dilation: Extent
  /// True when a last, incomplete window counts (ONNX `ceil_mode`).
  public var roundsUp: Bool

  public init(
    _ kind: PoolingKind, kernel: Extent, stride: Extent, padding: Insets = .zero, dilation: Extent = Extent(1),
    roundsUp: Bool = false
  ) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.roundsUp = roundsUp
  }
}
