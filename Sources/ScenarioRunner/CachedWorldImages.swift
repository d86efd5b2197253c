import AtomicFiles
import Images
import InputErrors
import Reports
import TextureWorld

/// Images of a world as files in the cache, for commands that read images from files.
///
/// A folder `0_zebra` for each class with PNG files, `labels.csv` with the truth about each image, `classes.json` with the
/// names of the classes. Of a varied sample `variations.csv` with the columns `file,label,scene,factor,value`.
public struct CachedWorldImages: Sendable {
  static let list = "labels.csv"
  static let variations = "variations.csv"
  static let classes = "classes.json"

  public let sample: WorldSample
  public let cache: ContentCache

  public init(_ sample: WorldSample, in cache: ContentCache) {
    self.sample = sample
    self.cache = cache
  }

  /// Files that a command reads.
  public struct Files: Sendable, Hashable {
    public let folder: String
    /// What `--images` takes: the list with the truth, or that of the variations.
    public let images: String
    /// What `--classes` takes.
    public let classes: String
    public let origin: ContentCache.Entry.Origin
  }

  /// Draws the images and writes them, or takes what is kept.
  ///
  /// - Parameter check: called while another process draws the same images; throws to give up.
  /// - Throws: ``InputErrors/InputError`` when a setting is out of range or something cannot be written;
  ///   `CancellationError`; what `check` throws.
  public func files(
    workers: Int, check: () throws -> Void, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws -> Files {
    let world = try World(sample.configuration, seed: sample.seed)
    let entry = try await cache.entry(.images, digest: digest(world), check: check) { folder in
      try ContentCache.clear(folder)
      try await write(world, to: folder, workers: workers, progress)
    }
    return Files(
      folder: entry.folder,
      images: entry.folder + "/" + (sample.isVaried ? Self.variations : Self.list),
      classes: entry.folder + "/" + Self.classes, origin: entry.origin)
  }

  /// Of the settings, and of the first images: a change in how they are drawn shall not meet older ones.
  private func digest(_ world: World) throws -> String {
    var digest = SHA256Digest()
    digest.update(Array("world images, version 1".utf8))
    digest.update(try sample.configuration.json())
    for number in [sample.first, sample.count, sample.isVaried ? 1 : 0] { digest.update(UInt64(number)) }
    digest.update(sample.seed)
    digest.update(Array((sample.group?.rawValue ?? "all").utf8))
    for index in sample.indices.prefix(8) { digest.update(world.image(at: index).picture.pixels) }
    return SHA256Digest.hexadecimal(digest.finalize())
  }

  private func write(
    _ world: World, to folder: String, workers: Int, _ progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?
  ) async throws {
    func write(_ text: String, _ name: String) throws {
      try AtomicFolder.write(Array(text.utf8), to: folder + "/" + name)
    }
    let scenes = try sample.scenes(of: world)
    var pictures: [(scene: WorldScene, file: String)] = scenes.map { ($0, world.name(of: $0)) }
    var rows: [[String]] = []
    if sample.isVaried {
      for scene in scenes {
        for factor in WorldScene.Factor.allCases {
          for (value, change) in factor.values {
            let changed = scene.changing(change)
            var file = world.name(of: scene)
            if changed != scene {
              file = file.replacing(".png", with: "_\(factor.rawValue)_\(value).png")
              pictures.append((changed, file))
            }
            rows.append([file, "\(scene.label)", "\(scene.index)", factor.rawValue, value])
          }
        }
      }
    }
    let images = try await WorldSample.draw(pictures.map(\.scene), of: world, workers: workers, progress: progress)
    for label in world.classNames.indices { try ContentCache.makeFolder(folder + "/" + world.folderName(of: label)) }
    for (image, picture) in zip(images, pictures) {
      try AtomicFolder.write(try PNGEncoder.encode(image.picture), to: folder + "/" + picture.file)
    }
    let labeled = try world.labeled(Array(images.prefix(scenes.count)))
    let header = ["file"] + labeled.columnNames
    let truth = labeled.names.indices.map { index in
      [labeled.names[index]] + labeled.columnNames.map { labeled.columns[$0]?[index] ?? "" }
    }
    try write(CommaSeparatedText.text(header, truth), Self.list)
    if sample.isVaried {
      try write(CommaSeparatedText.text(["file", "label", "scene", "factor", "value"], rows), Self.variations)
    }
    try write(try JSONValue(world.classNames).pretty, Self.classes)
  }
}
