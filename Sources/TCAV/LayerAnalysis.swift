import Probing
import Statistics

/// The work at one layer, in pieces that can be done in any order: each concept, each random concept, and what else is
/// asked for.
struct LayerAnalysis: Sendable {
  /// What a piece yields.
  struct Piece: Sendable {
    var evidence: ConceptEvidence
    /// `[redraw][class]`: scores with images drawn anew; for concepts.
    var redrawn: [[Double]] = []
    /// `[class][CAV]`: scores of CAVs against random concepts, as the usual test takes them.
    var published: [[Double]] = []
  }

  private enum Kind {
    case concept(Int)
    case random(Int)
    case pair(Int, Int)
    case randomPair(Int, Int)
  }

  let configuration: TCAVConfiguration
  let draws: ConceptDraws
  let layer: TCAVData.Layer
  private let concepts: [TCAVData.Concept]
  private let randomRows: [Int]
  private let classes: [TCAVData.ImageClass]
  private let gradients: [FeatureMatrix]
  private let reference: FeatureMatrix
  private let trainer: ProbeTrainer
  private let kinds: [Kind]

  init(_ configuration: TCAVConfiguration, _ draws: ConceptDraws, _ data: TCAVData, _ layer: TCAVData.Layer) {
    self.configuration = configuration
    self.draws = draws
    self.layer = layer
    concepts = data.concepts
    randomRows = data.randomRows
    classes = data.classes
    gradients = data.classes.map { layer.gradients.rows($0.rows) }
    let places = Set(draws.negativeSets.joined()).sorted()
    reference = layer.features.rows(places.map { data.randomRows[$0] })
    trainer = ProbeTrainer(configuration.probe)
    var kinds = concepts.indices.map { Kind.concept($0) } + draws.randomConcepts.indices.map { Kind.random($0) }
    if configuration.includesRelative, concepts.count > 1 {
      for first in concepts.indices {
        for second in concepts.indices where concepts[first].name < concepts[second].name {
          kinds.append(.pair(first, second))
        }
      }
      for pair in 0..<draws.randomConcepts.count / 2 { kinds.append(.randomPair(2 * pair, 2 * pair + 1)) }
    }
    self.kinds = kinds
  }

  var pieceCount: Int { kinds.count }

  func piece(_ index: Int) throws -> Piece {
    switch kinds[index] {
    case .concept(let concept):
      var piece = Piece(evidence: try evidence(rows(concept), against: negatives, keepsDirection: true))
      piece.redrawn = try (0..<configuration.reseedCount).map { try redrawn(concept, $0 + 1) }
      if configuration.includesPublished {
        piece.published = try publishedScores(rows(concept), against: draws.randomConcepts.indices.map { randoms($0) })
      }
      return piece
    case .random(let random):
      let keepsDirection = random < TCAVAnalysis.mostRandomDirections
      var piece = Piece(evidence: try evidence(randoms(random), against: negatives, keepsDirection: keepsDirection))
      if configuration.includesPublished {
        let next = (random + 1) % draws.randomConcepts.count
        piece.published = try publishedScores(randoms(random), against: [randoms(next)])
      }
      return piece
    case .pair(let first, let second):
      return Piece(evidence: try pair(rows(first), rows(second)))
    case .randomPair(let first, let second):
      return Piece(evidence: try pair(randoms(first), randoms(second)))
    }
  }

  private func rows(_ concept: Int) -> [Int] { draws.concepts[concept].map { concepts[concept].rows[$0] } }
  private func randoms(_ random: Int) -> [Int] { draws.randomConcepts[random].map { randomRows[$0] } }
  private var negatives: [[Int]] { draws.negativeSets.map { $0.map { randomRows[$0] } } }

  private func fitted(
    _ positives: [Int], _ negatives: [Int], heldOut: Int?, every: Int
  ) throws -> ConceptActivationVector {
    try ConceptActivationVector.fitted(
      layer.features, positives: positives, negatives: negatives, heldOut: heldOut.map { ($0, every) },
      reference: reference, kind: configuration.direction, trainer: trainer, seed: configuration.seed)
  }

  /// Every negative set holds out another part of the concept's images, so that each is held out once.
  private func evidence(
    _ positives: [Int], against negatives: [[Int]], keepsDirection: Bool
  ) throws -> ConceptEvidence {
    let vectors = try negatives.enumerated().map { set, rows in
      try fitted(positives, rows, heldOut: set, every: negatives.count)
    }
    return ConceptEvidence(
      vectors, difference: difference(positives, negatives.flatMap { $0 }), gradients: gradients,
      keepsDirection: keepsDirection)
  }

  /// Mean features of some rows less those of others; a row counts as often as it is named.
  private func difference(_ positives: [Int], _ negatives: [Int]) -> [Double] {
    zip(layer.features.means(of: positives), layer.features.means(of: negatives)).map { $0 - $1 }
  }

  private func pair(_ first: [Int], _ second: [Int]) throws -> ConceptEvidence {
    let count = configuration.negativeSetCount
    let vectors = try (0..<count).map { try fitted(first, second, heldOut: $0, every: count) }
    return ConceptEvidence(
      vectors, difference: difference(first, second), gradients: gradients, keepsDirection: false)
  }

