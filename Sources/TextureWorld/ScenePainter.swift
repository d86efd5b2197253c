import Images
import Statistics

/// Paints a scene with light, shadow, grain and noise.
///
/// From the ground up: background, pebbles, shadow, object, twig, mark, frame; then light and noise. Each thing covers
/// what lies below by a share of the pixel, and leaves pixels alone that its mask gives as 0.
struct ScenePainter {
  private let scene: WorldScene
  private let side: Int
  private let noise: Double
  private let unit: Double
  private let outline: ShapeOutline
  private let background: BackgroundPainting
  private let pebbles: [Pebble]
  private let colour: SIMD3<Double>
  private let axis: SIMD2<Double>

  private struct Pebble {
    let centre: SIMD2<Double>
    let radius: Double
    let brightness: Double
  }

  init(_ scene: WorldScene, side: Int, noise: Double) {
    self.scene = scene
    self.side = side
    self.noise = noise
    unit = Double(side) / 32
    outline = ShapeOutline(scene.shape, radius: scene.radius)
    background = BackgroundPainting(scene.background, side: side, seed: scene.seed, index: scene.index)
    var stream = WorldAspect.flecks.stream(seed: scene.seed, index: scene.index, variant: 1)
    pebbles = (0..<scene.fleckCount).map { [unit] _ in
      Pebble(
        centre: SIMD2(stream.uniform(), stream.uniform()) * Double(side), radius: unit * (0.7 + 0.8 * stream.uniform()),
        brightness: stream.bernoulli(0.5) ? 0.75 : 1.2)
    }
    colour = Palette.value(of: scene.colour) + scene.colourShift
    let angle = scene.orientation * Double.pi / 180
    axis = SIMD2(cosine(angle), sine(angle))
  }

  func image() -> WorldImage {
    let count = side * side
    var samples: [UInt8] = []
    samples.reserveCapacity(3 * count)
    var masks: [WorldRegion: [UInt8]] = [:]
    var (object, shadow, ground) = ([UInt8](), [UInt8](), [UInt8]())
    var (mark, frame, twig) = ([UInt8](), [UInt8](), [UInt8]())
    var (whole, visible) = (0.0, 0.0)
    var grit = WorldAspect.noise.stream(seed: scene.seed, index: scene.index)
    for row in 0..<side {
      for column in 0..<side {
        let point = SIMD2(Double(column) + 0.5, Double(row) + 0.5)
        let layers = layers(at: point)
        let value = painted(point, layers) * scene.light
        for channel in 0..<3 { samples.append(Self.sample(value[channel] + noise * Self.deviate(&grit))) }
        let open = (1 - layers.twig) * (1 - layers.mark) * (1 - layers.frame)
        object.append(Self.coverage(layers.object * open))
        shadow.append(Self.coverage(layers.shadow * (1 - layers.object) * open))
        ground.append(Self.coverage((1 - layers.object) * open))
        twig.append(Self.coverage(layers.twig * (1 - layers.mark) * (1 - layers.frame)))
        mark.append(Self.coverage(layers.mark * (1 - layers.frame)))
        frame.append(Self.coverage(layers.frame))
        whole += layers.object
        visible += layers.object * open
      }
    }
    for (region, mask) in [
      (WorldRegion.object, object), (.shadow, shadow), (.background, ground), (.mark, mark), (.frame, frame),
      (.twig, twig),
    ] { masks[region] = mask }
    return WorldImage(
      scene: scene, picture: Image(width: side, height: side, colour: .rgb, pixels: samples),
      masks: WorldMasks(side: side, visibility: whole > 0 ? visible / whole : 0, masks))
  }

  /// How much of a pixel each thing would cover if it lay uppermost, 0…1.
  private struct Layers {
    var object = 0.0
    var shadow = 0.0
    var twig = 0.0
    var mark = 0.0
    var frame = 0.0
    /// The point along the object's axes, and its distance from the outline.
    var place = SIMD2(0.0, 0.0)
    var distance = Double.infinity
  }

