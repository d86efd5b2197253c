/// Discrete Fourier transforms of pictures of one extent: any height and width, in single precision.
///
/// S[u][v] = Σ a[y][x] · exp(−2πi·(uy/height + vx/width)), unscaled; inverses divide by height · width. Extents whose
/// prime factors are small are fast: a value takes operations in proportion to the sum of the factors.
/// The plan owns its buffers, so transforms allocate nothing.
public struct FourierTransform2D: Sendable {
  public let height: Int
  public let width: Int
  /// The columns of a real picture's half spectrum, `width / 2 + 1`: the others are their conjugates.
  public var halfWidth: Int { width / 2 + 1 }

  private let columns: FourierTransform
  private let rows: FourierTransform
  /// Vectors of a row of `[height][width]`, and of a row of `[width][height]`.
  private let acrossVectors: Int
  private let downVectors: Int
  private let plane: Int
  private var work: [SIMD8<Float>]

  /// - Precondition: positive extents.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "a picture has at least one pixel")
    self.height = height
    self.width = width
    columns = FourierTransform(length: height)
    rows = FourierTransform(length: width)
    acrossVectors = (width + 7) / 8
    downVectors = (height + 7) / 8
    plane = max(height * acrossVectors, width * downVectors)
    work = Array(repeating: .zero, count: 4 * plane)
  }

  /// Replaces complex values `[height][width]` by their spectrum.
  ///
  /// - Precondition: `height · width` real and imaginary parts.
  public mutating func forward(real: inout [Float], imaginary: inout [Float]) {
    transform(&real, &imaginary, scale: 1)
  }

  /// Replaces a complex spectrum `[height][width]` by its values, the inverse of ``forward(real:imaginary:)``.
  ///
  /// - Precondition: `height · width` real and imaginary parts.
  public mutating func inverse(real: inout [Float], imaginary: inout [Float]) {
    transform(&imaginary, &real, scale: 1 / Float(height * width))
  }

  /// The half spectrum of a real picture: real and imaginary parts, `[height][halfWidth]` each.
  ///
  /// - Precondition: `height · width` values.
  public mutating func halfSpectrum(of picture: [Float]) -> (real: [Float], imaginary: [Float]) {
    precondition(picture.count == height * width, "one value for each pixel")
    var real = [Float](repeating: 0, count: height * halfWidth), imaginary = real
    picture.withUnsafeBufferPointer { picture in
      real.withUnsafeMutableBufferPointer { real in
        imaginary.withUnsafeMutableBufferPointer { analyze(picture, real: real, imaginary: $0) }
      }
    }
    return (real, imaginary)
  }

  /// The real picture of a half spectrum: the inverse of ``halfSpectrum(of:)``.
  ///
  /// For any coefficients it is Re Σ c[v]·S[u][v]·exp(2πi·(uy/height + vx/width)) / (height · width) over the half
  /// spectrum, with c = 1 in the columns that are their own conjugates (0, and width / 2 of an even width) and 2 in others.
  ///
  /// - Precondition: `height · halfWidth` real and imaginary parts.
  public mutating func picture(real: [Float], imaginary: [Float]) -> [Float] {
    precondition(real.count == height * halfWidth && imaginary.count == real.count, "a half spectrum")
    var picture = [Float](repeating: 0, count: height * width)
    picture.withUnsafeMutableBufferPointer { picture in
      real.withUnsafeBufferPointer { real in
        imaginary.withUnsafeBufferPointer { synthesize(real: real, imaginary: $0, into: picture) }
      }
    }
    return picture
  }

  /// c[v] of ``picture(real:imaginary:)``: how often a column of the half spectrum stands in the whole one.
  func multiplicity(column: Int) -> Float { column == 0 || 2 * column == width ? 1 : 2 }

  /// The radius √(fy² + fx²) of each coefficient of the half spectrum in cycles a pixel, `[height][halfWidth]`.
  static func frequencies(height: Int, width: Int) -> [Float] {
    (0..<height).flatMap { row in
      let down = Double(min(row, height - row)) / Double(height)
      return (0..<(width / 2 + 1)).map { column in
        let across = Double(column) / Double(width)
        return Float((down * down + across * across).squareRoot())
      }
    }
  }
}

// Kernels over planes of vectors; columns go first and last, rows in between are transposed and packed two into one
// complex transform.
extension FourierTransform2D {
  private struct Planes {
    let values: FourierTransform.Values
    let plane: Int

    func vectors(_ index: Int) -> FourierTransform.Values { values + index * plane }
    func floats(_ index: Int) -> UnsafeMutablePointer<Float> {
      UnsafeMutableRawPointer(values + index * plane).assumingMemoryBound(to: Float.self)
    }
    /// Zeros in two planes, so that places beyond a row's end hold no rest of earlier transforms.
    func clear(_ first: Int) { vectors(first).update(repeating: .zero, count: 2 * plane) }
    /// Transforms planes 0 and 1, or with `inverse` 1 and 0.
    func run(_ transform: FourierTransform, vectors count: Int, inverse: Bool = false) {
      transform.run(
        real: vectors(inverse ? 1 : 0), imaginary: vectors(inverse ? 0 : 1), scratch: (vectors(2), vectors(3)),
        vectors: count)
    }
  }

