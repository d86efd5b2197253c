import Foundation
import Images
import InputErrors
import Visualization

/// Where masks of concepts come from.
enum MaskSource: Sendable {
  /// Numbers of concepts in one picture an image.
  case indices(path: String, names: [String])
  /// One folder a region.
  case regions(path: String, [RegionConcept])

  /// Nil where no masks are given.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when it is not said what masks mean, or options go without --masks.
  init?(path: String?, names: String?, concepts: [String]?) throws {
    guard let path else {
      if names != nil || concepts != nil {
        throw InputError(
          .usage, "there are no masks that this could speak of",
          at: .init(key: names != nil ? "--mask-names" : "--mask-concepts"), hint: "add --masks")
      }
      return nil
    }
    switch (names, concepts) {
    case (.some(let names), nil): self = .indices(path: path, names: try Self.names(names))
    case (nil, .some(let concepts)):
      self = .regions(path: path, try concepts.map { try RegionConcept(parsing: $0) })
    case (nil, nil):
      throw InputError(
        .usage, "nothing says what the masks mean", at: .init(key: "--masks"),
        expected: "--mask-names for pictures of numbers, or --mask-concepts for folders of regions")
    case (.some, .some):
      throw InputError(
        .usage, "masks are either numbers or regions", at: .init(key: "--mask-concepts"),
        hint: "leave out one of --mask-names and --mask-concepts")
    }
  }

  var path: String {
    switch self {
    case .indices(let path, _), .regions(let path, _): path
    }
  }

  func masks(_ images: LabeledImages) throws -> ConceptMasks {
    switch self {
    case .indices(let path, let names): try ConceptMasks.indices(folder: path, names: names, images: images)
    case .regions(let path, let concepts): try ConceptMasks.regions(folder: path, concepts: concepts, images: images)
    }
  }

  /// A file with a name a line or a JSON array, or names with commas between.
  private static func names(_ text: String) throws(InputError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder), !isFolder.boolValue else {
      if text.contains(".") && !text.contains(",") {
        throw InputError(.noInput, "there is no such file", at: .init(file: text, key: "--mask-names"))
      }
      return try named(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init), file: nil)
    }
    guard let data = FileManager.default.contents(atPath: text) else {
      throw InputError(.noInput, "the names cannot be read", at: .init(file: text, key: "--mask-names"))
    }
    if let array = try? JSONDecoder().decode([String].self, from: data) { return try named(array, file: text) }
    var lines = String(decoding: data, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    )
    .map(String.init)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return try named(lines, file: text)
  }

  /// Names in the order of their numbers; an empty one would shift or hide the others.
  private static func named(_ names: [String], file: String?) throws(InputError) -> [String] {
    let names = names.map { $0.trimmingCharacters(in: .whitespaces) }
    if let place = names.firstIndex(of: "") {
      throw InputError(
        file == nil ? .usage : .data, "the concept of number \(place) has no name",
        at: .init(file: file, line: file == nil ? nil : place + 1, key: "--mask-names"),
        hint: "every number from 0 on needs a name, such as 'other'")
    }
    return names
  }
}
