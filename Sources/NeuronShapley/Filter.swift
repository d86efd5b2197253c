import InputErrors

/// One output channel of a convolution, or one unit of a linear layer, named as people see it: `layer:channel`.
public struct Filter: Sendable, Hashable {
  /// The name of the node that computes it.
  public let layer: String
  /// Its index among the node's output channels, from 0.
  public let channel: Int

  public init(layer: String, channel: Int) {
    self.layer = layer
    self.channel = channel
  }

  /// Reads `layer:channel`; a layer's name may hold colons itself, so the text is split at the last one.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no layer or no channel number.
  public init(parsing text: String) throws(InputError) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let channel = Int(text[text.index(after: colon)...]), channel >= 0
    else {
      throw InputError(.usage, "this names no filter", expected: "layer:channel, such as conv1:3", found: "'\(text)'")
    }
    self.init(layer: String(text[..<colon]), channel: channel)
  }
}

extension Filter: CustomStringConvertible {
  public var description: String { "\(layer):\(channel)" }
}

extension Filter: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
