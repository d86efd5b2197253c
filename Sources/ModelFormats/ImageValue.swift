/// A value of the ONNX graph that depends on the image: a node of the network, and how ONNX sees its elements.
///
/// ONNX's extents include the batch; a network's shapes do not. Exporters of channels-last frameworks surround layers
/// with transpositions: they become a view here, which the next transposition undoes, or a fully connected layer
/// absorbs into its weight.
struct ImageValue {
  /// How ONNX's row-major order relates to the node's.
  enum ElementOrder {
    /// They are the same: the extents without the batch are the node's shape.
    case stored
    /// ONNX's axis i, the batch left out, is the node's axis `order[i]`.
    case permuted(order: [Int], by: ONNXNode)
    /// The node is the row-major flattening of `factors`; ONNX sees that of the factors in `order`.
    case flattened(factors: [Int], order: [Int], by: ONNXNode)
  }

  var node: Int
  /// As ONNX has them, batch included.
  var extents: [Int]
  /// The axis of the extents that counts images, or nil when a batch of one has been squeezed away.
  var batchAxis: Int?
  var order: ElementOrder = .stored
  /// True when the node is a multiplication with constants and nothing else sees it under another view.
  var isPlainScale = false

  /// The axes of ``extents`` other than the batch.
  var imageAxes: [Int] { extents.indices.filter { $0 != batchAxis } }
  /// The extents other than the batch.
  var imageExtents: [Int] { imageAxes.map { extents[$0] } }

  /// For each image axis, the node's axis; nil when the axes have been flattened into one another.
  var axisOrder: [Int]? {
    switch order {
    case .stored: Array(0..<imageAxes.count)
    case .permuted(let order, _): order
    case .flattened: nil
    }
  }

  /// The node's axis that an axis of ``extents`` is, or nil for the batch and for flattened axes.
  func storedAxis(_ axis: Int) -> Int? {
    guard let position = imageAxes.firstIndex(of: axis) else { return nil }
    return axisOrder?[position]
  }

  /// The same view of another node whose stored shape has the same meaning.
  func with(node: Int, extents: [Int]? = nil) -> ImageValue {
    var copy = self
    copy.node = node
    copy.isPlainScale = false
    if let extents { copy.extents = extents }
    return copy
  }
}

/// What a name of the graph stands for while it is read.
enum GraphValue {
  case constant(ONNXConstant)
  case image(ImageValue)
}
