/// What the check on destroyed weights says of each rule.
struct RandomizationStatement {
  enum Verdict {
    /// The maps stay alike although the upper layers are destroyed.
    case alike
    case unlike
    /// The limit lies within the error, or there is none.
    case unclear
  }

  /// The rank correlation from which on maps count as alike.
  static let limit = 0.5

  private let check: VisualizationDocument.Randomization

  init(_ check: VisualizationDocument.Randomization) { self.check = check }

  /// The stage that destroys the upper half: the largest one that leaves at least half of the layers, or else the first.
  var stage: VisualizationDocument.Randomization.Stage? {
    let total = check.stages.last?.layerCount ?? 0
    return check.stages.last { 2 * $0.layerCount <= total } ?? check.stages.first
  }

  /// The verdict on each rule: alike when the maps' values or their absolute values are, unlike when neither are.
  var verdicts: [(rule: String, verdict: Verdict)] {
    guard let stage else { return [] }
    return zip(check.rules, stage.similarities).map { rule, own in
      // Without an error nothing can be said: a single image, or maps without any contrast.
      guard own.absoluteError != nil, own.signedError != nil else { return (rule, .unclear) }
      let ranges = [(own.absolute, own.absoluteError), (own.signed, own.signedError)].map { value, error in
        (lower: value - 1.96 * (error ?? 0), upper: value + 1.96 * (error ?? 0))
      }
      let verdict: Verdict =
        ranges.contains { $0.lower >= Self.limit }
        ? .alike : ranges.allSatisfy { $0.upper < Self.limit } ? .unlike : .unclear
      return (rule, verdict)
    }
  }

  var sentences: [String] {
    guard let stage, let total = check.stages.last?.layerCount else { return [] }
    let known = ["guided", "deconvolution"]
    let verdicts = verdicts
    func rules(_ verdict: Verdict) -> [String] { verdicts.filter { $0.verdict == verdict }.map(\.rule) }
    let alike = rules(.alike), unlike = rules(.unlike), unclear = rules(.unclear)
    let destroyed =
      stage.layerCount == total
      ? "all \(total) layers with weights" : "the last \(stage.layerCount) of \(total) layers with weights"
    var sentences = [
      "The weights of \(destroyed) (from \(stage.layer) on) were shuffled; how alike are the maps of the decision's logit before and "
        + "after, on \(NumberText.grouped(check.imageCount)) \(check.imageCount == 1 ? "image" : "images")?"
    ]
    if !alike.isEmpty {
      sentences.append(
        "Alike, with a rank correlation of \(NumberText.plain(Self.limit)) or more, of absolute values or with signs: \(list(alike, stage)). \(alike.count == 1 ? "Its" : "Their") "
          + "pictures show what the image and the lower layers hold, and say little of what the upper layers have learnt."
      )
    }
    if !unlike.isEmpty {
      sentences.append(
        "Not alike: \(list(unlike, stage)). \(unlike.count == 1 ? "Its" : "Their") pictures depend on what the upper layers have learnt."
      )
    }
    let told = unclear.filter { error(of: $0, stage) != nil }
    if !told.isEmpty {
      sentences.append("Too close to \(NumberText.plain(Self.limit)) to tell: \(list(told, stage)).")
    }
    let untold = unclear.filter { error(of: $0, stage) == nil }
    if !untold.isEmpty {
      let names = untold.map(VisualizationStatements.rule).joined(separator: ", ")
      sentences.append("Cannot be told: \(names). It takes at least two images whose maps are not the same everywhere.")
    }
    let expected = known.filter(check.rules.contains)
    if !expected.isEmpty {
      let found = expected.filter(alike.contains)
      let literature = "(Adebayo et al. 2018, Nie et al. 2018)"
      let unlikely = expected.filter(unlike.contains)
      if found.isEmpty, unlikely.isEmpty { return sentences }
      sentences.append(
        found.isEmpty
          ? "Deconvnet and guided backpropagation are known to stay alike in many networks \(literature); here that does not show."
          : "\(found.map(VisualizationStatements.rule).joined(separator: " and ").capitalizedFirst) \(found.count == 1 ? "is" : "are") known for this \(literature)."
      )
    }
    return sentences
  }

  private func error(of rule: String, _ stage: VisualizationDocument.Randomization.Stage) -> Double? {
    check.rules.firstIndex(of: rule).flatMap { stage.similarities[$0].signedError }
  }

  private func list(_ rules: [String], _ stage: VisualizationDocument.Randomization.Stage) -> String {
    rules.compactMap { rule in
      guard let place = check.rules.firstIndex(of: rule) else { return nil }
      let own = stage.similarities[place]
      func text(_ value: Double, _ error: Double?) -> String {
        NumberText.fixed(value, decimals: 2) + (error.map { " ± \(NumberText.fixed($0, decimals: 2))" } ?? "")
      }
      return "\(VisualizationStatements.rule(rule)) (\(text(own.absolute, own.absoluteError)), with signs "
        + "\(text(own.signed, own.signedError)))"
    }.joined(separator: ", ")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
