import InputErrors
import Networks

/// The performance that a coalition of filters is worth: a mean over images of a score of each image's logits.
public enum PerformanceMetric: Sendable, Hashable {
  /// The share of images whose label has the largest logit.
  case accuracy
  /// The share of images whose label is among the five largest logits.
  case top5
  /// The mean log-probability of the label, each clipped from below at `floor` when there is one.
  case logLikelihood(floor: Double? = nil)
  /// The mean probability of the label.
  case probability
  /// The mean logit of the label.
  case logit
  /// The mean of the label's logit less the largest other one.
  case margin
  /// The accuracy on the images of one class, and on those alone.
  case classAccuracy(Int)
  /// One class against the rest: the share of images that are predicted to be of the class exactly when they are.
  case binary(Int)
  /// Less the share of images on which an attack succeeds: that are predicted to be of the target, or, without one, of
  /// another class than their label's. A filter with a negative value helps the attack. Images of the target are left out.
  case attackSuccess(target: Int?)
  /// Less the mean probability that the attack succeeds by: the target's, or, without one, that of all classes but the
  /// label's.
  case attackProbability(target: Int?)

  /// The name on the command line and in files.
  public var name: String { kind.rawValue }

  /// The class that the metric speaks of, if it is about one.
  public var classIndex: Int? {
    switch self {
    case .classAccuracy(let index), .binary(let index): index
    case .attackSuccess(let target), .attackProbability(let target): target
    case .accuracy, .top5, .logLikelihood, .probability, .logit, .margin: nil
    }
  }

  /// The interval that holds every image's score, or nil where there is none; differences span twice its length.
  public var range: ClosedRange<Double>? {
    switch self {
    case .accuracy, .top5, .probability, .classAccuracy, .binary: 0...1
    case .logLikelihood(let floor): floor.map { $0...0 }
    case .logit, .margin: nil
    case .attackSuccess, .attackProbability: -1...0
    }
  }

  /// Whether it looks at images of `label`.
  public func uses(label: Int) -> Bool {
    switch self {
    case .classAccuracy(let index): label == index
    case .attackSuccess(let target), .attackProbability(let target): label != target
    case .accuracy, .top5, .logLikelihood, .probability, .logit, .margin, .binary: true
    }
  }

  /// The score of one image.
  ///
  /// - Precondition: the label is one of the logits'. Complexity: O(classes), no allocation.
  public func score(logits: UnsafeBufferPointer<Float>, label: Int) -> Double {
    switch self {
    case .accuracy, .classAccuracy: return Objective.accuracy.score(logits: logits, label: label)
    case .top5: return Objective.top5.score(logits: logits, label: label)
    case .logLikelihood(let floor):
      let value = Objective.logLikelihood.score(logits: logits, label: label)
      guard let floor, value < floor else { return value }
      return floor
    case .probability: return Objective.probability.score(logits: logits, label: label)
    case .logit: return Objective.logit.score(logits: logits, label: label)
    case .margin: return Objective.margin.score(logits: logits, label: label)
    case .binary(let index):
      let isPredicted = Objective.accuracy.score(logits: logits, label: index) == 1
      return isPredicted == (label == index) ? 1 : 0
    case .attackSuccess(let target):
      let own = Objective.accuracy.score(logits: logits, label: target ?? label)
      return target == nil ? own - 1 : -own
    case .attackProbability(let target):
      let own = Objective.probability.score(logits: logits, label: target ?? label)
      return target == nil ? own - 1 : -own
    }
  }

  /// What guessing scores on average on an image of `label`: a uniformly random class for what counts right answers, equal
  /// logits for the others; nil for the logit, which knows no such level, and for attacks.
  public func chance(label: Int, classCount: Int) -> Double? {
    let share = 1 / Double(classCount)
    switch self {
    case .accuracy, .classAccuracy, .probability: return share
    case .top5: return Double(min(5, classCount)) * share
    case .logLikelihood(let floor):
      var logits = [Float](repeating: 0, count: classCount)
      let value = logits.withUnsafeMutableBufferPointer {
        Objective.logLikelihood.score(logits: UnsafeBufferPointer($0), label: label)
      }
      return max(value, floor ?? -.infinity)
    case .margin: return 0
    // An attacked network begins below what guessing would score.
    case .logit, .attackSuccess, .attackProbability: return nil
    case .binary(let index): return label == index ? share : 1 - share
    }
  }

