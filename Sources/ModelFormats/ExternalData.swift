import Foundation
import InputErrors

/// The files beside a model that hold the elements of large tensors, each mapped once.
package struct ExternalData: Sendable {
  /// The model's folder, or nil when the model came from memory.
  let folder: String?
  private var files: [String: Data] = [:]

  package init(folder: String?) { self.folder = folder }

  /// The bytes that the entries of a tensor (`location`, `offset`, `length`) speak of.
  ///
  /// - Throws: ``InputError``: noInput when the file is missing, data when the place is outside the model's folder or
  ///   outside the file, or the length is not `count`.
  mutating func bytes(
    _ entries: [(key: String, value: String)], count: Int, tensor: String
  ) throws -> (data: Data, range: Range<Int>) {
    func entry(_ key: String) -> String? { entries.last { $0.key == key }?.value }
    func number(_ key: String) throws -> Int? {
      guard let text = entry(key) else { return nil }
      guard let value = Int(text), value >= 0 else {
        throw InputError(
          .data, "\(tensor): the external data's \(key) is no number", expected: "0 or more", found: "'\(text)'")
      }
      return value
    }
    guard let location = entry("location") else {
      throw InputError(.data, "\(tensor): the external data names no file", expected: "an entry 'location'")
    }
    let data = try file(location, tensor)
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? count
    guard length == count else {
      throw InputError(
        .data, "\(tensor): the external data does not fill the extents", expected: "\(count) bytes",
        found: "\(length)")
    }
    guard offset <= data.count, length <= data.count - offset else {
      throw InputError(
        .data, "\(tensor): the external data ends too early", at: .init(file: location),
        expected: "\(length) bytes from byte \(offset)", found: "a file of \(data.count)")
    }
    return (data, offset..<(offset + length))
  }

  private mutating func file(_ location: String, _ tensor: String) throws -> Data {
    if let data = files[location] { return data }
    guard let folder else {
      throw InputError(
        .noInput, "\(tensor): its elements are in another file", expected: "a model read from a folder",
        found: "'\(location)'")
    }
    // A model may come from anywhere: it must not reach files outside its own folder.
    let parts = location.split(whereSeparator: { $0 == "/" || $0 == "\\" })
    guard !location.isEmpty, !location.hasPrefix("/"), !location.hasPrefix("\\"), !parts.contains(".."),
      !location.contains("\0")
    else {
      throw InputError(
        .data, "\(tensor): the external data is outside the model's folder", expected: "a relative path without '..'",
        found: "'\(location)'")
    }
    let path = folder + "/" + location
    let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard URL(fileURLWithPath: path).resolvingSymlinksInPath().path.hasPrefix(root == "/" ? "/" : root + "/") else {
      throw InputError(
        .data, "\(tensor): the external data is outside the model's folder", found: "a link at '\(location)'")
    }
    let data = try MappedFile.read(path, what: "the model's external data")
    files[location] = data
    return data
  }
}
