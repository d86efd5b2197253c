import Foundation
import Images
import InputErrors
import Testing

/// Pictures and bytes that several suites use.
enum TestPictures {
  /// The picture of the goldens' script.
  static func pattern(_ width: Int, _ height: Int, _ colour: Image.Colour = .rgb) -> Image {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<colour.channels {
          pixels.append(UInt8((x * 7 + y * 13 + c * 29 + x * y * (c + 1)) % 256))
        }
      }
    }
    return Image(width: width, height: height, colour: colour, pixels: pixels)
  }

  static func bytes(_ base64: String) throws -> [UInt8] {
    [UInt8](try #require(Data(base64Encoded: base64)))
  }

  /// A tiny IDX file of `count` images of 2×3 pixels, or of labels.
  static func idx(images count: Int) -> [UInt8] {
    [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 2, 0, 0, 0, 3] + (0..<(count * 6)).map { UInt8($0 * 5 % 256) }
  }

  static func idx(labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels }
}

/// A small generator for tests (xorshift64*).
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 2_685_821_657_736_338_717 | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }
}

/// The error's one line, or a failure when nothing or something else is thrown.
func message(of body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    return error.description
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
  return ""
}

/// As ``message(of:sourceLocation:)`` for what waits.
func message(ofLoading body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async -> String
{
  do {
    try await body()
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
  } catch let error as InputError {
    return error.description
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
  return ""
}