  private func layers(at point: SIMD2<Double>) -> Layers {
    var layers = Layers()
    let offset = point - SIMD2(scene.centreX, scene.centreY)
    layers.place = turned(offset)
    // Far from the object nothing needs to be measured exactly.
    let reach = outline.reach + 4 * unit
    if (offset * offset).sum() < reach * reach {
      layers.distance = outline.distance(layers.place)
      layers.object = Self.covered(layers.distance)
      let shade = outline.distance(turned(offset - SIMD2(1.2, 1.7) * unit))
      layers.shadow = min(max(0.5 - shade / (2.4 * unit), 0), 1)
    }
    if let twig = scene.twig { layers.twig = Self.covered(twig.distance(point)) }
    if scene.hasMark { layers.mark = Self.covered(markDistance(point)) }
    if scene.hasFrame {
      let edge = min(min(point.x, point.y), min(Double(side) - point.x, Double(side) - point.y))
      layers.frame = min(max(unit + 0.5 - edge, 0), 1)
    }
    return layers
  }

  /// The point along the object's own axes.
  private func turned(_ offset: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2((offset * axis).sum(), offset.y * axis.x - offset.x * axis.y)
  }

  /// The distance from the edge of the mark, a square in the lower right corner.
  private func markDistance(_ point: SIMD2<Double>) -> Double {
    let corner = Double(side) - 4.5 * unit
    return max(abs(point.x - corner), abs(point.y - corner)) - 2.5 * unit
  }

  private func painted(_ point: SIMD2<Double>, _ layers: Layers) -> SIMD3<Double> {
    var value = background.colour(point.x, point.y)
    for pebble in pebbles {
      let offset = point - pebble.centre
      let share = Self.covered((offset * offset).sum().squareRoot() - pebble.radius)
      if share > 0 { value += (value * pebble.brightness - value) * share }
    }
    value *= 1 - 0.34 * layers.shadow
    if layers.object > 0 { value += (surface(layers) - value) * layers.object }
    if layers.twig > 0 { value += (Palette.twig - value) * layers.twig }
    if layers.mark > 0 {
      let centre = Self.covered(markDistance(point) + 1.6 * unit)
      value += (Palette.mark + (Palette.markCentre - Palette.mark) * centre - value) * layers.mark
    }
    if layers.frame > 0 { value += (Palette.frame - value) * layers.frame }
    return value
  }

  /// The object's colour with texture, light from the upper left, and a darker rim.
  private func surface(_ layers: Layers) -> SIMD3<Double> {
    let ink = scene.texture.ink(
      at: layers.place, period: scene.period, phase: scene.phase, isVertical: scene.hasVerticalStripes)
    var value = colour + (Palette.ink - colour) * (ink * scene.contrast)
    let slope = turnedBack(layers.place)
    value *= 1 - 0.13 * min(max((slope.x * 0.6 + slope.y * 0.8) / scene.radius, -1), 1)
    let rim = min(max(1 + layers.distance / (1.3 * unit), 0), 1)
    return value * (1 - 0.3 * rim)
  }

  private func turnedBack(_ place: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(place.x * axis.x - place.y * axis.y, place.x * axis.y + place.y * axis.x)
  }

  private static func covered(_ distance: Double) -> Double { min(max(0.5 - distance, 0), 1) }

  /// A share as 0…255, where only nothing at all is 0.
  private static func coverage(_ share: Double) -> UInt8 { UInt8((255 * min(max(share, 0), 1)).rounded(.up)) }

  private static func sample(_ value: Double) -> UInt8 { UInt8((255 * min(max(value, 0), 1)).rounded()) }

  /// A number of mean 0 and standard deviation 1, nearly normal: four uniform ones of 16 bits, summed.
  private static func deviate(_ stream: inout RandomStream) -> Double {
    let bits = stream.next()
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
    return (Double(sum) / 65536 - 2) * 3.0.squareRoot()
  }
}

extension WorldScene.Twig {
  /// The distance of a point from its edge, negative inside.
  fileprivate func distance(_ point: SIMD2<Double>) -> Double {
    let along = end - start
    let offset = point - start
    let share = min(max((offset * along).sum() / (along * along).sum(), 0), 1)
    let gap = offset - along * share
    return (gap * gap).sum().squareRoot() - halfWidth
  }
}
