import Networks
import Tensors

/// Moves whole vectors of eight images from one place to another: slices, padding, flattening, parts of a
/// concatenation that could not be written in place.
struct CopyStep: Sendable {
  let input: MapPlace
  let output: MapPlace
  let sources: [Int32]
  let targets: [Int32]
  /// What lies side by side in both places goes at once.
  private let runs: [Run]
  /// Targets that take a constant instead.
  let filled: [Int32]
  let fill: Float
  /// For each output channel the input channel that it consists of, −1 for the constant; nil when channels mix.
  let channelSources: [Int]?

  private struct Run: Sendable {
    var source: Int
    var target: Int
    var byteCount: Int
  }

  private init(
    input: MapPlace, output: MapPlace, sources: [Int32], targets: [Int32], filled: [Int32] = [], fill: Float = 0,
    channelSources: [Int]? = nil
  ) {
    self.input = input
    self.output = output
    self.sources = sources
    self.targets = targets
    runs = CopyStep.runs(sources, targets)
    self.filled = filled
    self.fill = fill
    self.channelSources = channelSources
  }

  private static func runs(_ sources: [Int32], _ targets: [Int32]) -> [Run] {
    let vector = BufferLayout.vectorStride
    var runs: [Run] = []
    for (source, target) in zip(sources, targets).map({ (Int($0), Int($1)) }).sorted(by: { $0.1 < $1.1 }) {
      if let last = runs.last, last.source + last.byteCount == source, last.target + last.byteCount == target {
        runs[runs.count - 1].byteCount += vector
      } else {
        runs.append(Run(source: source, target: target, byteCount: vector))
      }
    }
    return runs
  }

  /// The same elements in row-major order under another shape.
  static func reshape(input: MapPlace, output: MapPlace) -> CopyStep {
    CopyStep(
      input: input, output: output, sources: input.elementOffsets, targets: output.elementOffsets,
      channelSources: input.shape == output.shape ? Array(0..<input.shape.channels) : nil)
  }

  static func slice(_ slice: Slice, input: MapPlace, output: MapPlace) -> CopyStep {
    let strides = rowMajorStrides(input.shape)
    let elements = input.elementOffsets
    let sources = indices(of: output.shape).map { index in
      var position = 0
      for axis in index.indices {
        position += (slice.axes[axis].start + index[axis] * slice.axes[axis].step) * strides[axis]
      }
      return elements[position]
    }
    return CopyStep(
      input: input, output: output, sources: sources, targets: output.elementOffsets,
      channelSources: (0..<slice.axes[0].count).map { slice.axes[0].start + $0 * slice.axes[0].step })
  }

  static func pad(_ padding: Padding, input: MapPlace, output: MapPlace) -> CopyStep {
    let strides = rowMajorStrides(input.shape)
    let elements = input.elementOffsets
    var sources: [Int32] = [], targets: [Int32] = [], filled: [Int32] = []
    var fill: Float = 0
    for (index, target) in zip(indices(of: output.shape), output.elementOffsets) {
      var position: Int? = 0
      for axis in index.indices {
        var coordinate = index[axis] - padding.before[axis]
        let extent = input.shape[axis]
        if !(0..<extent).contains(coordinate) {
          switch padding.fill {
          case .constant(let value):
            fill = value
            position = nil
          case .edge: coordinate = min(max(coordinate, 0), extent - 1)
          case .reflect: coordinate = coordinate < 0 ? -coordinate : 2 * (extent - 1) - coordinate
          }
        }
        position = position.map { $0 + coordinate * strides[axis] }
      }
      if let position {
        sources.append(elements[position])
        targets.append(target)
      } else {
        filled.append(target)
      }
    }
    return CopyStep(
      input: input, output: output, sources: sources, targets: targets, filled: filled, fill: fill,
      channelSources: channelSources(padding, input.shape))
  }

  /// Whole channels stay whole when only channels are added.
  private static func channelSources(_ padding: Padding, _ input: Shape) -> [Int]? {
    guard case .constant = padding.fill, padding.before.dropFirst().allSatisfy({ $0 == 0 }),
      padding.after.dropFirst().allSatisfy({ $0 == 0 })
    else { return nil }
    return [Int](repeating: -1, count: padding.before[0]) + Array(0..<input.channels)
      + [Int](repeating: -1, count: padding.after[0])
  }

  /// Distances between neighbours along each axis, in elements.
  private static func rowMajorStrides(_ shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// All indices of a shape in row-major order.
  private static func indices(of shape: Shape) -> some Sequence<[Int]> {
    sequence(state: [Int]?.some([Int](repeating: 0, count: shape.rank))) { (state: inout [Int]?) -> [Int]? in
      guard let current = state else { return nil }
      var next = current
      var axis = shape.rank - 1
      while axis >= 0 {
        next[axis] += 1
        if next[axis] < shape[axis] { break }
        next[axis] = 0
        axis -= 1
      }
      state = axis < 0 ? nil : next
      return current
    }
  }

  /// Input and output `[row][pixel][channels][8]`.
  func run(_ context: StepContext) {
    let states = context.states
    guard states.anyChanged(input.channels) else { return }
    for channel in 0..<output.shape.channels {
      let target = output.firstChannel + channel
      guard let source = channelSources?[channel] else {
        states.setLive(target)
        continue
      }
      if source < 0 {
        _ = states.setConstant(target, fill)
      } else if states.isConstant[input.firstChannel + source] {
        _ = states.setConstant(target, states.value[input.firstChannel + source])
      } else if states.changed[input.firstChannel + source] {
        states.setLive(target)
      }
    }
    let x = UnsafeRawPointer(input.pointer(context.base)), y = UnsafeMutableRawPointer(output.pointer(context.base))
    for run in runs { (y + run.target).copyMemory(from: x + run.source, byteCount: run.byteCount) }
    let constant = SIMD8<Float>(repeating: fill)
    for target in filled { (y + Int(target)).storeBytes(of: constant, as: SIMD8<Float>.self) }
  }
}
