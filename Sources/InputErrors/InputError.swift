/// The one error that bad input causes: what is wrong, where, what was expected and what was found.
///
/// Every module throws this type and no other for anything that a user's file, option or folder can cause. It stays
/// data until the command line renders it as one line; ``kind`` decides the exit code. A broken invariant of the
/// program itself is not an input error and traps.
public struct InputError: Error, Sendable, Hashable, Codable {
  /// The family of the error, which decides the exit code of the command (`sysexits.h`).
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The command line, a configuration or an argument of the library is wrong (exit code 64).
    case usage
    /// A file's content is wrong (exit code 65).
    case data
    /// A file or folder is missing or cannot be read (exit code 66).
    case noInput
    /// Something cannot be written (exit code 73).
    case cannotWrite
  }

  /// The place that the error speaks of; every part is optional.
  public struct Place: Sendable, Hashable, Codable {
    /// The file or folder, as the user named it.
    public var file: String?
    /// The node of the network, with its operator when that is known: `conv1 (Conv)`.
    public var node: String?
    /// The offset in the file, in bytes.
    public var byte: Int?
    /// The line in the file, from 1.
    public var line: Int?
    /// The key of a configuration, or the option of the command line.
    public var key: String?

    public init(file: String? = nil, node: String? = nil, byte: Int? = nil, line: Int? = nil, key: String? = nil) {
      self.file = file
      self.node = node
      self.byte = byte
      self.line = line
      self.key = key
    }
  }

  public var kind: Kind
  /// What is wrong, as a clause without a full stop: `the weight does not fit the input`.
  public var what: String
  public var place: Place
  public var expected: String?
  public var found: String?
  /// What the user can do about it, when that is known: `did you mean 'log-likelihood'?`.
  public var hint: String?

  public init(
    _ kind: Kind, _ what: String, at place: Place = Place(), expected: String? = nil, found: String? = nil,
    hint: String? = nil
  ) {
    self.kind = kind
    self.what = what
    self.place = place
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The same error with the file filled in, for callers that know it when the thrower did not.
  public func inFile(_ file: String) -> InputError {
    var copy = self
    if copy.place.file == nil { copy.place.file = file }
    return copy
  }
}

extension InputError: CustomStringConvertible {
  /// The error as one line: `file:line: node …: what (expected …, found …); hint`.
  public var description: String {
    var text = ""
    if let file = place.file {
      text += file
      if let line = place.line { text += ":\(line)" }
      text += ": "
    } else if let line = place.line {
      text += "line \(line): "
    }
    if let byte = place.byte { text += "byte \(byte): " }
    if let node = place.node { text += "node \(node): " }
    if let key = place.key { text += "\(key): " }
    text += what
    switch (expected, found) {
    case (let expected?, let found?): text += " (expected \(expected), found \(found))"
    case (let expected?, nil): text += " (expected \(expected))"
    case (nil, let found?): text += " (found \(found))"
    case (nil, nil): break
    }
    if let hint { text += "; \(hint)" }
    return String(text.map { $0.isNewline ? " " : $0 })
  }
}
