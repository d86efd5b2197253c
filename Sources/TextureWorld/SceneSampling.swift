import Statistics

/// The streams of one image, one for each thing that is drawn at random: what one of them draws moves no other.
enum WorldAspect: Int {
  case classOrder, shape, texture, colour, background, mark, frame, placement, pattern, appearance, flecks, twig, noise
  case grain

  func stream(seed: UInt64, index: Int, variant: Int = 0) -> RandomStream {
    RandomStream(seed: seed, purpose: .world, index: index, subindex: rawValue + variant << 8)
  }
}

extension World {
  /// What the image at an index shows. Each block of as many images as there are classes has one of every class.
  ///
  /// - Precondition: `index` is not negative. Complexity: O(classes).
  public func scene(at index: Int) -> WorldScene {
    precondition(index >= 0, "images are numbered from 0")
    let (block, place) = index.quotientAndRemainder(dividingBy: configuration.classes.count)
    var order = WorldAspect.classOrder.stream(seed: seed, index: block)
    let label = order.permutation(of: configuration.classes.count)[place]
    let rule = configuration.classes[label]
    func stream(_ aspect: WorldAspect) -> RandomStream { aspect.stream(seed: seed, index: index) }
    func pick<Choice>(_ choices: [Choice], _ aspect: WorldAspect) -> Choice {
      var stream = stream(aspect)
      return choices[stream.uniform(below: choices.count)]
    }
    func chance(_ probability: Double, _ aspect: WorldAspect) -> Bool {
      var stream = stream(aspect)
      return stream.bernoulli(probability)
    }

    let markShare =
      switch rule.mark {
      case .with: configuration.groupCorrelation
      case .against: 1 - configuration.groupCorrelation
      case .free: 0.5
      }
    let placement = placement(stream(.placement))
    var pattern = stream(.pattern)
    var look = stream(.appearance)
    func spread(_ most: Double) -> Double { most * (2 * look.uniform() - 1) }
    let hasVerticalStripes = pattern.bernoulli(0.5)
    let phase = SIMD2(pattern.uniform(), pattern.uniform())
    let period = Double(configuration.side) / 32 * (4.2 + 1.6 * pattern.uniform())
    let contrast = 1 - (1 - appearance.textureContrast) * look.uniform()
    let colourShift = SIMD3(
      spread(appearance.colourSpread), spread(appearance.colourSpread), spread(appearance.colourSpread))
    let light = 1 + spread(appearance.lightSpread)
    var flecks = stream(.flecks)
    return WorldScene(
      seed: seed, index: index, label: label, markRole: rule.mark, shape: pick(rule.shapes, .shape),
      texture: pick(rule.textures, .texture), colour: colour(rule, stream(.colour)),
      background: pick(Background.allCases, .background), hasMark: chance(markShare, .mark),
      hasFrame: chance(configuration.frameShare, .frame), centreX: placement.centre.x, centreY: placement.centre.y,
      radius: placement.radius, orientation: placement.orientation, hasVerticalStripes: hasVerticalStripes,
      phase: phase,
      period: period, contrast: contrast, colourShift: colourShift, light: light,
      fleckCount: flecks.uniform(below: appearance.flecks + 1), twig: twig(stream(.twig), placement))
  }

  private func colour(_ rule: ClassRule, _ stream: RandomStream) -> ObjectColour {
    var stream = stream
    if let favourite = rule.favouriteColour {
      if stream.bernoulli(rule.favouriteShare) { return favourite }
      let others = rule.colours.filter { $0 != favourite }
      return others[stream.uniform(below: others.count)]
    }
    return rule.colours[stream.uniform(below: rule.colours.count)]
  }

  private struct Placement {
    let centre: SIMD2<Double>
    let radius: Double
    let orientation: Double
  }

  private func placement(_ stream: RandomStream) -> Placement {
    var stream = stream
    switch configuration.style {
    case .flat:
      let places = FlatGeometry.centres
      func place() -> Double { Double(places.lowerBound + stream.uniform(below: places.count)) + 0.5 }
      return Placement(centre: SIMD2(place(), place()), radius: Double(FlatGeometry.reach), orientation: 0)
    case .painted:
      let side = Double(configuration.side)
      let radius =
        appearance.radii.lowerBound + (appearance.radii.upperBound - appearance.radii.lowerBound) * stream.uniform()
      // The corners of a star reach further than its radius; a little of them may lie outside the picture.
      let margin = min(side / 2, radius * 1.15 + 1)
      func place() -> Double { margin + (side - 2 * margin) * stream.uniform() }
      return Placement(centre: SIMD2(place(), place()), radius: radius, orientation: 90 * stream.uniform() - 45)
    }
  }

  private func twig(_ stream: RandomStream, _ placement: Placement) -> WorldScene.Twig? {
    var stream = stream
    guard configuration.style == .painted, stream.bernoulli(appearance.occlusion) else { return nil }
    let angle = 2 * Double.pi * stream.uniform()
    let along = SIMD2(cosine(angle), sine(angle))
    let across = SIMD2(-along.y, along.x)
    let middle = placement.centre + across * (placement.radius * 0.85 * stream.uniform())
    let reach = placement.radius * (1.1 + 0.7 * stream.uniform())
    let width = Double(configuration.side) / 32 * (0.7 + 1.3 * configuration.difficulty * stream.uniform())
    return WorldScene.Twig(start: middle - along * reach, end: middle + along * reach, halfWidth: width)
  }
}
