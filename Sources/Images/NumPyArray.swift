import InputErrors

/// One array of a NumPy file, in row-major order.
public struct NumPyArray: Sendable, Hashable {
  /// The elements by the width that they need; smaller types are widened without loss.
  public enum Values: Sendable, Hashable {
    /// `bool` (0 and 1) and `uint8`.
    case bytes([UInt8])
    /// All other integers.
    case integers([Int])
    /// `float16` and `float32`.
    case floats([Float])
    /// `float64`.
    case doubles([Double])
  }

  /// The extents, outermost first; empty for a scalar.
  public let shape: [Int]
  public let values: Values

  /// The number of elements.
  public var count: Int {
    switch values {
    case .bytes(let values): values.count
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .doubles(let values): values.count
    }
  }

  /// The elements in double precision; integers beyond 2⁵³ are rounded.
  public var doubles: [Double] {
    switch values {
    case .bytes(let values): values.map(Double.init)
    case .integers(let values): values.map(Double.init)
    case .floats(let values): values.map(Double.init)
    case .doubles(let values): values
    }
  }

  /// The elements in single precision, rounded where they must be.
  public var floats: [Float] {
    switch values {
    case .bytes(let values): values.map(Float.init)
    case .integers(let values): values.map(Float.init)
    case .floats(let values): values
    case .doubles(let values): values.map(Float.init)
    }
  }

  /// The elements as integers, or nil when they are of a floating-point type.
  public var integers: [Int]? {
    switch values {
    case .bytes(let values): values.map(Int.init)
    case .integers(let values): values
    case .floats, .doubles: nil
    }
  }
}

// MARK: - Reading

extension NumPyArray {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static func isArray(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  /// Reads the bytes of an `.npy` file: versions 1 to 3, any byte order, row- or column-major.
  ///
  /// - Throws: ``InputError`` (data) naming the file when it is no such file, the element type is not a number of 1 to 8
  ///   bytes, the length does not fit the shape, or an integer is beyond the range of `Int`.
  public init(npy bytes: [UInt8], file: String) throws {
    func wrong(_ what: String, byte: Int? = nil, expected: String? = nil, found: String? = nil) -> InputError {
      InputError(.data, what, at: .init(file: file, byte: byte), expected: expected, found: found)
    }
    guard Self.isArray(bytes), bytes.count >= 10 else { throw wrong("the file is no NumPy array", byte: 0) }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw wrong("the version of the array's header is unknown", byte: 6, expected: "1, 2 or 3", found: "\(version)")
    }
    let start = version == 1 ? 10 : 12
    guard bytes.count >= start else { throw wrong("the header is truncated", byte: bytes.count) }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw wrong("the header is truncated", byte: bytes.count) }
    let header = try NumPyHeader(Array(bytes[start..<(start + length)]), file: file, offset: start)

    var count = 1
    for extent in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw wrong("the array's shape is out of range", found: "\(header.shape)") }
      count = product
    }
    let data = bytes[(start + length)...]
    let (needed, overflow) = count.multipliedReportingOverflow(by: header.element.width)
    guard !overflow, needed == data.count else {
      throw wrong(
        "the array's length does not fit its shape",
        expected: "\(count) elements of \(header.element.width) bytes for \(header.shape)",
        found: "\(data.count) bytes")
    }
    shape = header.shape
    let values = try Self.values(data, header.element, file: file)
    self.values = header.isColumnMajor ? Self.rowMajor(values, shape: header.shape) : values
  }

  private static func values(_ data: ArraySlice<UInt8>, _ element: NumPyHeader.Element, file: String) throws -> Values {
    let count = data.count / element.width
    return try data.withUnsafeBytes { raw in
      func word(_ index: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in 0..<element.width {
          let place = element.isBigEndian ? byte : element.width - 1 - byte
          word = word << 8 | UInt64(raw[index * element.width + place])
        }
        return word
      }
      switch element.kind {
      case .boolean:
        return .bytes(raw.map { $0 == 0 ? 0 : 1 })
      case .unsigned where element.width == 1:
        return .bytes(Array(raw))
      case .unsigned:
        return .integers(
          try (0..<count).map { index in
            guard let value = Int(exactly: word(index)) else {
              throw InputError(
                .data, "an integer is out of range", at: .init(file: file), found: "\(word(index)) at \(index)")
            }
            return value
          })
      case .signed:
        let unused = UInt64(64 - 8 * element.width)
        return .integers((0..<count).map { Int(Int64(bitPattern: word($0) << unused) >> Int64(unused)) })
      case .float where element.width == 2:
        return .floats((0..<count).map { widened(half: UInt16(word($0))) })
      case .float where element.width == 4:
        return .floats((0..<count).map { Float(bitPattern: UInt32(word($0))) })
      case .float:
        return .doubles((0..<count).map { Double(bitPattern: word($0)) })
      }
    }
  }

  /// The value of IEEE half-precision bits.
  private static func widened(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31:
      return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  private static func rowMajor(_ values: Values, shape: [Int]) -> Values {
    switch values {
    case .bytes(let values): .bytes(rowMajor(values, shape: shape))
    case .integers(let values): .integers(rowMajor(values, shape: shape))
    case .floats(let values): .floats(rowMajor(values, shape: shape))
    case .doubles(let values): .doubles(rowMajor(values, shape: shape))
    }
  }

  /// Reorders column-major elements, walking the result in order and the source by its strides.
  private static func rowMajor<Value>(_ values: [Value], shape: [Int]) -> [Value] {
    guard shape.count > 1, !values.isEmpty else { return values }
    var strides: [Int] = []
    var step = 1
    for extent in shape {
      strides.append(step)
      step *= extent
    }
    var result: [Value] = []
    result.reserveCapacity(values.count)
    var position = [Int](repeating: 0, count: shape.count)
    var source = 0
    for _ in values.indices {
      result.append(values[source])
      var axis = shape.count - 1
      while axis >= 0 {
        position[axis] += 1
        source += strides[axis]
        if position[axis] < shape[axis] { break }
        source -= strides[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
