import Foundation
import Images
import InputErrors
import TCAV

/// Finds the concepts among loaded images: by sub-folder, or by the columns of a list.
struct ConceptSource: Sendable {
  let path: String
  /// `COLUMN` or `COLUMN=VALUE`; empty for folders.
  let columns: [String]

  /// - Throws: ``InputErrors/InputError`` (usage) when columns are needed and not given, or there is none of that name or
  ///   value; (data) when images do not stand in sub-folders.
  func concepts(_ images: LabeledImages) throws(InputError) -> [TCAVImages.Concept] {
    columns.isEmpty ? try folders(images) : try values(images)
  }

  private func folders(_ images: LabeledImages) throws(InputError) -> [TCAVImages.Concept] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw InputError(
        .usage, "nothing says which concepts the images show", at: .init(file: path, key: "--concept-column"),
        expected: images.columnNames.isEmpty ? nil : images.columnNames.joined(separator: ", "),
        hint: "name columns of the list, or give a folder with one sub-folder a concept")
    }
    var names: [String] = [], places: [String: [Int]] = [:]
    for (place, file) in images.names.enumerated() {
      let parts = file.split(separator: "/")
      guard parts.count > 1 else {
        throw InputError(
          .data, "an image stands in no concept's folder", at: .init(file: file, key: "--concepts"),
          expected: "one sub-folder a concept", hint: "give the folder above '\(path)'")
      }
      let name = String(parts[0])
      if places[name] == nil { names.append(name) }
      places[name, default: []].append(place)
    }
    for folder in ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    where places[folder] == nil && !folder.hasPrefix(".") {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(path)/\(folder)", isDirectory: &isFolder), isFolder.boolValue
      else {
        continue
      }
      throw InputError(
        .data, "the concept '\(folder)' has no image", at: .init(file: "\(path)/\(folder)", key: "--concepts"),
        hint: "put images into the folder, or remove it")
    }
    return names.map { TCAVImages.Concept($0, places: places[$0] ?? []) }
  }

  private func values(_ images: LabeledImages) throws(InputError) -> [TCAVImages.Concept] {
    var concepts: [TCAVImages.Concept] = []
    for text in columns {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = images.columns[text] == nil ? parts[0] : text
      guard let column = images.columns[name] else {
        throw InputError(
          .usage, "the concepts' images have no column '\(name)'", at: .init(file: path, key: "--concept-column"),
          expected: images.columnNames.joined(separator: ", "),
          hint: Suggestion.hint(for: name, among: images.columnNames))
      }
      let present = Set(column).subtracting([""]).sorted()
      var wanted = present
      if parts.count == 2, name != text {
        guard present.contains(parts[1]) else {
          throw InputError(
            .usage, "no image has the value '\(parts[1])' in the column '\(name)'", at: .init(key: "--concept-column"),
            expected: present.prefix(12).joined(separator: ", ") + (present.count > 12 ? ", …" : ""),
            hint: Suggestion.hint(for: parts[1], among: present))
        }
        wanted = [parts[1]]
      }
      guard wanted.count <= 50 else {
        throw InputError(
          .usage, "the column has too many values to make a concept of each", at: .init(key: "--concept-column"),
          expected: "at most 50", found: "\(wanted.count) in '\(name)'", hint: "name the values: \(name)=VALUE")
      }
      concepts += wanted.map { value in
        TCAVImages.Concept("\(name)=\(value)", places: column.indices.filter { column[$0] == value })
      }
    }
    return concepts
  }
}
