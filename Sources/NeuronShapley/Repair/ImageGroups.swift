import Images
import InputErrors

/// Images parted into groups, such as by a fact that should not matter for the answer.
public struct ImageGroups: Sendable, Hashable {
  /// The groups' names, in order of their letters.
  public let names: [String]
  /// The group of each image.
  public let members: [Int]

  /// - Parameters:
  ///   - texts: the group of each image, by name.
  ///   - names: the groups in order, where other images have decided it; nil for those that come, by their letters.
  /// - Throws: ``InputErrors/InputError`` (data) when a text is empty or is none of the names.
  public init(texts: [String], names: [String]? = nil) throws(InputError) {
    if let place = texts.firstIndex(of: "") {
      throw InputError(.data, "an image is of no group", found: "an empty text for image \(place)")
    }
    let names = names ?? Set(texts).sorted()
    var members: [Int] = []
    for text in texts {
      guard let group = names.firstIndex(of: text) else {
        throw InputError(
          .data, "there is no group of that name among the images to choose by", found: "'\(text)'",
          hint: Suggestion.hint(for: text, among: names))
      }
      members.append(group)
    }
    self.names = names
    self.members = members
  }

  public var counts: [Int] { names.indices.map { group in members.count { $0 == group } } }

  /// The places of a group's images.
  public func places(of group: Int) -> [Int] { members.indices.filter { members[$0] == group } }

  /// The groups of some of the images, in their order.
  public func subset(_ places: [Int]) -> ImageGroups { ImageGroups(names: names, members: places.map { members[$0] }) }

  private init(names: [String], members: [Int]) {
    self.names = names
    self.members = members
  }

  /// - Throws: ``InputErrors/InputError`` (usage) with the likely name when there is no such group.
  public func group(named name: String) throws(InputError) -> Int {
    guard let group = names.firstIndex(of: name) else {
      throw InputError(
        .usage, "there is no such group", expected: names.joined(separator: ", "), found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: names))
    }
    return group
  }
}
