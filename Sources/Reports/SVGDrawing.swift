import Foundation

/// A picture in Scalable Vector Graphics that is drawn element by element.
///
/// Colours come from classes and the variables of ``ReportStyle``, so that the same picture follows the page's light or
/// dark scheme inline, and the viewer's when it stands alone.
public struct SVGDrawing: Sendable {
  public let width: Double
  public let height: Double
  /// What the picture shows, for those who cannot see it.
  public let title: String
  public let summary: String
  /// Further rules for the classes of this picture, for when it stands alone; a page brings its own.
  public let rules: String
  private var elements: [String] = []

  public enum Anchor: String, Sendable { case start, middle, end }

  public init(width: Double, height: Double, title: String, summary: String, rules: String = "") {
    self.rules = rules
    self.width = width
    self.height = height
    self.title = title
    self.summary = summary
  }

  public mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    elements.append(
      "<line class=\"\(style)\" x1=\"\(Self.n(x1))\" y1=\"\(Self.n(y1))\" x2=\"\(Self.n(x2))\" y2=\"\(Self.n(y2))\"/>")
  }

  /// A rectangle; `tip` appears when the pointer rests on it.
  public mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, tip: String? = nil
  ) {
    let tag =
      "<rect class=\"\(style)\" x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" width=\"\(Self.n(max(0, width)))\" "
      + "height=\"\(Self.n(max(0, height)))\""
    elements.append(tip.map { "\(tag)><title>\(Markup.escaped($0))</title></rect>" } ?? tag + "/>")
  }

  /// A path from its commands; `tip` appears when the pointer rests on it.
  public mutating func path(_ commands: String, _ style: String, tip: String? = nil) {
    let tag = "<path class=\"\(style)\" d=\"\(commands)\""
    elements.append(tip.map { "\(tag)><title>\(Markup.escaped($0))</title></path>" } ?? tag + "/>")
  }

  public mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String, tip: String? = nil) {
    let tag = "<circle class=\"\(style)\" cx=\"\(Self.n(x))\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\""
    elements.append(tip.map { "\(tag)><title>\(Markup.escaped($0))</title></circle>" } ?? tag + "/>")
  }

  /// A picture of pixels, given as the bytes of a PNG, whose pixels stay sharp when they are enlarged.
  public mutating func picture(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, png: [UInt8], tip: String? = nil
  ) {
    let tag =
      "<image x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\" "
      + "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,\(Data(png).base64EncodedString())\""
    elements.append(tip.map { "\(tag)><title>\(Markup.escaped($0))</title></image>" } ?? tag + "/>")
  }

  /// - Parameter slant: degrees that the text is turned about its anchor, clockwise.
  public mutating func text(
    _ x: Double, _ y: Double, _ text: String, _ style: String, anchor: Anchor = .start, tip: String? = nil,
    slant: Double = 0
  ) {
    let inner = Markup.escaped(text) + (tip.map { "<title>\(Markup.escaped($0))</title>" } ?? "")
    let turn = slant == 0 ? "" : " transform=\"rotate(\(Self.n(slant)) \(Self.n(x)) \(Self.n(y)))\""
    elements.append(
      "<text class=\"\(style)\" x=\"\(Self.n(x))\" y=\"\(Self.n(y))\"\(turn) text-anchor=\"\(anchor.rawValue)\">\(inner)</text>"
    )
  }

  /// The picture as an element within a page; the page brings the style.
  public var inline: String { markup(style: "", attributes: "") }

  /// The picture as a file of its own.
  public var document: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + markup(
        style: "<style>\(ReportStyle.variables)\(ReportStyle.figures)\(rules)</style>\n"
          + "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n",
        attributes: " xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\"")
      + "\n"
  }

  private func markup(style: String, attributes: String) -> String {
    "<svg\(attributes) class=\"figure\" viewBox=\"0 0 \(Self.n(width)) \(Self.n(height))\" role=\"img\" "
      + "aria-label=\"\(Markup.escaped("\(title). \(summary)"))\">\n\(style)\(elements.joined(separator: "\n"))\n</svg>"
  }

  /// A coordinate with at most one decimal: finer than any screen.
  static func n(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, part) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + (part == 0 ? "\(whole)" : "\(whole).\(part)")
  }
}

/// Text within HTML and SVG.
public enum Markup {
  /// The text with the five characters that markup gives a meaning replaced, and control characters left out.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t": continue
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// At most `count` characters, the middle left out: both ends of a layer's name tell it from others.
  public static func shortened(_ text: String, to count: Int) -> String {
    guard text.count > count, count > 3 else { return text }
    let tail = (count - 1) * 3 / 5
    return text.prefix(count - 1 - tail) + "…" + text.suffix(tail)
  }
}
