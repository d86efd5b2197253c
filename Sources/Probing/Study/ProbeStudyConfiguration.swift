import InputErrors

/// How concepts are probed.
public struct ProbeStudyConfiguration: Sendable, Hashable, Codable {
  /// The kind of probe for concepts that are classes.
  public var classProbe: ProbeConfiguration
  /// The kind of probe for quantities.
  public var quantityProbe: ProbeConfiguration
  public var pooling: ActivationPooling
  /// The folds of the cross-validation that scores probes; the penalty is chosen within each training part by another.
  public var folds: Int
  /// Cross-validations with different folds.
  public var repetitions: Int
  /// Whether single neurons are probed and ordered, and description lengths measured.
  public var readsNeurons: Bool
  /// The rate of false finds over all concepts and layers together.
  public var errorRate: Double
  public var seed: UInt64

  public init(
    classProbe: ProbeConfiguration, quantityProbe: ProbeConfiguration, pooling: ActivationPooling = .mean,
    folds: Int = 5,
    repetitions: Int = 2, readsNeurons: Bool = true, errorRate: Double = 0.05, seed: UInt64 = 0
  ) {
    self.classProbe = classProbe
    self.quantityProbe = quantityProbe
    self.pooling = pooling
    self.folds = folds
    self.repetitions = repetitions
    self.readsNeurons = readsNeurons
    self.errorRate = errorRate
    self.seed = seed
  }

  /// The probe for a concept.
  package func probe(for concept: ProbedConcept) -> ProbeConfiguration {
    concept.classCount == nil ? quantityProbe : classProbe
  }

  /// The images of a class that all folds need.
  func neededImages(_ concept: ProbedConcept) -> Int {
    // What is left for training has to have one of each class for every inner fold.
    let inner = probe(for: concept).foldCount
    return max(folds, (inner * folds + folds - 2) / (folds - 1))
  }

  /// Throws unless there are images enough for the folds.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) naming the concept, the class and the number that is needed.
  func validate(_ concept: ProbedConcept) throws(InputError) {
    let needed = neededImages(concept)
    for (name, size) in zip(concept.classNames, concept.classSizes) where size < needed {
      throw InputError(
        .data, "the concept '\(concept.name)' has too few images of '\(name)' for \(folds) folds",
        expected: "at least \(needed)", found: "\(size)", hint: "give more images, or fewer --folds")
    }
    guard concept.classCount == nil else { return }
    guard concept.rows.count >= 2 * needed else {
      throw InputError(
        .data, "the concept '\(concept.name)' has too few images for \(folds) folds",
        expected: "at least \(2 * needed)",
        found: "\(concept.rows.count)", hint: "give more images, or fewer --folds")
    }
  }
}
