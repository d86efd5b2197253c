import InputErrors
import Probing
import Statistics

/// Tests the influence of concepts on classes: fits CAVs, takes slopes, compares with random concepts.
///
/// T_c is the mean over B negative sets of a concept's statistic; R random concepts of equal size stand in its place
/// against the same B sets. If the concept means no more than random images do, T_c is one more draw, so
/// t = (T_c − T̄)/(s√(1 + 1/R)) has Student's distribution on R − 1 degrees of freedom, nearly. CAVs of one concept share its images: testing over them
/// instead, as usual, finds random concepts significant about every second time.
public struct TCAVAnalysis: Sendable {
  public let configuration: TCAVConfiguration
  /// Random concepts whose directions interventions are compared with, at most.
  static let mostRandomDirections = 19

  /// - Throws: ``InputErrors/InputError`` (usage) when a setting is out of range.
  public init(_ configuration: TCAVConfiguration) throws(InputError) {
    try configuration.check()
    self.configuration = configuration
  }

  /// - Parameters:
  ///   - workers: tasks that share the fits; results do not depend on it, nor on the order of concepts.
  ///   - progress: called with the number of concepts and random concepts done, over all layers, and how many there are.
  /// - Throws: ``InputErrors/InputError`` (data) when there are too few images; `CancellationError`.
  public func result(
    _ data: TCAVData, workers: Int = 1, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> TCAVResult {
    let draws = try ConceptDraws(
      concepts: data.concepts.map { ($0.name, $0.rows.count) }, randomCount: data.randomRows.count,
      configuration: configuration)
    var vectors: [TCAVResult.Vector] = [], findings: [TCAVResult.Finding] = [], relatives: [TCAVResult.Relative] = []
    var randomDirections: [[[Double]]] = []
    let works = data.layers.map { LayerAnalysis(configuration, draws, data, $0) }
    let total = works.reduce(0) { $0 + $1.pieceCount }
    var done = 0
    for work in works {
      let before = done
      let evidence: [LayerAnalysis.Piece] = try await ParallelWork.map(
        count: work.pieceCount, workers: workers, progress: { progress?(before + $0, total) }
      ) { try work.piece($0) }
      done += work.pieceCount
      vectors += work.vectors(evidence)
      findings += work.findings(evidence)
      relatives += work.relatives(evidence)
      randomDirections.append(work.randomDirections(evidence, most: Self.mostRandomDirections))
    }
    let tests = TCAVTest.correct(
      findings.flatMap(\.tests), by: configuration.correction, level: configuration.level)
    var next = 0
    let hypotheses = findings.count
    for place in findings.indices {
      findings[place].tests = Array(tests[next..<next + findings[place].tests.count])
      next += findings[place].tests.count
      if let published = findings[place].published {
        findings[place].published?.bonferroniPValue = min(1, published.pValue * Double(hypotheses))
      }
    }
    let compared = TCAVTest.correct(
      relatives.map(\.test), by: configuration.correction, level: configuration.level)
    for place in relatives.indices { relatives[place].test = compared[place] }
    return TCAVResult(
      configuration: configuration, conceptSize: draws.size, randomImageCount: data.randomRows.count,
      randomOverlap: draws.overlap, disjointImageCount: draws.disjointCount, hypothesisCount: tests.count,
      vectors: vectors, findings: findings, relatives: relatives, randomDirections: randomDirections)
  }
}
