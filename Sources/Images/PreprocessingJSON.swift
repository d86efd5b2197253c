import InputErrors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON form: `{"resize": 256, "crop": 224, "channels": "RGB", "scale": 0.00392156862745098,
/// "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}`.
///
/// Every key may be left out; `preset` names the settings that the others replace (else `none`). `resize` and `crop` are
/// a side, `"WIDTHxHEIGHT"` or `"none"`; `mean` and `std` may be one number. Encoding writes all keys but `preset`.
extension Preprocessing: Codable {
  private enum Key: String, CaseIterable {
    case preset, resize, crop, channels, scale, mean, std
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ key: Key) { stringValue = key.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// - Throws: ``InputError`` (data) for an unknown key, with the likely one, or a value that cannot be read; (usage) for
  ///   settings that do not fit together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    let known = Key.allCases.map(\.rawValue)
    for key in container.allKeys.map(\.stringValue).sorted() where !known.contains(key) {
      throw InputError(
        .data, "the preprocessing has an unknown key", at: .init(key: key), expected: known.joined(separator: ", "),
        hint: Suggestion.hint(for: key, among: known))
    }
    func value<Value>(_ key: Key, expected: String, _ read: (AnyKey) throws -> Value) throws -> Value? {
      guard container.contains(AnyKey(key)) else { return nil }
      do {
        return try read(AnyKey(key))
      } catch is DecodingError {
        throw InputError(
          .data, "the value of the preprocessing cannot be read", at: .init(key: key.rawValue), expected: expected)
      }
    }
    func numbers(_ key: Key) throws -> [Double]? {
      try value(key, expected: "a number or an array of numbers") { name in
        if let one = try? container.decode(Double.self, forKey: name) { return [one] }
        return try container.decode([Double].self, forKey: name)
      }
    }
    func sizeText(_ key: Key) throws -> String? {
      try value(key, expected: "none, a side or WIDTHxHEIGHT") { name in
        if let side = try? container.decode(Int.self, forKey: name) { return String(side) }
        return try container.decode(String.self, forKey: name)
      }
    }

    var pieces = PreprocessingPieces()
    let preset = try value(.preset, expected: "a name") { try container.decode(String.self, forKey: $0) }
    pieces.resize = try sizeText(.resize).map { try PreprocessingPieces.resize($0) }
    pieces.crop = try sizeText(.crop).map { try PreprocessingPieces.crop($0) }
    pieces.channels = try value(.channels, expected: "a channel order") {
      try PreprocessingPieces.channels(try container.decode(String.self, forKey: $0))
    }
    pieces.scale = try value(.scale, expected: "a number") { try container.decode(Double.self, forKey: $0) }
    pieces.mean = try numbers(.mean)
    pieces.standardDeviation = try numbers(.std)
    self = try pieces.applied(to: preset.map { try Preprocessing.preset(named: $0) } ?? .none)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    switch resize {
    case .none: try container.encode("none", forKey: AnyKey(.resize))
    case .shorterSide(let side): try container.encode(side, forKey: AnyKey(.resize))
    case .exact(let size): try container.encode(size.description, forKey: AnyKey(.resize))
    }
    try container.encode(crop?.description ?? "none", forKey: AnyKey(.crop))
    try container.encode(channels.rawValue, forKey: AnyKey(.channels))
    try container.encode(scale, forKey: AnyKey(.scale))
    try container.encode(mean, forKey: AnyKey(.mean))
    try container.encode(standardDeviation, forKey: AnyKey(.std))
  }

  /// Reads the JSON form.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputError`` naming the file and the key.
  public init(json bytes: [UInt8], file: String) throws {
    do {
      self = try JSONDecoder().decode(Preprocessing.self, from: Data(bytes))
    } catch let error as InputError {
      throw error.inFile(file)
    } catch {
      throw InputError(.data, "the preprocessing is no JSON object", at: .init(file: file))
    }
  }
}
