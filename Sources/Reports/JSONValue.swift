import Foundation
import InputErrors

/// A JSON document as a value: what documents are written from and read into.
///
/// Objects are written with their keys sorted and numbers in the shortest form that reads back to the same bits, so the
/// same value always gives the same bytes. A NaN or an infinity, which JSON cannot say, is written as null.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Any encodable value, as a tree.
  ///
  /// - Throws: ``InputError`` (data) when the value refuses to be encoded.
  public init(_ value: some Encodable) throws(InputError) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.notFinite, negativeInfinity: Self.notFinite, nan: Self.notFinite)
    let bytes: [UInt8]
    do { bytes = [UInt8](try encoder.encode(value)) } catch {
      throw InputError(.data, "the value cannot be written as JSON: \(error)")
    }
    self = try JSONValue(parsing: bytes, file: nil)
  }

  /// Parses the bytes of a JSON document.
  ///
  /// - Throws: ``InputError`` (data) naming the file when the bytes are no JSON.
  public init(parsing bytes: [UInt8], file: String?) throws(InputError) {
    do { self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes)) } catch {
      throw InputError(.data, "the file is damaged or no JSON", at: .init(file: file))
    }
  }

  /// Decodes a type from the bytes of a JSON document.
  ///
  /// - Throws: ``InputError`` (data) naming the file and the key that is missing or wrong.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], file: String) throws(InputError)
    -> Value
  {
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch let error as DecodingError {
      let (what, path): (String, [any CodingKey]) =
        switch error {
        case .keyNotFound(let key, let context): ("the key is missing", context.codingPath + [key])
        case .typeMismatch(_, let context): ("the value has another type", context.codingPath)
        case .valueNotFound(_, let context): ("the value is null", context.codingPath)
        case .dataCorrupted(let context):
          (context.codingPath.isEmpty ? "the file is damaged or no JSON" : "the value is wrong", context.codingPath)
        @unknown default: ("the document cannot be read", [])
        }
      let key = path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
      throw InputError(.data, what, at: .init(file: file, key: key.isEmpty ? nil : key))
    } catch let error as InputError {
      throw error.inFile(file)
    } catch {
      throw InputError(.data, "the document cannot be read: \(error)", at: .init(file: file))
    }
  }

  private static let notFinite = "not a finite number: null"

  public subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The document in one line.
  public var compact: String {
    var text = ""
    append(to: &text, indent: nil)
    return text
  }

  /// The document with two spaces a level and a final newline; arrays of plain values, and objects of
  /// plain values within an array, stay on one line.
  public var pretty: String {
    var text = ""
    append(to: &text, indent: 0)
    return text + "\n"
  }

  private var isPlain: Bool {
    switch self {
    case .null, .bool, .integer, .number, .string: true
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    }
  }

  private var isRow: Bool {
    if case .object(let members) = self { members.values.allSatisfy(\.isPlain) } else { false }
  }

  private func append(to text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? Self.digits(value) : "null"
    case .string(let value): text += Self.quoted(value)
    case .array(let elements):
      let isFlat = elements.allSatisfy(\.isPlain)
      Self.append(elements.map { (nil, $0) }, "[", "]", to: &text, indent: isFlat ? nil : indent)
    case .object(let members):
      let entries = members.sorted { $0.key < $1.key }.map { (key: Optional($0.key), value: $0.value) }
      Self.append(entries, "{", "}", to: &text, indent: indent)
    }
  }

  private static func append(
    _ entries: [(key: String?, value: JSONValue)], _ opening: String, _ closing: String, to text: inout String,
    indent: Int?
  ) {
    text += opening
    for (position, entry) in entries.enumerated() {
      if position > 0 { text += indent == nil ? ", " : "," }
      if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
      if let key = entry.key { text += quoted(key) + ": " }
      // Rows of a table stand on one line each.
      let isRow = entry.key == nil && entry.value.isRow
      entry.value.append(to: &text, indent: isRow ? nil : indent.map { $0 + 1 })
    }
    if let indent, !entries.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
    text += closing
  }

  private static func digits(_ value: Double) -> String {
    let text = value.description
    // "-0" would be read back as the integer 0.
    return text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      let integer = try? container.decode(Int.self)
      self = integer.map { $0 == 0 && value.sign == .minus ? .number(value) : .integer($0) } ?? .number(value)
    } else if let value = try? container.decode(String.self) {
      self = value == Self.notFinite ? .null : .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let elements): try container.encode(elements)
    case .object(let members): try container.encode(members)
    }
  }
}
