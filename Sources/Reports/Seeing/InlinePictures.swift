import Foundation
import Images

/// The pictures of a page, as elements that hold their own bytes.
///
/// Pictures of few pixels are enlarged by a whole factor and stay sharp; larger ones keep their size. Photographs are JPEGs
/// where that saves more than half of the bytes: a page holds many, and the files beside it are without loss.
struct InlinePictures {
  private let pictures: [String: Image]

  init(_ pictures: [String: Image]) { self.pictures = pictures }

  /// - Parameters:
  ///   - name: as in the document.
  ///   - side: how long the longer side may become by enlarging, in pixels of the screen.
  /// - Returns: nil where there is no picture of that name.
  /// - Throws: ``InputErrors/InputError`` when the picture cannot be encoded.
  func element(_ name: String?, showing text: String, side: Int) throws -> String? {
    guard let name, let picture = pictures[name] else { return nil }
    let factor = Self.factor(picture, side: side)
    let (kind, bytes) = try Self.encoded(picture)
    return
      "<img\(factor > 1 ? " class=\"pixels\"" : "") loading=\"lazy\" decoding=\"async\" width=\"\(picture.width * factor)\" "
      + "height=\"\(picture.height * factor)\" alt=\"\(Markup.escaped(text))\" title=\"\(Markup.escaped(text))\" "
      + "src=\"data:image/\(kind);base64,\(Data(bytes).base64EncodedString())\">"
  }

  /// A picture with lines of text under it.
  func figure(_ name: String?, showing text: String, side: Int, caption: [String]) throws -> String? {
    guard let element = try element(name, showing: text, side: side) else { return nil }
    let lines = caption.filter { !$0.isEmpty }.map { Markup.escaped($0) }.joined(separator: "<br>")
    return "<figure class=\"seen\">\(element)\(lines.isEmpty ? "" : "<figcaption>\(lines)</figcaption>")</figure>"
  }

  /// Small files stay as they are.
  private static let photograph = 12_000

  private static func encoded(_ picture: Image) throws -> (kind: String, bytes: [UInt8]) {
    let exact = try PNGEncoder.encode(picture)
    guard exact.count > photograph else { return ("png", exact) }
    let small = try JPEGEncoder.encode(picture, quality: 88)
    return 2 * small.count < exact.count ? ("jpeg", small) : ("png", exact)
  }

  static func factor(_ picture: Image, side: Int) -> Int { max(1, side / max(picture.width, picture.height)) }
}
