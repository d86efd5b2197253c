import Images
import InputErrors
import Networks

/// Where in each image each concept lies: for every pixel that a network sees the set of concepts there.
///
/// Concepts may overlap, and pixels may have none.
public struct ConceptMasks: Sendable {
  /// The most concepts: one bit each.
  public static let mostConcepts = 32

  /// The concepts' names; bit c of a pixel stands for name c.
  public let names: [String]
  /// The extent of every map.
  public let extent: Extent
  /// For each image `extent.area` sets of concepts, row by row from the upper left.
  public let maps: [[UInt32]]
  /// The pixels of each concept in each image: `[image][concept]`.
  let pixelCounts: [[Int]]
  /// The pixels of each concept over all images.
  let totalPixelCounts: [Int]

  public var imageCount: Int { maps.count }

  /// - Throws: ``InputErrors/InputError`` (usage) when there is no concept, more than 32, or two of one name; (data) when
  ///   there is no image or no pixel of any concept.
  /// - Precondition: every map has `extent.area` pixels, and no bits but those of concepts.
  public init(names: [String], extent: Extent, maps: [[UInt32]]) throws(InputError) {
    guard (1...Self.mostConcepts).contains(names.count) else {
      throw InputError(
        .usage, names.isEmpty ? "there are no concepts" : "there are too many concepts",
        expected: "1 to \(Self.mostConcepts)",
        found: names.isEmpty ? nil : "\(names.count): \(names.prefix(3).joined(separator: ", ")), …")
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw InputError(.usage, "two concepts have the same name", found: "'\(name)'")
    }
    guard !maps.isEmpty else { throw InputError(.data, "there are no masks") }
    let used = names.count == 32 ? UInt32.max : (1 << UInt32(names.count)) - 1
    var counts: [[Int]] = []
    for map in maps {
      precondition(map.count == extent.area, "a set of concepts for every pixel")
      var count = [Int](repeating: 0, count: names.count)
      for pixel in map {
        precondition(pixel & ~used == 0, "every bit is a concept's")
        var rest = pixel
        while rest != 0 {
          count[rest.trailingZeroBitCount] += 1
          rest &= rest - 1
        }
      }
      counts.append(count)
    }
    guard counts.contains(where: { $0.contains { $0 > 0 } }) else {
      throw InputError(
        .data, "no pixel of any image has a concept", expected: names.prefix(4).joined(separator: ", "),
        hint: "check the list of names against the masks' values")
    }
    self.names = names
    self.extent = extent
    self.maps = maps
    pixelCounts = counts
    totalPixelCounts = names.indices.map { concept in counts.reduce(0) { $0 + $1[concept] } }
  }
}

// MARK: - Reading

extension ConceptMasks {
  /// Reads a folder with one PNG of indices an image, where an index is a concept.
  ///
  /// - Parameters:
  ///   - names: the concept of each index, from 0; indices beyond have none.
  ///   - images: the images as the network sees them.
  /// - Throws: ``InputErrors/InputError`` as ``Images/MaskFolder`` and ``init(names:extent:maps:)`` do.
  public static func indices(folder path: String, names: [String], images: LabeledImages) throws -> ConceptMasks {
    // Before files are read, since the list may be of something else.
    try requireConceptCount(names, of: path)
    let folder = try MaskFolder(path: path, images: images)
    let maps = try (0..<images.count).map { image in
      try folder.indices(ofImage: image).pixels.map { $0 < names.count ? UInt32(1) << UInt32($0) : 0 }
    }
    do {
      return try ConceptMasks(names: names, extent: images.extent, maps: maps)
    } catch { throw error.inFile(path) }
  }

  /// Reads grey masks of coverage in one folder a region; a pixel belongs to a region that covers at least half of it.
  ///
  /// - Parameter concepts: what lies where; see ``RegionConcept``.
  /// - Throws: ``InputErrors/InputError`` (usage) with the likely name when there is no such region or column, and as
  ///   ``Images/MaskFolder`` and ``init(names:extent:maps:)`` do.
  public static func regions(
    folder path: String, concepts: [RegionConcept], images: LabeledImages
  ) throws -> ConceptMasks {
    let regions = try MaskFolder.regions(in: path)
    var names: [String] = []
    // For each spec the first of its concepts, and which of them each image shows.
    var places: [(folder: MaskFolder, bits: [Int])] = []
    for concept in concepts {
      guard regions.contains(concept.region) else {
        throw InputError(
          .usage, "the folder of masks has no such region", at: .init(file: path),
          expected: regions.isEmpty ? "a sub-folder for each" : regions.prefix(12).joined(separator: ", "),
          found: "'\(concept.region)'", hint: Suggestion.hint(for: concept.region, among: regions))
      }
      let (own, kinds) = try concept.names(in: images)
      let first = names.count
      names += own
      places.append((try MaskFolder(path: "\(path)/\(concept.region)", images: images), kinds.map { first + $0 }))
    }
    try requireConceptCount(names, of: path)
    let maps = try (0..<images.count).map { image in
      var map = [UInt32](repeating: 0, count: images.extent.area)
      for place in places {
        let bit = UInt32(1) << UInt32(place.bits[image])
        for (pixel, coverage) in try place.folder.coverage(ofImage: image).pixels.enumerated() where coverage >= 128 {
          map[pixel] |= bit
        }
      }
      return map
    }
    do {
      return try ConceptMasks(names: names, extent: images.extent, maps: maps)
    } catch { throw error.inFile(path) }
  }

  private static func requireConceptCount(_ names: [String], of path: String) throws(InputError) {
    guard names.count > mostConcepts else { return }
    throw InputError(
      .usage, "there are too many concepts", at: .init(file: path), expected: "at most \(mostConcepts)",
      found: "\(names.count): \(names.prefix(3).joined(separator: ", ")), …")
  }
}

extension LabeledImages {
  /// Height and width of every image.
  var extent: Extent { Extent(height: shape.height, width: shape.width) }
}
