/// Arithmetic between the inputs of a node, element by element.
public enum Combination: String, Sendable, Hashable, CaseIterable {
  /// The sum of two or more inputs.
  case add
  case subtract
  case multiply
  case divide
}

/// A regular part of a tensor: for each axis, elements `start, start + step, …`, `count` of them.
public struct Slice: Sendable, Hashable {
  public struct Axis: Sendable, Hashable {
    public var start: Int
    /// Never 0; negative walks backwards.
    public var step: Int
    public var count: Int

    public init(start: Int, step: Int, count: Int) {
      self.start = start
      self.step = step
      self.count = count
    }
  }

  /// One entry an axis of the input.
  public var axes: [Axis]

  public init(axes: [Axis]) { self.axes = axes }
}

/// Elements added before and after each axis of a tensor.
public struct Padding: Sendable, Hashable {
  public enum Fill: Sendable, Hashable {
    case constant(Float)
    /// Mirrored without repeating the border.
    case reflect
    /// The border repeated.
    case edge
  }

  /// One entry an axis of the input; never negative.
  public var before: [Int]
  public var after: [Int]
  public var fill: Fill

  public init(before: [Int], after: [Int], fill: Fill = .constant(0)) {
    self.before = before
    self.after = after
    self.fill = fill
  }
}
