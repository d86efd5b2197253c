/// A height and a width, in pixels or steps.
public struct Extent: Sendable, Hashable, CustomStringConvertible {
  public var height: Int
  public var width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same value both ways.
  public init(_ both: Int) { self.init(height: both, width: both) }

  public var area: Int { height * width }
  public var description: String { "\(height)×\(width)" }
}

/// Pixels added at the four sides of a feature map; never negative.
public struct Insets: Sendable, Hashable, CustomStringConvertible {
  public var top: Int
  public var left: Int
  public var bottom: Int
  public var right: Int

  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// The same at every side.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

  public static let zero = Insets(0)
  public var isZero: Bool { self == .zero }
  public var description: String { "[\(top), \(left), \(bottom), \(right)]" }
}
