import Foundation
import Images
import TestSupport
import Testing

@Suite("JPEG files that are written")
struct JPEGEncoderTests {
  @Test("read back to nearly the same picture, grey and in colours")
  func roundTrip() async throws {
    for colour in Image.Colour.allCases {
      let width = 40, height = 28
      var pixels: [UInt8] = []
      for row in 0..<height {
        for column in 0..<width {
          for channel in 0..<colour.channels { pixels.append(UInt8(60 + 3 * row + 2 * column + 10 * channel)) }
        }
      }
      let image = Image(width: width, height: height, colour: colour, pixels: pixels)
      let folder = FileManager.default.temporaryDirectory.path + "/jpeg-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder + "/0", withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Data(JPEGEncoder.encode(image)).write(to: URL(fileURLWithPath: folder + "/0/a.jpg"))
      let read = try await ImageLoading.load(
        ImageSource(path: folder), preprocessing: .none, options: ImageLoadingOptions()
      ) { _, _ in }
      let picture = try #require(read.images.picture(of: 0))
      #expect(picture.width == width && picture.height == height && picture.colour == colour)
      let worst = zip(picture.pixels, pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
      #expect(worst <= 6, "\(colour): \(worst)")
      let coarse = try JPEGEncoder.encode(image, quality: 20).count
      #expect(try coarse < JPEGEncoder.encode(image, quality: 100).count)
    }
  }
}