  private func redrawn(_ concept: Int, _ redraw: Int) throws -> [Double] {
    let own = concepts[concept]
    let positives = ConceptDraws.conceptDraw(
      name: own.name, count: own.rows.count, size: draws.size, seed: configuration.seed, redraw: redraw
    ).map { own.rows[$0] }
    let negatives = ConceptDraws.redrawnNegatives(
      count: configuration.negativeSetCount, size: draws.size, randomCount: randomRows.count,
      seed: configuration.seed, redraw: redraw
    ).map { $0.map { randomRows[$0] } }
    return try evidence(positives, against: negatives, keepsDirection: false).classes.map { $0.value(.score) }
  }

  private func publishedScores(_ positives: [Int], against negatives: [[Int]]) throws -> [[Double]] {
    let vectors = try negatives.map { try fitted(positives, $0, heldOut: nil, every: 1) }
    return gradients.map { gradients in
      vectors.map { vector in
        let slopes = vector.sensitivities(gradients)
        return Double(slopes.count { $0 > 0 }) / Double(slopes.count)
      }
    }
  }
}

// MARK: - Results

extension LayerAnalysis {
  func vectors(_ pieces: [Piece]) -> [TCAVResult.Vector] {
    concepts.indices.map { concept in
      let evidence = pieces[concept].evidence
      return TCAVResult.Vector(
        layer: layer.name, concept: concepts[concept].name, rightCount: evidence.rightCount,
        heldOutCount: evidence.heldOutCount,
        accuracy: Double(evidence.rightCount) / Double(max(1, evidence.heldOutCount)),
        isWithheld: isWithheld(evidence), cosine: evidence.cosine,
        direction: ConceptActivationVector(direction: evidence.direction, reference: reference).direction)
    }
  }

  private func isWithheld(_ evidence: ConceptEvidence) -> Bool {
    configuration.withholdsAtChance && evidence.isAtChance
  }

  /// The mean vectors of the random concepts, scaled as concepts' are.
  func randomDirections(_ pieces: [Piece], most: Int) -> [[Double]] {
    randomPieces(pieces).prefix(most).map {
      ConceptActivationVector(direction: $0.evidence.direction, reference: reference).direction
    }
  }

  private func randomPieces(_ pieces: [Piece]) -> [Piece] {
    Array(pieces[concepts.count..<concepts.count + draws.randomConcepts.count])
  }

  func findings(_ pieces: [Piece]) -> [TCAVResult.Finding] {
    let randoms = randomPieces(pieces)
    return concepts.indices.flatMap { concept in
      classes.indices.map { place -> TCAVResult.Finding in
        let piece = pieces[concept], own = piece.evidence.classes[place]
        let isWithheld = isWithheld(piece.evidence)
        let bootstrap = PairedBootstrap(
          count: own.imageSlopes.count, resamples: configuration.resampleCount, seed: configuration.seed)
        let tests = configuration.statistics.map { statistic in
          TCAVTest(
            statistic, own.value(statistic), images: own.imageValues(statistic),
            among: randoms.map { $0.evidence.classes[place].value(statistic) },
            overlap: draws.overlap, isWithheld: isWithheld)
        }
        let published =
          configuration.includesPublished
          ? PublishedTest(scores: piece.published[place], randomScores: randoms.flatMap { $0.published[place] }) : nil
        return TCAVResult.Finding(
          layer: layer.name, concept: concepts[concept].name, className: classes[place].name,
          imageCount: own.imageSlopes.count, isWithheld: isWithheld,
          score: TCAVEstimate(own.value(.score), bootstrap.interval(own.imageScores)), setScores: own.setScores,
          redrawnScores: piece.redrawn.map { $0[place] }, magnitude: own.magnitude,
          sensitivity: TCAVEstimate(own.value(.sensitivity), bootstrap.interval(own.imageSlopes)),
          smoothScore: own.value(.smooth),
          shift: TCAVEstimate(own.value(.shift), bootstrap.interval(own.imageShifts)), tests: tests,
          published: published)
      }
    }
  }

  func relatives(_ pieces: [Piece]) -> [TCAVResult.Relative] {
    var randoms: [Piece] = []
    for (kind, piece) in zip(kinds, pieces) { if case .randomPair = kind { randoms.append(piece) } }
    return zip(kinds, pieces).flatMap { kind, piece -> [TCAVResult.Relative] in
      guard case .pair(let first, let second) = kind else { return [] }
      return classes.indices.map { place in
        let own = piece.evidence.classes[place]
        let slope = own.value(.sensitivity)
        return TCAVResult.Relative(
          layer: layer.name, className: classes[place].name, first: concepts[first].name,
          second: concepts[second].name,
          accuracy: Double(piece.evidence.rightCount) / Double(max(1, piece.evidence.heldOutCount)),
          isWithheld: isWithheld(piece.evidence), score: own.value(.score), sensitivity: slope,
          test: TCAVTest(
            .sensitivity, slope, images: own.imageSlopes,
            among: randoms.map { $0.evidence.classes[place].value(.sensitivity) },
            overlap: draws.overlap, isWithheld: isWithheld(piece.evidence)))
      }
    }
  }
}
