import InputErrors
import Reports

/// A setting that two runs do not share.
package struct SettingsDifference: Sendable, Hashable {
  /// The path of keys with dots between: `images.preprocessing.crop`.
  package let key: String
  /// The value as JSON in one line, or `absent`.
  package let stored: String
  package let given: String

  /// The first difference in the order of the keys, or nil when the settings are the same.
  package static func first(stored: JSONValue, given: JSONValue) -> SettingsDifference? {
    first(stored, given, path: [])
  }

  private static func first(_ stored: JSONValue?, _ given: JSONValue?, path: [String]) -> SettingsDifference? {
    if stored == given { return nil }
    if case .object(let old)? = stored, case .object(let new)? = given {
      for key in Set(old.keys).union(new.keys).sorted() {
        // An absent optional and a null are the same setting.
        let pair = (old[key] ?? .null, new[key] ?? .null)
        if let found = first(pair.0, pair.1, path: path + [key]) { return found }
      }
      return nil
    }
    return SettingsDifference(
      key: path.joined(separator: "."), stored: stored?.compact ?? "absent", given: given?.compact ?? "absent")
  }
}
