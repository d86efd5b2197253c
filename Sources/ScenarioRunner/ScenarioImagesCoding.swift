import InputErrors
import TextureWorld

/// The JSON form: `{"name": "test", "path": "images", "preprocess": "cifar10"}`,
/// `{"name": "test", "world": "embedded", "count": 480, "seed": 2}` or `{"name": "photos", "brought": "…"}`.
extension ScenarioImages: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case name, path, labels, classes, preprocess, labelOffset, limit, sample, world, count, seed, first, group, varied,
      brought
  }

  private static let fileKeys = ["labels", "classes", "preprocess", "labelOffset", "limit", "sample"]
  private static let worldKeys = ["count", "seed", "first", "group", "varied"]
  private static let most = 1_000_000

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a set of images")
    let name = try object.text("name", expected: "a name")
    let kind = try object.only(["path", "world", "brought"], of: "a set of images")
    if kind != "path" { try object.refuse(Self.fileKeys, "only images from files have it") }
    if kind != "world" { try object.refuse(Self.worldKeys, "only images of a world have it") }
    switch kind {
    case "brought":
      self.init(name: name, source: .brought(try object.text("brought", expected: "what is needed, in words")))
    case "world":
      guard let count = try object.integer("count", in: 1...Self.most) else {
        throw InputError(
          .data, "the key is missing", at: .init(key: object.keyPath("count")), expected: "a number of images")
      }
      self.init(
        name: name,
        source: .world(
          WorldSample(
            configuration: try Self.world(object), seed: try object.seed("seed") ?? 0,
            first: try object.integer("first", in: 0...Self.most) ?? 0, count: count,
            group: try object.choice(WorldGroup.self, "group"), isVaried: try object.flag("varied") ?? false)))
    default:
      self.init(
        name: name,
        source: .files(
          Files(
            path: try object.text("path", expected: "a file or folder"),
            labels: try object.optionalText("labels", expected: "a file"),
            classes: try object.optionalText("classes", expected: "a file"),
            preprocess: try object.text("preprocess", expected: "a preset, or ./ and a JSON file"),
            labelOffset: try object.integer("labelOffset", in: -Self.most...Self.most),
            limit: try object.integer("limit", in: 1...Int.max), sample: try object.integer("sample", in: 1...Int.max)))
      )
    }
  }

  private static func world(_ object: ConfigurationObject) throws -> WorldConfiguration {
    let presets = WorldPreset.allCases.map(\.rawValue)
    let expected = "\(presets.joined(separator: ", ")), or an object"
    if let preset = object.attempt(String.self, "world") {
      guard let preset = WorldPreset(rawValue: preset) else {
        throw object.error(
          "world", expected: expected, found: "'\(preset)'", hint: Suggestion.hint(for: preset, among: presets))
      }
      return preset.configuration
    }
    guard let configuration = try object.value(WorldConfiguration.self, "world", expected: expected) else {
      preconditionFailure("the key is there")
    }
    return configuration
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    switch source {
    case .brought(let text): try container.encode(text, forKey: .brought)
    case .world(let images):
      try container.encode(images.configuration, forKey: .world)
      try container.encode(images.seed, forKey: .seed)
      try container.encode(images.first, forKey: .first)
      try container.encode(images.count, forKey: .count)
      try container.encodeIfPresent(images.group, forKey: .group)
      try container.encode(images.isVaried, forKey: .varied)
    case .files(let files):
      try container.encode(files.path, forKey: .path)
      try container.encodeIfPresent(files.labels, forKey: .labels)
      try container.encodeIfPresent(files.classes, forKey: .classes)
      try container.encode(files.preprocess, forKey: .preprocess)
      try container.encodeIfPresent(files.labelOffset, forKey: .labelOffset)
      try container.encodeIfPresent(files.limit, forKey: .limit)
      try container.encodeIfPresent(files.sample, forKey: .sample)
    }
  }
}
