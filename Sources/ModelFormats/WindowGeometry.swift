import InputErrors
import Networks

/// Kernel, strides, dilations and padding of a convolution or a pooling, checked to be small enough to compute with.
struct WindowGeometry {
  enum AutomaticPadding {
    case explicit
    /// As much as makes the output `⌈input / stride⌉`, the odd pixel at the end.
    case sameUpper
    /// The odd pixel at the beginning.
    case sameLower
    case valid
  }

  var kernel: Extent
  var stride: Extent
  var dilation: Extent
  var padding: Insets
  var automaticPadding: AutomaticPadding

  private static let limit = 1 << 20

  /// - Parameter kernel: what the weight says, or nil to take the attribute.
  init(_ node: ONNXNode, kernel weightKernel: Extent? = nil) throws {
    func extent(_ name: String, default absent: Extent?) throws -> Extent {
      guard let values = try node.integers(name) else {
        guard let absent else { throw node.error("attribute '\(name)' is missing") }
        return absent
      }
      guard values.count == 2 else {
        throw node.error("attribute '\(name)' is not for two dimensions", expected: "2 values", found: "\(values)")
      }
      guard values.allSatisfy({ (1...Self.limit).contains($0) }) else {
        throw node.error("attribute '\(name)' is impossible", expected: "1 to \(Self.limit)", found: "\(values)")
      }
      return Extent(height: values[0], width: values[1])
    }
    kernel = try extent("kernel_shape", default: weightKernel)
    if let weightKernel, weightKernel != kernel {
      throw node.error(
        "attribute 'kernel_shape' differs from the weight", expected: "\(weightKernel)", found: "\(kernel)")
    }
    guard (1...Self.limit).contains(kernel.height), (1...Self.limit).contains(kernel.width) else {
      throw node.error("the kernel is impossible", expected: "1 to \(Self.limit)", found: "\(kernel)")
    }
    stride = try extent("strides", default: Extent(1))
    dilation = try extent("dilations", default: Extent(1))
    let pads = try node.integers("pads") ?? [0, 0, 0, 0]
    guard pads.count == 4, pads.allSatisfy({ (0...Self.limit).contains($0) }) else {
      throw node.error("attribute 'pads' is impossible", expected: "4 values of 0 or more", found: "\(pads)")
    }
    padding = Insets(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    let automatic = try node.string("auto_pad", default: "NOTSET")
    switch automatic {
    case "NOTSET", "": automaticPadding = .explicit
    case "SAME_UPPER": automaticPadding = .sameUpper
    case "SAME_LOWER": automaticPadding = .sameLower
    case "VALID": automaticPadding = .valid
    default:
      throw node.error(
        "attribute 'auto_pad' is unknown", expected: "NOTSET, SAME_UPPER, SAME_LOWER or VALID", found: automatic)
    }
  }

  /// The padding at the four sides of a map of that size.
  func resolvedPadding(height: Int, width: Int) -> Insets {
    func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let windows = (size + stride - 1) / stride
      return max(0, (windows - 1) * stride + dilation * (kernel - 1) + 1 - size)
    }
    switch automaticPadding {
    case .explicit: return padding
    case .valid: return .zero
    case .sameUpper, .sameLower:
      return Self.split(
        vertical: total(height, kernel.height, stride.height, dilation.height),
        horizontal: total(width, kernel.width, stride.width, dilation.width), atEnd: automaticPadding == .sameUpper)
    }
  }

  /// Halves two totals over opposite sides, the odd pixel at the end or at the beginning.
  static func split(vertical: Int, horizontal: Int, atEnd: Bool) -> Insets {
    let top = atEnd ? vertical / 2 : vertical - vertical / 2
    let left = atEnd ? horizontal / 2 : horizontal - horizontal / 2
    return Insets(top: top, left: left, bottom: vertical - top, right: horizontal - left)
  }
}
