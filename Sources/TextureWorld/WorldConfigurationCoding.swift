import InputErrors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON form: `{"side": 32, "difficulty": 0.5, "groupCorrelation": 0.94, "classes": [{"name": "zebra", "textures":
/// ["stripes"]}, …]}`; every key may be left out.
extension WorldConfiguration: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case side, style, classes, groupCorrelation, frameShare, difficulty, noise, occlusion, colourSpread, textureContrast
    case smallestRadius, lightSpread, flecks
  }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a world")
    self = WorldPreset.embedded.configuration
    side = try object.integer("side", in: Self.sides) ?? side
    style = try object.choice(Style.self, "style") ?? style
    if let rules = try object.value([ClassRule].self, "classes", expected: "a list of objects") { classes = rules }
    groupCorrelation = try object.real("groupCorrelation", in: 0...1) ?? groupCorrelation
    frameShare = try object.real("frameShare", in: 0...1) ?? frameShare
    difficulty = try object.real("difficulty", in: 0...1) ?? difficulty
    noise = try object.real("noise", in: 0...0.5)
    occlusion = try object.real("occlusion", in: 0...1)
    colourSpread = try object.real("colourSpread", in: 0...0.5)
    textureContrast = try object.real("textureContrast", in: 0...1)
    smallestRadius = try object.real("smallestRadius", in: 0.1...Self.largestRadius)
    lightSpread = try object.real("lightSpread", in: 0...0.9)
    flecks = try object.integer("flecks", in: 0...Self.mostFlecks)
    try checkClasses(object)
    if style == .flat, side != FlatGeometry.side {
      throw object.error("side", expected: "\(FlatGeometry.side) pixels for the style 'flat'", found: "\(side)")
    }
  }

  private func checkClasses(_ object: ConfigurationObject) throws {
    guard (2...Self.mostClasses).contains(classes.count) else {
      throw object.error("classes", expected: "2 to \(Self.mostClasses) classes", found: "\(classes.count)")
    }
    for (index, rule) in classes.enumerated() {
      // The name becomes a folder's.
      let isPlain = rule.name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 < 0x7F }
      guard isPlain, (1...100).contains(rule.name.utf8.count), !rule.name.hasPrefix(".") else {
        throw object.error(
          "classes", expected: "names of printable ASCII without spaces or '/'", found: "'\(rule.name)'")
      }
      for other in classes[..<index] {
        guard other.name != rule.name else {
          throw object.error("classes", expected: "names that differ", found: "'\(rule.name)' twice")
        }
        guard !rule.overlaps(other) else {
          throw object.error(
            "classes", expected: "no object of two classes", found: "one of '\(other.name)' and '\(rule.name)'")
        }
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(side, forKey: .side)
    try container.encode(style, forKey: .style)
    try container.encode(classes, forKey: .classes)
    try container.encode(groupCorrelation, forKey: .groupCorrelation)
    try container.encode(frameShare, forKey: .frameShare)
    try container.encode(difficulty, forKey: .difficulty)
    try container.encodeIfPresent(noise, forKey: .noise)
    try container.encodeIfPresent(occlusion, forKey: .occlusion)
    try container.encodeIfPresent(colourSpread, forKey: .colourSpread)
    try container.encodeIfPresent(textureContrast, forKey: .textureContrast)
    try container.encodeIfPresent(smallestRadius, forKey: .smallestRadius)
    try container.encodeIfPresent(lightSpread, forKey: .lightSpread)
    try container.encodeIfPresent(flecks, forKey: .flecks)
  }

  /// The JSON form with every setting, keys in alphabetical order.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when a number is not finite.
  public func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(self)) } catch is EncodingError {
      throw InputError(.data, "a setting of the world is not a finite number")
    }
  }
}