  /// The mean of ``chance(label:classCount:)`` over the labels that the metric uses; nil when there is none.
  public func chance(labels: [Int], classCount: Int) -> Double? {
    var sum = 0.0
    var count = 0
    for label in labels where uses(label: label) {
      guard let chance = chance(label: label, classCount: classCount) else { return nil }
      sum += chance
      count += 1
    }
    return count == 0 ? nil : sum / Double(count)
  }

  /// Throws unless the metric's own numbers are in range for a network of `classCount` classes.
  public func validate(classCount: Int) throws(InputError) {
    if let classIndex, classIndex < 0 || classIndex >= classCount {
      throw InputError(
        .usage, "the metric's class is not one of the model's", at: .init(key: "class"),
        expected: "0 to \(classCount - 1)", found: "\(classIndex)")
    }
    if case .logLikelihood(let floor?) = self, !(floor < 0 && floor.isFinite) {
      throw InputError(
        .usage, "the log-likelihood's floor is out of range", at: .init(key: "floor"), expected: "a number below 0",
        found: "\(floor)")
    }
  }
}

extension PerformanceMetric {
  /// A metric's name without its numbers.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    case accuracy
    case top5
    case logLikelihood = "log-likelihood"
    case probability
    case logit
    case margin
    case classAccuracy = "class-accuracy"
    case binary
    case attackSuccess = "attack-success"
    case attackProbability = "attack-probability"
  }

  public var kind: Kind {
    switch self {
    case .accuracy: .accuracy
    case .top5: .top5
    case .logLikelihood: .logLikelihood
    case .probability: .probability
    case .logit: .logit
    case .margin: .margin
    case .classAccuracy: .classAccuracy
    case .binary: .binary
    case .attackSuccess: .attackSuccess
    case .attackProbability: .attackProbability
    }
  }

  /// Reads a name of the command line, with the numbers that go with it.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when the name is unknown, the class is missing or has no use, or the
  ///   floor has no use.
  public init(parsing text: String, classIndex: Int? = nil, floor: Double? = nil) throws(InputError) {
    let names = Kind.allCases.map(\.rawValue)
    guard let kind = Kind(rawValue: text) else {
      throw InputError(
        .usage, "unknown metric '\(text)'", at: .init(key: "metric"), expected: names.joined(separator: ", "),
        hint: Suggestion.hint(for: text, among: names))
    }
    try self.init(kind, classIndex: classIndex, floor: floor)
  }

  init(_ kind: Kind, classIndex: Int?, floor: Double?) throws(InputError) {
    switch kind {
    case .accuracy: self = .accuracy
    case .top5: self = .top5
    case .logLikelihood: self = .logLikelihood(floor: floor)
    case .probability: self = .probability
    case .logit: self = .logit
    case .margin: self = .margin
    case .classAccuracy: self = .classAccuracy(try Self.required(classIndex, kind))
    case .binary: self = .binary(try Self.required(classIndex, kind))
    case .attackSuccess: self = .attackSuccess(target: classIndex)
    case .attackProbability: self = .attackProbability(target: classIndex)
    }
    if classIndex != nil, self.classIndex == nil {
      throw InputError(
        .usage, "the metric '\(kind.rawValue)' is about all classes", at: .init(key: "class"),
        hint: "'class-accuracy' and 'binary' are about one, and an attack may have one as its target")
    }
    if floor != nil, kind != .logLikelihood {
      throw InputError(.usage, "only the log-likelihood has a floor", at: .init(key: "floor"))
    }
  }

  private static func required(_ classIndex: Int?, _ kind: Kind) throws(InputError) -> Int {
    guard let classIndex else {
      throw InputError(.usage, "the metric '\(kind.rawValue)' needs a class", at: .init(key: "class"))
    }
    return classIndex
  }
}

extension PerformanceMetric: Codable {
  private enum Key: String, CodingKey { case name, classIndex = "class", floor }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    try self.init(
      container.decode(Kind.self, forKey: .name), classIndex: container.decodeIfPresent(Int.self, forKey: .classIndex),
      floor: container.decodeIfPresent(Double.self, forKey: .floor))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .name)
    try container.encodeIfPresent(classIndex, forKey: .classIndex)
    if case .logLikelihood(let floor) = self { try container.encodeIfPresent(floor, forKey: .floor) }
  }
}
