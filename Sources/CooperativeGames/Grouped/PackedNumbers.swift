/// Many numbers whose encoded form is one text: base64 of their little-endian bytes, 10.7 characters a number, read back
/// to the same bits.
///
/// A JSON array of as many numbers takes twice the room and many times the time.
package struct PackedNumbers: Sendable, Hashable {
  package var numbers: [Double]

  package init(_ numbers: [Double]) { self.numbers = numbers }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// The six bits that each character stands for; nil for others.
  private static let meanings: [UInt64?] = {
    var meanings = [UInt64?](repeating: nil, count: 256)
    for (value, character) in alphabet.enumerated() { meanings[Int(character)] = UInt64(value) }
    return meanings
  }()

  /// The numbers as text.
  package var text: String {
    let alphabet = Self.alphabet
    var characters: [UInt8] = []
    characters.reserveCapacity((numbers.count * 8 + 2) / 3 * 4)
    // Bits that are not written yet, the next one highest among the lowest `held`.
    var bits: UInt64 = 0
    var held: UInt64 = 0
    for number in numbers {
      // The first byte of the little-endian form comes first.
      var rest = number.bitPattern
      for _ in 0..<8 {
        bits = bits << 8 | (rest & 0xFF)
        rest >>= 8
        held += 8
        while held >= 6 {
          held -= 6
          characters.append(alphabet[Int(bits >> held & 0x3F)])
        }
      }
    }
    if held > 0 { characters.append(alphabet[Int(bits << (6 - held) & 0x3F)]) }
    while characters.count % 4 != 0 { characters.append(Self.padding) }
    return String(decoding: characters, as: UTF8.self)
  }

  /// Reads what ``text`` wrote; nil for anything else.
  package init?(text: String) {
    let meanings = Self.meanings
    let characters = Array(text.utf8)
    guard characters.count % 4 == 0 else { return nil }
    let body = characters.count - characters.reversed().prefix { $0 == Self.padding }.count
    guard characters.count - body <= 2, body * 6 / 8 % 8 == 0 else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(body * 6 / 64)
    var bits: UInt64 = 0
    var held: UInt64 = 0
    var pattern: UInt64 = 0
    var byteCount: UInt64 = 0
    for character in characters[..<body] {
      guard let meaning = meanings[Int(character)] else { return nil }
      bits = bits << 6 | meaning
      held += 6
      guard held >= 8 else { continue }
      held -= 8
      pattern |= (bits >> held & 0xFF) << (8 * byteCount)
      byteCount += 1
      if byteCount == 8 {
        numbers.append(Double(bitPattern: pattern))
        pattern = 0
        byteCount = 0
      }
    }
    guard bits & ((1 << held) - 1) == 0 else { return nil }
    self.numbers = numbers
  }
}

extension PackedNumbers: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let packed = PackedNumbers(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "packed numbers are base64")
    }
    guard packed.numbers.allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "packed numbers are finite")
    }
    self = packed
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
