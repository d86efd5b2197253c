/// The extents of a dense tensor, outermost first; the batch is never one of them.
///
/// A feature map is `[channels, height, width]`, a vector `[features]`, a convolution's weight
/// `[outputs, inputs / groups, kernel height, kernel width]`.
public struct Shape: Sendable, Hashable, Codable, CustomStringConvertible {
  public let extents: [Int]

  public init(_ extents: [Int]) { self.extents = extents }
  public init(_ extents: Int...) { self.extents = extents }

  public var rank: Int { extents.count }
  /// The number of elements; 1 for a scalar. Callers check extents against overflow where they come from a file.
  public var count: Int { extents.reduce(1, *) }
  public subscript(axis: Int) -> Int { extents[axis] }

  /// The extents as `2×3×4`, or `scalar`.
  public var description: String {
    extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "×")
  }

  /// Channels of a feature map or features of a vector: the first extent.
  public var channels: Int { extents.first ?? 1 }
  /// Height of a feature map; 1 for a vector.
  public var height: Int { extents.count > 1 ? extents[1] : 1 }
  /// Width of a feature map; 1 for a vector.
  public var width: Int { extents.count > 2 ? extents[2] : 1 }
  /// Positions of a feature map: height × width.
  public var area: Int { height * width }
}
