/// The magnitudes that the coefficients of a picture's spectrum have: what ``PictureParametrization/phase`` keeps.
public enum PictureSpectrum: Sendable, Hashable {
  /// Magnitudes `[channels][height][width / 2 + 1]` of the half spectrum, colours in ``ColourBasis``. Only their proportions
  /// count.
  case measured([Float])
  /// 1/f, the law that natural images follow, the same in all channels and nothing at f = 0: for want of pictures.
  case inverseFrequency

  /// The mean magnitudes over pictures (Fel et al. 2023, section 3).
  ///
  /// Pictures are resized to the extent (bilinear, antialiased), colours go to ``ColourBasis``, and each channel loses its
  /// mean.
  ///
  /// - Parameters:
  ///   - pictures: values of 0…1, `[channels][height][width]`, 1 channel or red, green and blue.
  ///   - size: channels, height and width of the pictures.
  ///   - height, width: the extent of the spectrum's pictures.
  /// - Returns: nil when there are no pictures. Complexity: O(pictures · pixels · log pixels).
  /// - Precondition: every picture has the values of its size.
  public static func measured(
    over pictures: some Sequence<[Float]>, size: (channels: Int, height: Int, width: Int), height: Int, width: Int
  ) -> PictureSpectrum? {
    let channels = size.channels
    precondition(channels == 1 || channels == 3, "grey or colours")
    var transform = FourierTransform2D(height: height, width: width)
    let resizing = BilinearResizing(from: (size.height, size.width), to: (height, width))
    let area = height * width
    var sums = [Double](repeating: 0, count: channels * height * transform.halfWidth), count = 0
    for picture in pictures {
      precondition(picture.count == channels * size.height * size.width, "one value for each channel of each pixel")
      var planes = resizing.applied(to: picture, channels: channels)
      if channels == 3 {
        planes.withUnsafeMutableBufferPointer { ColourBasis.apply(ColourBasis.toCoordinates, to: $0, area: area) }
      }
      for channel in 0..<channels {
        let plane = planes[channel * area..<(channel + 1) * area]
        let mean = Float(plane.reduce(0) { $0 + Double($1) } / Double(area))
        let (real, imaginary) = transform.halfSpectrum(of: plane.map { $0 - mean })
        for (place, (a, b)) in zip(real, imaginary).enumerated() {
          sums[channel * real.count + place] += (Double(a) * Double(a) + Double(b) * Double(b)).squareRoot()
        }
      }
      count += 1
    }
    return count == 0 ? nil : .measured(sums.map { Float($0 / Double(count)) })
  }

  /// Magnitudes `[channels][height][width / 2 + 1]`.
  ///
  /// - Precondition: measured ones are of that extent.
  func magnitudes(channels: Int, height: Int, width: Int) -> [Float] {
    switch self {
    case .measured(let magnitudes):
      precondition(magnitudes.count == channels * height * (width / 2 + 1), "magnitudes of the picture's extent")
      return magnitudes
    case .inverseFrequency:
      let frequencies = FourierTransform2D.frequencies(height: height, width: width)
      return (0..<channels).flatMap { _ in frequencies.map { $0 > 0 ? 1 / $0 : 0 } }
    }
  }
}
