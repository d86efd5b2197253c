/// A place on a page that links lead to, named by any text: `#conv3:7`.
package enum PageAnchor {
  /// The value of the element's `id`.
  package static func id(_ name: String) -> String { Markup.escaped(name) }

  /// The value of a link's `href`: bytes that mean something in addresses or markup are written as `%` and two digits.
  package static func reference(_ name: String) -> String {
    var result = "#"
    // What the markup leaves out is not in the element's name either.
    for scalar in name.unicodeScalars where scalar.value >= 0x20 || scalar == "\n" || scalar == "\t" {
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
          UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "~"):
          result.unicodeScalars.append(Unicode.Scalar(byte))
        default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
      }
    }
    return result
  }

  /// A link to the place, in letters of equal width.
  package static func link(_ name: String) -> String {
    "<a class=\"mono\" href=\"\(reference(name))\">\(Markup.escaped(name))</a>"
  }
}
