import InputErrors

/// The arrays of an `.npz` archive, or the single one of an `.npy` file.
public struct NumPyArrays: Sendable {
  /// The arrays' names in the file's order; `array` for the one of an `.npy` file.
  public let names: [String]
  private let arrays: [String: NumPyArray]
  private let file: String

  /// Reads a file; its first bytes decide which of the two it is.
  ///
  /// Memory is bounded by 1032 times the file's size, the most that compression can save.
  /// - Throws: ``InputError`` (noInput) when the file cannot be read; (data) naming file and array when it is corrupt or
  ///   holds other than numbers.
  public init(file: String) throws { try self.init(FileBytes.read(file), file: file) }

  /// Reads a file's bytes.
  ///
  /// - Parameter file: the name for errors.
  public init(_ bytes: [UInt8], file: String) throws {
    self.file = file
    if NumPyArray.isArray(bytes) {
      names = ["array"]
      arrays = ["array": try NumPyArray(npy: bytes, file: file)]
      return
    }
    let archive = try ZipArchive(bytes, file: file)
    var names: [String] = []
    var arrays: [String: NumPyArray] = [:]
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(".npy".count))
      let content = try archive.content(of: entry)
      guard arrays.updateValue(try NumPyArray(npy: content, file: "\(file)[\(name)]"), forKey: name) == nil else {
        throw InputError(.data, "an array's name comes twice", at: .init(file: file), found: "'\(name)'")
      }
      names.append(name)
    }
    guard !names.isEmpty else { throw InputError(.data, "the archive holds no arrays", at: .init(file: file)) }
    self.names = names
    self.arrays = arrays
  }

  /// The array of a name.
  ///
  /// - Throws: ``InputError`` (data) with the likely name when there is none of that name.
  public func array(named name: String) throws -> NumPyArray {
    guard let array = arrays[name] else {
      throw InputError(
        .data, "there is no array of that name", at: .init(file: file, key: name),
        expected: names.joined(separator: ", "), hint: Suggestion.hint(for: name, among: names))
    }
    return array
  }
}
