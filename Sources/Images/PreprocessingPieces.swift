import InputErrors

/// Single settings that replace those of a whole ``Preprocessing``: the options of the command line.
public struct PreprocessingPieces: Sendable, Hashable {
  public var resize: Preprocessing.Resize?
  /// The crop; `.some(nil)` takes the base's crop away.
  public var crop: Preprocessing.Size??
  public var channels: Preprocessing.ChannelOrder?
  public var scale: Double?
  public var mean: [Double]?
  public var standardDeviation: [Double]?

  /// Nothing set.
  public init() {}

  /// Reads the settings from text: `resize` is `none`, a side or `WIDTHxHEIGHT`; `crop` is `none`, a side or
  /// `WIDTHxHEIGHT`; `channels` is `RGB`, `BGR`, `grey` or `stored`; `mean` and `std` are numbers with commas between.
  ///
  /// - Throws: ``InputError`` (usage) naming the key when a text cannot be read.
  public init(
    resize: String? = nil, crop: String? = nil, channels: String? = nil, scale: String? = nil, mean: String? = nil,
    standardDeviation: String? = nil
  ) throws {
    self.resize = try resize.map { try Self.resize($0) }
    self.crop = try crop.map { try Self.crop($0) }
    self.channels = try channels.map { try Self.channels($0) }
    self.scale = try scale.map { try Self.number($0, key: "scale") }
    self.mean = try mean.map { try Self.numbers($0, key: "mean") }
    self.standardDeviation = try standardDeviation.map { try Self.numbers($0, key: "std") }
  }

  public var isEmpty: Bool { self == PreprocessingPieces() }

  /// The base with these settings in place of its own.
  ///
  /// - Throws: ``InputError`` (usage) when the whole does not fit together; see
  ///   ``Preprocessing/init(resize:crop:channels:scale:mean:standardDeviation:)``.
  public func applied(to base: Preprocessing) throws -> Preprocessing {
    try Preprocessing(
      resize: resize ?? base.resize, crop: crop ?? base.crop, channels: channels ?? base.channels,
      scale: scale ?? base.scale, mean: mean ?? base.mean,
      standardDeviation: standardDeviation ?? base.standardDeviation)
  }

  static func resize(_ text: String) throws -> Preprocessing.Resize {
    if text == "none" { return .none }
    if let side = Int(text) { return .shorterSide(side) }
    return .exact(try size(text, key: "resize"))
  }

  static func crop(_ text: String) throws -> Preprocessing.Size? {
    if text == "none" { return nil }
    if let side = Int(text) { return .init(width: side, height: side) }
    return try size(text, key: "crop")
  }

  static func channels(_ text: String) throws -> Preprocessing.ChannelOrder {
    let orders = Preprocessing.ChannelOrder.allCases
    if let order = orders.first(where: { $0.rawValue.lowercased() == text.lowercased() }) { return order }
    if text.lowercased() == "gray" { return .grey }
    let names = orders.map(\.rawValue)
    throw InputError(
      .usage, "there is no such channel order", at: .init(key: "channels"), expected: names.joined(separator: ", "),
      found: "'\(text)'", hint: Suggestion.hint(for: text, among: names))
  }

  private static func size(_ text: String, key: String) throws -> Preprocessing.Size {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1] else {
      throw InputError(
        .usage, "the size cannot be read", at: .init(key: key), expected: "none, a side or WIDTHxHEIGHT",
        found: "'\(text)'")
    }
    return .init(width: width, height: height)
  }

  private static func number(_ text: String, key: String) throws -> Double {
    guard let value = Double(text) else {
      throw InputError(.usage, "the value is no number", at: .init(key: key), found: "'\(text)'")
    }
    return value
  }

  private static func numbers(_ text: String, key: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { piece in
      let start = piece.drop { $0 == " " }
      return try number(String(start), key: key)
    }
  }
}
