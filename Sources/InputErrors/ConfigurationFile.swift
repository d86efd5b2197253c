#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads configuration files: JSON whose unknown keys are errors (``ConfigurationObject``).
package enum ConfigurationFile {
  private static let mostBytes = 1 << 20

  /// - Parameters:
  ///   - file: the name for errors.
  ///   - what: what the file holds, for errors: `the recipe`.
  /// - Throws: ``InputError`` (data) that names the file, and the key where one is to blame.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, json bytes: [UInt8], file: String, what: String
  ) throws -> Value {
    guard bytes.count <= mostBytes else {
      throw InputError(.data, "\(what) is too long", at: .init(file: file), expected: "at most 1 MiB")
    }
    do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch let error as InputError {
      throw error.inFile(file)
    } catch DecodingError.dataCorrupted(let context) {
      let reason = context.underlyingError.map { "\($0)" }?.split(separator: "\"").dropFirst().first
      throw InputError(.data, "\(what) is no JSON", at: .init(file: file), found: reason.map(String.init))
    } catch {
      throw InputError(.data, "\(what) is no JSON object", at: .init(file: file))
    }
  }
}
