#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Statistics

/// One way of looking at a picture: a drawn composition of ``ViewTransforms``, sampled once.
///
/// Each pixel of the view is an affine function's place in the picture, read by bilinear interpolation; what lies outside
/// the picture is ½, as the padding is. The view has an extent of its own: one that is smaller than
/// ``ViewTransforms/naturalSide(_:)`` shows the same with smaller pixels, so that a network sees the whole padded picture
/// at its own input's extent.
public struct PictureView: Sendable, Hashable {
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// Height and width of the picture.
  public let height: Int
  public let width: Int
  /// Height and width of the view.
  public let viewHeight: Int
  public let viewWidth: Int

  /// y = rows.0 + rows.1 · (the view's row) + rows.2 · (its column), in pixels of the picture.
  private let rows: SIMD3<Double>
  /// x likewise.
  private let columns: SIMD3<Double>

  /// Draws a view.
  ///
  /// - Parameters:
  ///   - viewHeight, viewWidth: the view's extent; nil for the picture's.
  ///   - stream: read once for each drawn number: jitters (rows, columns), factor, angle, jitters, box.
  /// - Precondition: positive extents.
  public init(
    _ transforms: ViewTransforms, channels: Int, height: Int, width: Int, viewHeight: Int? = nil, viewWidth: Int? = nil,
    stream: inout RandomStream
  ) {
    let viewHeight = viewHeight ?? height, viewWidth = viewWidth ?? width
    precondition(min(channels, height, width, viewHeight, viewWidth) > 0, "positive extents")
    self.channels = channels
    self.height = height
    self.width = width
    self.viewHeight = viewHeight
    self.viewWidth = viewWidth

    func drawn(_ jitter: Int) -> SIMD2<Double> {
      guard jitter > 0 else { return .zero }
      let row = stream.uniform(below: jitter + 1) - jitter / 2
      return SIMD2(Double(row), Double(stream.uniform(below: jitter + 1) - jitter / 2))
    }
    func drawn(_ choices: [Double]) -> Double? {
      choices.isEmpty ? nil : choices[stream.uniform(below: choices.count)]
    }
    let first = drawn(transforms.jitter)
    let factor = drawn(transforms.scaleFactors) ?? 1
    let degrees = drawn(transforms.rotations) ?? 0
    let last = drawn(transforms.finalJitter)
    let box = transforms.crops.map { Self.box($0, &stream) } ?? (side: 1, centre: .zero)

    // Pixels of the padded picture that a pixel of the view is wide.
    let zoom = max(
      1, Double(transforms.naturalSide(height)) / Double(viewHeight),
      Double(transforms.naturalSide(width)) / Double(viewWidth))
    let cosine = degrees == 0 ? 1 : cos(degrees * Double.pi / 180)
    let sine = degrees == 0 ? 0 : sin(degrees * Double.pi / 180)
    // A place of the view, from its middle, goes into the box, is jittered, turned back, scaled back and jittered.
    let seen = SIMD2(Double(viewHeight), Double(viewWidth)) * zoom
    let shift = box.centre * seen + last
    let step = zoom * box.side / factor
    let middle = (SIMD2(Double(height), Double(width)) - 1) / 2 + first
    let origin = (SIMD2(Double(viewHeight), Double(viewWidth)) - 1) / 2
    func row(_ at: SIMD2<Double>) -> Double { cosine * at.x - sine * at.y }
    func column(_ at: SIMD2<Double>) -> Double { sine * at.x + cosine * at.y }
    rows = SIMD3(middle.x + row(shift) / factor - step * row(origin), step * cosine, -step * sine)
    columns = SIMD3(middle.y + column(shift) / factor - step * column(origin), step * sine, step * cosine)
  }

  /// The side of a box and its middle from the picture's, in shares, wholly inside.
  private static func box(
    _ crops: ViewTransforms.Crops, _ stream: inout RandomStream
  ) -> (side: Double, centre: SIMD2<Double>) {
    let side = min(max(crops.meanSize + crops.deviation * stream.normal(), 0.05), 1)
    let room = (1 - side) / 2
    func place() -> Double { min(max(crops.centreDeviation * stream.normal(), -room), room) }
    let row = place()
    return (side, SIMD2(row, place()))
  }

  /// The place of a pixel of the view in the picture: row and column, 0 the middle of the first pixel.
  public func place(row: Int, column: Int) -> (row: Double, column: Double) {
    (
      rows.x + rows.y * Double(row) + rows.z * Double(column),
      columns.x + columns.y * Double(row) + columns.z * Double(column)
    )
  }

