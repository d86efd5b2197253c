import InputErrors
import Tensors

/// The graph's one image input, with the layout that the file has and the one that a network has.
struct ImageInput {
  var name: String
  /// The batch's size, or nil when it is symbolic.
  var batchSize: Int?
  /// The extents without the batch, as the file has them.
  var extents: [Int]
  /// The shape of the network's input: `[channels, height, width]` or `[features]`.
  var stored: Shape
  /// For channels-last files: for each of ``extents``, its axis in ``stored``.
  var order: [Int]?

  /// - Parameters:
  ///   - shape: the shape without the batch that the caller states, channels first, or nil.
  ///   - isChannelsLast: whether the graph transposes the input to channels first before anything else.
  /// - Throws: ``InputError`` when the file's input is no image, or its size is neither in the file nor stated.
  init(_ info: ONNXValueInfo, shape: Shape?, isChannelsLast: Bool) throws {
    name = info.name
    let place = InputError.Place(node: "\(info.name) (Input)")
    guard let all = info.extents ?? shape.map({ Array(repeating: .symbolic(""), count: $0.rank + 1) }) else {
      throw InputError(.data, "the input's shape is not in the file", at: place, hint: Self.sizeHint)
    }
    guard (2...4).contains(all.count) else {
      throw InputError(
        .data, "the input is no batch of images", at: place, expected: "batch×channels×height×width",
        found: Self.text(all))
    }
    switch all[0] {
    case .fixed(let size):
      guard size <= 1 << 30 else {
        throw InputError(.data, "the batch is impossible", at: place, expected: "at most \(1 << 30)", found: "\(size)")
      }
      batchSize = size
    case .symbolic: batchSize = nil
    }
    var extents = Array(all.dropFirst())
    if let shape {
      // A channels-last file gets the stated shape in its own order.
      let stated = isChannelsLast && shape.rank == 3 ? [shape[1], shape[2], shape[0]] : shape.extents
      guard stated.count == extents.count,
        zip(extents, stated).allSatisfy({ $0 == .fixed($1) || !$0.isFixed })
      else {
        throw InputError(
          .usage, "the stated input shape is not the file's", at: place, expected: Self.text(all), found: "\(shape)")
      }
      extents = stated.map { .fixed($0) }
    }
    self.extents = try extents.map {
      guard case .fixed(let size) = $0, size > 0 else {
        throw InputError(
          .data, "the input's size is not in the file", at: place, expected: "fixed extents after the batch",
          found: Self.text(all), hint: Self.sizeHint)
      }
      return size
    }
    switch self.extents.count {
    case 3 where isChannelsLast:
      stored = Shape(self.extents[2], self.extents[0], self.extents[1])
      order = [1, 2, 0]
    // A batch of matrices: images of one channel.
    case 2: stored = Shape([1] + self.extents)
    default: stored = Shape(self.extents)
    }
  }

  private static let sizeHint = "state the input's shape as channels, height and width"

  private static func text(_ extents: [ONNXValueInfo.Extent]) -> String {
    extents.map { extent in
      switch extent {
      case .fixed(let size): "\(size)"
      case .symbolic(let name): name.isEmpty ? "?" : name
      }
    }.joined(separator: "×")
  }
}

extension ONNXValueInfo.Extent {
  fileprivate var isFixed: Bool {
    switch self {
    case .fixed: true
    case .symbolic: false
    }
  }
}