  private mutating func withPlanes(_ body: (Planes) -> Void) {
    let plane = plane
    work.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { body(Planes(values: base, plane: plane)) }
    }
  }

  private mutating func transform(_ real: inout [Float], _ imaginary: inout [Float], scale: Float) {
    precondition(real.count == height * width && imaginary.count == real.count, "one value for each pixel")
    let (height, width, across, down) = (height, width, 8 * acrossVectors, 8 * downVectors)
    let (columns, rows) = (columns, rows)
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        withPlanes { planes in
          let (r, i, tr, ti) = (planes.floats(0), planes.floats(1), planes.floats(2), planes.floats(3))
          planes.clear(0)
          for y in 0..<height {
            for x in 0..<width {
              r[y * across + x] = real[y * width + x]
              i[y * across + x] = imaginary[y * width + x]
            }
          }
          planes.run(columns, vectors: across / 8)
          planes.clear(2)
          for y in 0..<height {
            for x in 0..<width {
              tr[x * down + y] = r[y * across + x]
              ti[x * down + y] = i[y * across + x]
            }
          }
          r.update(from: tr, count: width * down)
          i.update(from: ti, count: width * down)
          planes.run(rows, vectors: down / 8)
          for y in 0..<height {
            for x in 0..<width {
              real[y * width + x] = r[x * down + y] * scale
              imaginary[y * width + x] = i[x * down + y] * scale
            }
          }
        }
      }
    }
  }

  /// ``picture(real:imaginary:)`` without arrays.
  mutating func synthesize(
    real: UnsafeBufferPointer<Float>, imaginary: UnsafeBufferPointer<Float>,
    into picture: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width, half) = (height, width, halfWidth)
    let across = 8 * ((half + 7) / 8)
    let (columns, rows) = (columns, rows)
    let pairs = (height + 1) / 2, down = 8 * ((pairs + 7) / 8)
    let scale = 1 / Float(height * width)
    withPlanes { planes in
      let (r, i, zr, zi) = (planes.floats(0), planes.floats(1), planes.floats(2), planes.floats(3))
      planes.clear(0)
      for y in 0..<height {
        for v in 0..<half {
          r[y * across + v] = real[y * half + v]
          i[y * across + v] = imaginary[y * half + v]
        }
      }
      planes.run(columns, vectors: across / 8, inverse: true)
      planes.clear(2)
      for p in 0..<pairs {
        let q = p + pairs
        for v in 0..<half {
          let (a, b) = (r[p * across + v], i[p * across + v])
          let (c, d) = q < height ? (r[q * across + v], i[q * across + v]) : (0, 0)
          if v == 0 || 2 * v == width {
            zr[v * down + p] = a
            zi[v * down + p] = c
          } else {
            zr[v * down + p] = a - d
            zi[v * down + p] = b + c
            zr[(width - v) * down + p] = a + d
            zi[(width - v) * down + p] = c - b
          }
        }
      }
      r.update(from: zr, count: width * down)
      i.update(from: zi, count: width * down)
      planes.run(rows, vectors: down / 8, inverse: true)
      for p in 0..<pairs {
        for x in 0..<width { picture[p * width + x] = r[x * down + p] * scale }
        guard p + pairs < height else { continue }
        for x in 0..<width { picture[(p + pairs) * width + x] = i[x * down + p] * scale }
      }
    }
  }

  /// ``halfSpectrum(of:)`` without arrays.
  mutating func analyze(
    _ picture: UnsafeBufferPointer<Float>, real: UnsafeMutableBufferPointer<Float>,
    imaginary: UnsafeMutableBufferPointer<Float>
  ) {
    let (height, width, half) = (height, width, halfWidth)
    let across = 8 * ((half + 7) / 8)
    let (columns, rows) = (columns, rows)
    let pairs = (height + 1) / 2, down = 8 * ((pairs + 7) / 8)
    withPlanes { planes in
      let (r, i, zr, zi) = (planes.floats(0), planes.floats(1), planes.floats(2), planes.floats(3))
      planes.clear(0)
      for p in 0..<pairs {
        let q = p + pairs
        for x in 0..<width {
          r[x * down + p] = picture[p * width + x]
          i[x * down + p] = q < height ? picture[q * width + x] : 0
        }
      }
      planes.run(rows, vectors: down / 8)
      planes.clear(2)
      for p in 0..<pairs {
        let q = p + pairs
        for v in 0..<half {
          let mirrored = v == 0 ? 0 : width - v
          let (a, b) = (r[v * down + p], i[v * down + p])
          let (c, d) = (r[mirrored * down + p], i[mirrored * down + p])
          zr[p * across + v] = (a + c) / 2
          zi[p * across + v] = (b - d) / 2
          guard q < height else { continue }
          zr[q * across + v] = (b + d) / 2
          zi[q * across + v] = (c - a) / 2
        }
      }
      r.update(from: zr, count: height * across)
      i.update(from: zi, count: height * across)
      planes.run(columns, vectors: across / 8)
      for y in 0..<height {
        for v in 0..<half {
          real[y * half + v] = r[y * across + v]
          imaginary[y * half + v] = i[y * across + v]
        }
      }
    }
  }
}
