import InputErrors

/// Fits the same rows with one strength of the penalty after the other, whatever the kind of probe.
struct ModelPath: Sendable {
  private let x: StoredRows
  private let target: ProbeTarget
  private let configuration: ProbeConfiguration
  private let seed: UInt64
  private let index: Int
  private var linear: LinearPath

  /// - Parameter index: tells random streams apart, of all rows and of each fold's.
  init(_ x: StoredRows, _ target: ProbeTarget, _ configuration: ProbeConfiguration, seed: UInt64, index: Int) {
    self.x = x
    self.target = target
    self.configuration = configuration
    self.seed = seed
    self.index = index
    linear = LinearPath(x, target, isBalanced: configuration.isBalanced, l1Ratio: configuration.kind.l1Ratio)
  }

  var largestSlope: Double { linear.largestSlope }
  var varyingColumns: Int { linear.varyingColumns }

  mutating func model(strength: Double) throws(InputError) -> TrainedProbe.Model {
    switch configuration.kind {
    case .logistic, .ridge, .lasso:
      let penalty = try ElasticNetPenalty(strength: strength, l1Ratio: configuration.kind.l1Ratio)
      return .linear(linear.fit(penalty, tolerance: configuration.tolerance))
    case .multilayer(let hiddenUnits):
      return .multilayer(
        try MultilayerTraining.train(
          x, target, hiddenUnits: hiddenUnits, strength: strength, isBalanced: configuration.isBalanced, seed: seed,
          index: index))
    }
  }
}
