import InputErrors
import Networks

/// The JSON form: `{"layer": "convolution", "channels": 16, "kernel": 5, "activation": "relu"}`.
///
/// `channels` and `features` are a number or `"classes"`; `kernel` is a side or `[height, width]`; `repeat` writes a line
/// several times.
extension LayerRecipe: Codable {
  private static let channelRange = 1...mostChannels
  private static let windowRange = 1...255

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    let kinds = Self.kindNames
    guard let kind = try object.value(String.self, "layer", expected: "one of \(kinds.joined(separator: ", "))") else {
      throw InputError(
        .data, "the layer does not say of which kind it is", at: .init(key: object.keyPath("layer")),
        expected: "one of \(kinds.joined(separator: ", "))")
    }
    switch kind {
    case "convolution": self = .convolution(try Self.convolution(object))
    case "pool":
      try object.allow(["layer", "kind", "kernel", "stride", "padding"], of: "a pool")
      let kernel = try object.integer("kernel", in: Self.windowRange) ?? 2
      self = .pool(
        PoolRecipe(
          try object.choice(PoolRecipe.Kind.self, "kind") ?? .max, kernel: kernel,
          stride: try object.integer("stride", in: Self.windowRange),
          padding: try object.integer("padding", in: 0...(kernel / 2)) ?? 0))
    case "globalPool":
      try object.allow(["layer", "kind"], of: "a globalPool")
      self = .globalPool(try object.choice(PoolRecipe.Kind.self, "kind") ?? .average)
    case "linear":
      try object.allow(["layer", "features", "activation", "bias"], of: "a linear layer")
      self = .linear(
        LinearRecipe(
          features: try Self.count("features", object),
          activation: try object.choice(ActivationName.self, "activation") ?? .none,
          bias: try object.flag("bias") ?? true))
    case "fire":
      try object.allow(["layer", "squeeze", "expand", "batchNorm", "repeat"], of: "a fire block")
      self = .fire(
        FireRecipe(
          squeeze: try Self.required("squeeze", object), expand: try Self.required("expand", object),
          batchNorm: try object.flag("batchNorm") ?? false, repetitions: try Self.repetitions(object)))
    case "inception":
      try object.allow(["layer", "1x1", "3x3", "5x5", "pool", "batchNorm", "repeat"], of: "an inception block")
      self = .inception(
        InceptionRecipe(
          one: try Self.required("1x1", object), three: try Self.branch("3x3", object),
          five: try Self.branch("5x5", object), pool: try object.integer("pool", in: 0...Self.mostChannels) ?? 0,
          batchNorm: try object.flag("batchNorm") ?? true, repetitions: try Self.repetitions(object)))
    case "residual":
      try object.allow(["layer", "channels", "stride", "form", "batchNorm", "repeat"], of: "a residual block")
      self = .residual(
        ResidualRecipe(
          channels: try Self.required("channels", object),
          stride: try object.integer("stride", in: Self.windowRange) ?? 1,
          form: try object.choice(ResidualRecipe.Form.self, "form") ?? .basic,
          batchNorm: try object.flag("batchNorm") ?? true, repetitions: try Self.repetitions(object)))
    default:
      throw object.error(
        "layer", expected: "one of \(kinds.joined(separator: ", "))", found: "'\(kind)'",
        hint: Suggestion.hint(for: kind, among: kinds))
    }
  }

  private static func convolution(_ object: ConfigurationObject) throws -> ConvolutionRecipe {
    try object.allow(
      [
        "layer", "channels", "kernel", "stride", "padding", "groups", "batchNorm", "bias", "activation", "repeat",
      ], of: "a convolution")
    var kernel = Extent(3)
    if let sides = object.attempt([Int].self, "kernel") {
      guard sides.count == 2, sides.allSatisfy(windowRange.contains) else {
        throw object.error("kernel", expected: "a side from 1 to 255 or [height, width]", found: "\(sides.prefix(4))")
      }
      kernel = Extent(height: sides[0], width: sides[1])
    } else if let side = try object.integer("kernel", in: windowRange) {
      kernel = Extent(side)
    }
    return ConvolutionRecipe(
      channels: try count("channels", object), kernel: kernel,
      stride: try object.integer("stride", in: windowRange) ?? 1,
      padding: try object.integer("padding", in: 0...255),
      groups: try object.integer("groups", in: channelRange) ?? 1, batchNorm: try object.flag("batchNorm") ?? false,
      bias: try object.flag("bias"), activation: try object.choice(ActivationName.self, "activation") ?? .relu,
      repetitions: try repetitions(object))
  }

  private static func required(_ key: String, _ object: ConfigurationObject) throws -> Int {
    guard let value = try object.integer(key, in: channelRange) else { throw missing(key, object) }
    return value
  }

  private static func missing(_ key: String, _ object: ConfigurationObject) -> InputError {
    InputError(.data, "the key is missing", at: .init(key: object.keyPath(key)), expected: "a number of channels")
  }

  private static func count(_ key: String, _ object: ConfigurationObject) throws -> ChannelCount {
    if let word = object.attempt(String.self, key) {
      guard word == "classes" else {
        throw object.error(key, expected: "a number or \"classes\"", found: "'\(word)'")
      }
      return .classes
    }
    return .fixed(try required(key, object))
  }

  private static func branch(_ key: String, _ object: ConfigurationObject) throws -> [Int] {
    let expected = "[channels before, channels] from 1 to \(mostChannels)"
    guard let counts = try object.value([Int].self, key, expected: expected) else { return [] }
    guard counts.isEmpty || counts.count == 2, counts.allSatisfy(channelRange.contains) else {
      throw object.error(key, expected: expected, found: "\(counts.prefix(4))")
    }
    return counts
  }

  private static func repetitions(_ object: ConfigurationObject) throws -> Int {
    try object.integer("repeat", in: 1...mostRepetitions) ?? 1
  }

  private enum Key: String, CodingKey {
    case layer, channels, kernel, stride, padding, groups, batchNorm, bias, activation, kind, features, squeeze, expand
    case pool, form
    case one = "1x1"
    case three = "3x3"
    case five = "5x5"
    case repetitions = "repeat"
  }

  /// Writes every setting, so that a stored recipe says what a default was.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func encode(_ count: ChannelCount, _ key: Key) throws {
      switch count {
      case .fixed(let number): try container.encode(number, forKey: key)
      case .classes: try container.encode("classes", forKey: key)
      }
    }
    switch self {
    case .convolution(let layer):
      try container.encode("convolution", forKey: .layer)
      try encode(layer.channels, .channels)
      try container.encode([layer.kernel.height, layer.kernel.width], forKey: .kernel)
      try container.encode(layer.stride, forKey: .stride)
      try container.encodeIfPresent(layer.padding, forKey: .padding)
      try container.encode(layer.groups, forKey: .groups)
      try container.encode(layer.batchNorm, forKey: .batchNorm)
      try container.encodeIfPresent(layer.bias, forKey: .bias)
      try container.encode(layer.activation, forKey: .activation)
      try container.encode(layer.repetitions, forKey: .repetitions)
    case .pool(let layer):
      try container.encode("pool", forKey: .layer)
      try container.encode(layer.kind, forKey: .kind)
      try container.encode(layer.kernel, forKey: .kernel)
      try container.encode(layer.stride, forKey: .stride)
      try container.encode(layer.padding, forKey: .padding)
    case .globalPool(let kind):
      try container.encode("globalPool", forKey: .layer)
      try container.encode(kind, forKey: .kind)
    case .linear(let layer):
      try container.encode("linear", forKey: .layer)
      try encode(layer.features, .features)
      try container.encode(layer.activation, forKey: .activation)
      try container.encode(layer.bias, forKey: .bias)
    case .fire(let layer):
      try container.encode("fire", forKey: .layer)
      try container.encode(layer.squeeze, forKey: .squeeze)
      try container.encode(layer.expand, forKey: .expand)
      try container.encode(layer.batchNorm, forKey: .batchNorm)
      try container.encode(layer.repetitions, forKey: .repetitions)
    case .inception(let layer):
      try container.encode("inception", forKey: .layer)
      try container.encode(layer.one, forKey: .one)
      try container.encode(layer.three, forKey: .three)
      try container.encode(layer.five, forKey: .five)
      try container.encode(layer.pool, forKey: .pool)
      try container.encode(layer.batchNorm, forKey: .batchNorm)
      try container.encode(layer.repetitions, forKey: .repetitions)
    case .residual(let layer):
      try container.encode("residual", forKey: .layer)
      try container.encode(layer.channels, forKey: .channels)
      try container.encode(layer.stride, forKey: .stride)
      try container.encode(layer.form, forKey: .form)
      try container.encode(layer.batchNorm, forKey: .batchNorm)
      try container.encode(layer.repetitions, forKey: .repetitions)
    }
  }
}
