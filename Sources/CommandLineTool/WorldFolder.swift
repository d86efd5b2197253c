import AtomicFiles
import Foundation
import Images
import InputErrors
import Reports
import TextureWorld

/// The folder that `world` writes: PNG files in one sub-folder a class, and tables beside them.
struct WorldFolder {
  /// The files beside the images.
  enum File: String, CaseIterable {
    case labels = "labels.csv"
    case configuration = "configuration.json"
    case preprocessing = "preprocessing.json"
    /// The names of the classes, which the list does not hold.
    case classes = "classes.json"
    case sheet = "sheet.svg"
    /// Written last.
    case document = "world.json"
  }

  let world: World
  let scenes: [WorldScene]
  let first: Int
  let change: WorldChange?
  let workers: Int

  init(_ world: World, _ indices: Range<Int>, change: WorldChange?, workers: Int) {
    self.world = world
    scenes = indices.map { world.scene(at: $0) }
    first = indices.lowerBound
    self.change = change
    self.workers = max(1, min(workers, indices.count))
  }

  /// Whether a folder is one of these, which may be replaced when asked for.
  static func isWorld(_ path: String) -> Bool {
    let file = path + "/" + File.document.rawValue
    guard let data = FileManager.default.contents(atPath: file) else { return false }
    return (try? JSONValue.decode(WorldDocument.self, from: [UInt8](data), file: file))?.format
      == WorldDocument.formatName
  }

  /// Writes images and tables to a folder, and masks to another one if given.
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when a place is taken; nothing is left then, nor when the task is
  ///   cancelled.
  func write(
    to path: String, masks maskPath: String?, replacing: Bool, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> WorldDocument {
    if !replacing, Self.isWorld(path) {
      throw InputError(
        .cannotWrite, "the folder holds a world already", at: .init(file: path),
        hint: "add --replace to draw it anew, or choose another --output")
    }
    let folder = try AtomicFolder(at: path, replacing: Self.isWorld)
    // Masks hold no document of their own: what stands there is never replaced.
    let masks: AtomicFolder? = if let maskPath { try AtomicFolder(at: maskPath) } else { nil }
    for label in world.classNames.indices {
      let name = world.folderName(of: label)
      try folder.makeFolder(name)
      if masks != nil { for region in WorldRegion.allCases { try masks?.makeFolder("\(region.rawValue)/\(name)") } }
    }
    let images = try await drawn(to: folder.staging, masks: masks?.staging, progress: progress)
    let labeled = try world.labeled(images)
    let document = WorldDocument(world, first: first, scenes: scenes, change: change, digest: labeled.digest)
    try folder.write(Array(Self.table(labeled).utf8), as: File.labels.rawValue)
    try folder.write(try world.configuration.json(), as: File.configuration.rawValue)
    let preprocessing = try JSONValue(World.preprocessing).pretty
    try folder.write(Array(preprocessing.utf8), as: File.preprocessing.rawValue)
    try folder.write(Array(try JSONValue(world.classNames).pretty.utf8), as: File.classes.rawValue)
    let sheet = try WorldSheet(world, first: first, count: scenes.count).drawing().document
    try folder.write(Array(sheet.utf8), as: File.sheet.rawValue)
    try folder.write(Array(try JSONValue(document).pretty.utf8), as: File.document.rawValue)
    if let masks { try masks.finish() }
    try folder.finish()
    return document
  }

  /// The list that reads back to the same images and columns.
  static func table(_ images: LabeledImages) -> String {
    CommaSeparatedText.text(
      ["file"] + images.columnNames,
      (0..<images.count).map { place in
        [images.names[place]] + images.columnNames.map { images.columns[$0]?[place] ?? "" }
      })
  }

  /// Draws and writes the images, one task a worker; they come back in order.
  private func drawn(
    to staging: String, masks: String?, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> [WorldImage] {
    let (world, change, workers, count) = (world, change, workers, scenes.count)
    let counter = ImageCounter(report: progress)
    var images = [WorldImage?](repeating: nil, count: count)
    try await withThrowingTaskGroup(of: [(Int, WorldImage)].self) { group in
      for worker in 0..<workers {
        let mine = stride(from: worker, to: count, by: workers).map { ($0, scenes[$0]) }
        group.addTask {
          var drawn: [(Int, WorldImage)] = []
          for (place, scene) in mine {
            try Task.checkCancellation()
            let image = world.image(of: change.map { scene.changing($0) } ?? scene)
            let name = world.name(of: scene)
            try AtomicFolder.write(try PNGEncoder.encode(image.picture), to: "\(staging)/\(name)")
            if let masks {
              for region in WorldRegion.allCases {
                let bytes = try PNGEncoder.encode(image.masks.picture(of: region))
                try AtomicFolder.write(bytes, to: "\(masks)/\(region.rawValue)/\(name)")
              }
            }
            drawn.append((place, image))
            await counter.advance()
          }
          return drawn
        }
      }
      for try await drawn in group { for (place, image) in drawn { images[place] = image } }
    }
    return images.compactMap { $0 }
  }
}

/// Counts images done by several tasks.
private actor ImageCounter {
  private var done = 0
  private let report: @Sendable (Int) -> Void

  init(report: @escaping @Sendable (Int) -> Void) { self.report = report }

  func advance() {
    done += 1
    report(done)
  }
}
