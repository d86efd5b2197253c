import InputErrors

/// Which rule turns gradients into new parameters, with its settings; all as PyTorch defines them.
public struct OptimizerRecipe: Sendable, Hashable {
  public enum Rule: Sendable, Hashable {
    /// Stochastic gradient descent: `b ← μb + g`, `p ← p − ηb`, or with Nesterov's look-ahead `p ← p − η(g + μb)`; the
    /// first `b` is `g`.
    case sgd(momentum: Double, nesterov: Bool)
    /// Adam (Kingma and Ba 2015): moving moments of the gradient with bias correction.
    case adam(beta1: Double, beta2: Double, epsilon: Double)
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019): `p ← (1 − ηλ)p` before Adam's step.
    case adamW(beta1: Double, beta2: Double, epsilon: Double)
  }

  public var rule: Rule
  /// λ: added to the gradient as λp (sgd, adam) or decoupled (adamW).
  public var weightDecay: Double
  /// Whether biases, batch normalization's scale and shift and slopes decay as weights do.
  public var decaysAll: Bool

  public init(
    _ rule: Rule = .sgd(momentum: 0.9, nesterov: false), weightDecay: Double = 0, decaysAll: Bool = false
  ) {
    self.rule = rule
    self.weightDecay = weightDecay
    self.decaysAll = decaysAll
  }
}

/// The JSON form: a name, `"adam"`, or `{"kind": "sgd", "momentum": 0.9, "nesterov": true, "weightDecay": 0.0005}`; Adam
/// has `beta1`, `beta2` and `epsilon`; `decayAll` extends the decay to all parameters.
extension OptimizerRecipe: Codable {
  enum Kind: String, CaseIterable, Codable { case sgd, adam, adamW }

  public init(from decoder: any Decoder) throws {
    let words = Kind.allCases.map(\.rawValue)
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      guard let kind = Kind(rawValue: name) else {
        throw InputError(
          .data, "there is no optimizer of that name", at: .init(key: decoder.codingPath.last?.stringValue),
          expected: words.joined(separator: ", "), found: "'\(name)'", hint: Suggestion.hint(for: name, among: words))
      }
      self.init(Self.standard(kind), weightDecay: kind == .adamW ? 0.01 : 0)
      return
    }
    let object = try ConfigurationObject(decoder)
    let kind = try object.choice(Kind.self, "kind") ?? .sgd
    let common = ["kind", "weightDecay", "decayAll"]
    let own = kind == .sgd ? ["momentum", "nesterov"] : ["beta1", "beta2", "epsilon"]
    try object.allow(common + own, of: "the optimizer \(kind.rawValue)")
    func real(_ key: String, _ standard: Double, _ range: ClosedRange<Double>, above: Bool = false) throws -> Double {
      try object.real(key, in: range, orAbove: above) ?? standard
    }
    let rule: Rule
    switch kind {
    case .sgd:
      let momentum = try real("momentum", 0.9, 0...0.999999)
      let nesterov = try object.flag("nesterov") ?? false
      guard !nesterov || momentum > 0 else {
        throw object.error("nesterov", expected: "false where the momentum is 0")
      }
      rule = .sgd(momentum: momentum, nesterov: nesterov)
    case .adam, .adamW:
      let beta1 = try real("beta1", 0.9, 0...0.9999999), beta2 = try real("beta2", 0.999, 0...0.9999999)
      let epsilon = try real("epsilon", 1e-8, 0...1, above: true)
      rule =
        kind == .adam
        ? .adam(beta1: beta1, beta2: beta2, epsilon: epsilon) : .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon)
    }
    self.init(
      rule, weightDecay: try real("weightDecay", kind == .adamW ? 0.01 : 0, 0...100),
      decaysAll: try object.flag("decayAll") ?? false)
  }

  private static func standard(_ kind: Kind) -> Rule {
    switch kind {
    case .sgd: .sgd(momentum: 0.9, nesterov: false)
    case .adam: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    case .adamW: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }
  }

  private enum Key: String, CodingKey {
    case kind, momentum, nesterov, beta1, beta2, epsilon, weightDecay
    case decaysAll = "decayAll"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func adam(_ kind: Kind, _ beta1: Double, _ beta2: Double, _ epsilon: Double) throws {
      try container.encode(kind, forKey: .kind)
      try container.encode(beta1, forKey: .beta1)
      try container.encode(beta2, forKey: .beta2)
      try container.encode(epsilon, forKey: .epsilon)
    }
    switch rule {
    case .sgd(let momentum, let nesterov):
      try container.encode(Kind.sgd, forKey: .kind)
      try container.encode(momentum, forKey: .momentum)
      try container.encode(nesterov, forKey: .nesterov)
    case .adam(let beta1, let beta2, let epsilon): try adam(.adam, beta1, beta2, epsilon)
    case .adamW(let beta1, let beta2, let epsilon): try adam(.adamW, beta1, beta2, epsilon)
    }
    try container.encode(weightDecay, forKey: .weightDecay)
    try container.encode(decaysAll, forKey: .decaysAll)
  }
}
