/// Parts of paths.
enum FileNames {
  /// The part behind the last slash.
  static func last(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}
