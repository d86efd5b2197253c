import Images
import InputErrors
import Reports
import TextureWorld

/// Some images of a world, drawn when they are needed.
public struct WorldSample: Sendable, Hashable {
  public var configuration: WorldConfiguration
  /// The seed of the world.
  public var seed: UInt64
  /// The index of the first image.
  public var first: Int
  /// How many scenes are drawn: as many images, or all their variations, of which ``group`` keeps some.
  public var count: Int
  /// Only the images of this group; nil for all.
  public var group: WorldGroup?
  /// Whether every scene comes in variations: each factor (shape, texture, colour, background, mark, frame) set to each
  /// of its values in turn, with all else as it was.
  public var isVaried: Bool

  public init(
    configuration: WorldConfiguration, seed: UInt64 = 0, first: Int = 0, count: Int, group: WorldGroup? = nil,
    isVaried: Bool = false
  ) {
    self.configuration = configuration
    self.seed = seed
    self.first = first
    self.count = count
    self.group = group
    self.isVaried = isVaried
  }

  var indices: Range<Int> { first..<first + count }

  /// The scenes that are shown.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when no scene is of the group.
  func scenes(of world: World) throws(InputError) -> [WorldScene] {
    let scenes = indices.map { world.scene(at: $0) }.filter { group == nil || $0.group == group }
    guard !scenes.isEmpty else {
      throw InputError(
        .data, "no image of the world is of the group", found: "\(group?.rawValue ?? "") among \(count) images")
    }
    return scenes
  }

  /// The images with their labels, names and the truth as columns; of a varied sample those that are not varied.
  ///
  /// The result does not depend on the number of workers.
  /// - Parameter progress: called with the number of images drawn.
  /// - Throws: ``InputErrors/InputError`` (data) when a setting of the world is out of range; `CancellationError`.
  public func labeledImages(
    workers: Int = 1, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> LabeledImages {
    let world = try World(configuration, seed: seed)
    let scenes = try scenes(of: world)
    return try world.labeled(await Self.draw(scenes, of: world, workers: workers, progress: progress))
  }

  /// Draws scenes in stretches, a few at a time.
  static func draw(
    _ scenes: [WorldScene], of world: World, workers: Int,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> [WorldImage] {
    let stretch = 32
    let starts = Array(stride(from: 0, to: scenes.count, by: stretch))
    return try await withThrowingTaskGroup(of: (Int, [WorldImage]).self) { group in
      var waiting = starts.makeIterator()
      func start(_ begin: Int) {
        let part = Array(scenes[begin..<min(begin + stretch, scenes.count)])
        group.addTask {
          try Task.checkCancellation()
          return (begin, part.map { world.image(of: $0) })
        }
      }
      for _ in 0..<max(1, workers) { if let begin = waiting.next() { start(begin) } }
      var parts: [Int: [WorldImage]] = [:]
      var done = 0
      for try await (begin, part) in group {
        parts[begin] = part
        done += part.count
        progress?(done, scenes.count)
        if let next = waiting.next() { start(next) }
      }
      return starts.flatMap { parts[$0] ?? [] }
    }
  }
}

extension WorldScene {
  /// What can be set to several values.
  enum Factor: String, Sendable, CaseIterable {
    case shape, texture, colour, background, mark, frame

    var values: [(name: String, change: WorldChange)] {
      switch self {
      case .shape: ObjectShape.allCases.map { ($0.rawValue, .shape($0)) }
      case .texture: ObjectTexture.allCases.map { ($0.rawValue, .texture($0)) }
      case .colour: ObjectColour.allCases.map { ($0.rawValue, .colour($0)) }
      case .background: Background.allCases.map { ($0.rawValue, .background($0)) }
      case .mark: [("no", .mark(false)), ("yes", .mark(true))]
      case .frame: [("no", .frame(false)), ("yes", .frame(true))]
      }
    }
  }
}