  /// Writes the view of a picture, `[channels][viewHeight][viewWidth]`. O(pixels of the view), nothing is allocated.
  ///
  /// - Precondition: as many values as the extents say.
  public func apply(_ picture: [Float], into view: inout [Float]) {
    let area = height * width, viewArea = viewHeight * viewWidth
    precondition(picture.count == channels * area && view.count == channels * viewArea, "values of the extents")
    picture.withUnsafeBufferPointer { picture in
      view.withUnsafeMutableBufferPointer { view in
        forEachPixel { pixel, taps in
          switch taps {
          case .outside:
            for channel in 0..<channels { view[channel * viewArea + pixel] = 0.5 }
          case .inside(let at, let y, let x):
            for channel in 0..<channels {
              let base = channel * area + at
              let top = picture[base] * (1 - x) + picture[base + 1] * x
              let bottom = picture[base + width] * (1 - x) + picture[base + width + 1] * x
              view[channel * viewArea + pixel] = top * (1 - y) + bottom * y
            }
          case .edge(let row, let column, let y, let x):
            for channel in 0..<channels {
              func value(_ row: Int, _ column: Int) -> Float {
                row >= 0 && row < height && column >= 0 && column < width
                  ? picture[channel * area + row * width + column] : 0.5
              }
              let top = value(row, column) * (1 - x) + value(row, column + 1) * x
              let bottom = value(row + 1, column) * (1 - x) + value(row + 1, column + 1) * x
              view[channel * viewArea + pixel] = top * (1 - y) + bottom * y
            }
          }
        }
      }
    }
  }

  /// Adds the gradient with respect to the picture of a function whose gradient with respect to the view is given.
  ///
  /// - Precondition: as many values as the extents say.
  public func adjoint(_ viewGradient: [Float], into pictureGradient: inout [Float]) {
    let area = height * width, viewArea = viewHeight * viewWidth
    precondition(
      pictureGradient.count == channels * area && viewGradient.count == channels * viewArea, "values of the extents")
    viewGradient.withUnsafeBufferPointer { view in
      pictureGradient.withUnsafeMutableBufferPointer { picture in
        forEachPixel { pixel, taps in
          switch taps {
          case .outside: return
          case .inside(let at, let y, let x):
            for channel in 0..<channels {
              let base = channel * area + at, gradient = view[channel * viewArea + pixel]
              let top = gradient * (1 - y), bottom = gradient * y
              picture[base] += top * (1 - x)
              picture[base + 1] += top * x
              picture[base + width] += bottom * (1 - x)
              picture[base + width + 1] += bottom * x
            }
          case .edge(let row, let column, let y, let x):
            for channel in 0..<channels {
              func add(_ row: Int, _ column: Int, _ gradient: Float) {
                guard row >= 0 && row < height && column >= 0 && column < width else { return }
                picture[channel * area + row * width + column] += gradient
              }
              let gradient = view[channel * viewArea + pixel]
              let top = gradient * (1 - y), bottom = gradient * y
              add(row, column, top * (1 - x))
              add(row, column + 1, top * x)
              add(row + 1, column, bottom * (1 - x))
              add(row + 1, column + 1, bottom * x)
            }
          }
        }
      }
    }
  }

  /// The up to four pixels of the picture that a place lies between, and how far it is from the upper left of them.
  private enum Taps {
    case outside
    /// All four lie in the picture; the place in a plane of the upper left one.
    case inside(Int, y: Float, x: Float)
    case edge(row: Int, column: Int, y: Float, x: Float)
  }

  @inline(__always)
  private func forEachPixel(_ body: (Int, Taps) -> Void) {
    for row in 0..<viewHeight {
      for column in 0..<viewWidth {
        let (y, x) = place(row: row, column: column)
        let pixel = row * viewWidth + column
        guard y > -1 && x > -1 && y < Double(height) && x < Double(width) else {
          body(pixel, .outside)
          continue
        }
        let top = Int(y.rounded(.down)), left = Int(x.rounded(.down))
        let down = Float(y - Double(top)), across = Float(x - Double(left))
        if top >= 0 && left >= 0 && top + 1 < height && left + 1 < width {
          body(pixel, .inside(top * width + left, y: down, x: across))
        } else {
          body(pixel, .edge(row: top, column: left, y: down, x: across))
        }
      }
    }
  }
}
