import Images
import TextureWorld

/// What a folder of a world's images holds: `world.json`.
public struct WorldDocument: Sendable, Hashable, Codable {
  public static let formatName = "neuron-shapley.world"
  public static let currentVersion = 1

  /// How many images have something in common.
  public struct Count: Sendable, Hashable, Codable {
    public var name: String
    public var count: Int
    /// How many of them have the mark.
    public var marked: Int
  }

  public var format = formatName
  public var version = currentVersion
  public var configuration: WorldConfiguration
  public var seed: UInt64
  /// The index of the first image.
  public var first: Int
  public var count: Int
  /// The name of what was changed in all images, if anything.
  public var change: String?
  /// The class of each label.
  public var classNames: [String]
  public var classes: [Count]
  public var groups: [Count]
  /// In how many images the change changes something; nil when nothing was changed.
  public var changedCount: Int?
  /// SHA-256 of the images in order with the preprocessing `world`: that of the same images in memory.
  public var digest: String

  /// - Parameters:
  ///   - images: those of the folder, before the change.
  ///   - digest: of the images as they are in the folder.
  public init(_ world: World, first: Int, scenes: [WorldScene], change: WorldChange?, digest: String) {
    configuration = world.configuration
    seed = world.seed
    self.first = first
    count = scenes.count
    self.change = change?.name
    classNames = world.classNames
    func having(_ name: String, _ isIncluded: (WorldScene) -> Bool) -> Count {
      let included = scenes.filter(isIncluded)
      return Count(name: name, count: included.count, marked: included.filter(\.hasMark).count)
    }
    classes = world.classNames.enumerated().map { label, name in having(name) { $0.label == label } }
    groups = WorldGroup.allCases.map { group in having(group.rawValue) { $0.group == group } }
    changedCount = change.map { change in scenes.filter { $0.changing(change) != $0 }.count }
    self.digest = digest
  }
}
