import InputErrors

/// How a decoded image becomes a network's input: resize, centre crop, channel order, then
/// `(sample · scale − mean) / standardDeviation` per channel in single precision, channels first.
///
/// A value that is stored with a run; ``init(resize:crop:channels:scale:mean:standardDeviation:)`` admits only settings
/// that make sense, so that applying them can fail only for what an image's size causes.
public struct Preprocessing: Sendable, Hashable {
  /// Width and height in pixels, each 1…65535.
  public struct Size: Sendable, Hashable {
    /// The largest side that can be asked for, in pixels.
    public static let largestSide = 65535

    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// What happens to the size before the crop; bilinear with antialiasing, as Pillow and torchvision on 8-bit images.
  public enum Resize: Sendable, Hashable {
    /// The image keeps its size.
    case none
    /// The shorter side becomes this many pixels, the longer `⌊length · longer / shorter⌋`. An image whose shorter side
    /// has that length already is not resampled.
    case shorterSide(Int)
    /// The image is stretched to exactly this size.
    case exact(Size)
  }

  /// Which channels the network sees, in which order.
  public enum ChannelOrder: String, Sendable, Hashable, CaseIterable {
    /// Red, green, blue; grey images are repeated.
    case rgb = "RGB"
    /// Blue, green, red; grey images are repeated.
    case bgr = "BGR"
    /// One channel of luminance; colour images are converted (ITU-R 601).
    case grey
    /// The file's own: one channel for grey files, else red, green, blue.
    case stored

    /// The number of channels, or nil when the file decides.
    public var channels: Int? {
      switch self {
      case .rgb, .bgr: 3
      case .grey: 1
      case .stored: nil
      }
    }
  }

  public let resize: Resize
  /// The part that is cut from the middle, or nil for all. Offsets are half of what is left over; an odd rest is rounded
  /// to even, as torchvision does.
  public let crop: Size?
  public let channels: ChannelOrder
  /// What each sample of 0…255 is multiplied with first; not 0.
  public let scale: Double
  /// What is subtracted from each channel, in the channels' order: one value for all, or one a channel.
  public let mean: [Double]
  /// What each channel is divided by: one value for all, or one a channel; positive.
  public let standardDeviation: [Double]

  /// - Throws: ``InputError`` (usage) naming the key when a size is outside 1…65535, the crop is larger than the resized
  ///   image, a number is not finite, the scale is 0, a standard deviation is not positive, or the number of means or
  ///   standard deviations is neither 1 nor that of the channels.
  public init(
    resize: Resize = .none, crop: Size? = nil, channels: ChannelOrder = .stored, scale: Double = 1,
    mean: [Double] = [0],
    standardDeviation: [Double] = [1]
  ) throws {
    switch resize {
    case .none: break
    case .shorterSide(let side): try Self.check(Size(width: side, height: side), key: "resize")
    case .exact(let size): try Self.check(size, key: "resize")
    }
    if let crop {
      try Self.check(crop, key: "crop")
      let smallest: Size? =
        switch resize {
        case .none: nil
        case .shorterSide(let side): min(crop.width, crop.height) > side ? Size(width: side, height: side) : nil
        case .exact(let size): size
        }
      if let smallest, crop.width > smallest.width || crop.height > smallest.height {
        throw InputError(
          .usage, "the crop is larger than the resized image", at: .init(key: "crop"), expected: "at most \(smallest)",
          found: "\(crop)")
      }
    }
    guard scale.isFinite, scale != 0 else {
      throw InputError(.usage, "the scale is no factor", at: .init(key: "scale"), expected: "not 0", found: "\(scale)")
    }
    try Self.check(mean, channels: channels, key: "mean") { $0.isFinite }
    try Self.check(standardDeviation, channels: channels, key: "std", expected: "positive numbers") {
      $0.isFinite && $0 > 0
    }
    self.init(
      valid: resize, crop: crop, channels: channels, scale: scale, mean: mean, standardDeviation: standardDeviation)
  }

  /// For settings that are known to be valid.
  init(
    valid resize: Resize, crop: Size?, channels: ChannelOrder, scale: Double, mean: [Double],
    standardDeviation: [Double]
  ) {
    self.resize = resize
    self.crop = crop
    self.channels = channels
    self.scale = scale
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  private static func check(_ size: Size, key: String) throws {
    let sides = 1...Size.largestSide
    guard sides.contains(size.width), sides.contains(size.height) else {
      throw InputError(
        .usage, "the size is out of range", at: .init(key: key), expected: "sides of 1…\(Size.largestSide) pixels",
        found: "\(size)")
    }
  }

  private static func check(
    _ values: [Double], channels: ChannelOrder, key: String, expected: String = "finite numbers",
    isValid: (Double) -> Bool
  ) throws {
    let counts = channels.channels.map { Set([1, $0]) } ?? [1, 3]
    guard counts.contains(values.count) else {
      throw InputError(
        .usage, "the number of values does not fit the channels \(channels.rawValue)", at: .init(key: key),
        expected: counts.sorted().map(String.init).joined(separator: " or "), found: "\(values.count)")
    }
    guard values.allSatisfy(isValid) else {
      throw InputError(
        .usage, "a value is out of range", at: .init(key: key), expected: expected,
        found: values.map { "\($0)" }.joined(separator: ","))
    }
  }
}

extension Preprocessing.Size: CustomStringConvertible {
  /// The size as the command line has it: `320x240`.
  public var description: String { "\(width)x\(height)" }
}
