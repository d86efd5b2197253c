import Images
import Inference
import InputErrors
import NeuronShapley
import Probing

/// The options that say which concepts are looked for, where, and with which probe.
struct ProbeOptions: Sendable {
  static let positive = CommandOption<String>.text(
    "positive", "DIR", "Images that show the concept, in any form that --images takes; needs --negative.")
  static let negative = CommandOption<String>.text("negative", "DIR", "Images that do not show it.")
  static let concept = CommandOption<String>.text(
    "concept", "NAME", "What the concept of --positive is called.", default: "the folder's name")
  static let target = CommandOption<[String]>.list(
    "target", "a,b",
    "Columns of the images' CSV list: COLUMN for its classes or its quantity (numbers of more than 20 different values), "
      + "COLUMN=VALUE for one value against the rest. The column label is the class of every image, in every form.")
  static let unlabeled = CommandOption<Bool>.flag(
    "unlabeled",
    "The images have no labels of the model's classes: whether the network uses a concept is judged by its own decisions."
  )
  static let identity = CommandOption<String>.text(
    "identity", "COLUMN",
    "What recurs among the images (a texture, the picture that a patch was cut from): the control task gives every one of its "
      + "values a random label.", default: "every image and its mirror image")
  static let conceptGroup = CommandDescription.OptionGroup(
    "concepts",
    [
      positive.declaration, negative.declaration, concept.declaration, target.declaration, unlabeled.declaration,
      identity.declaration,
    ])

  static let layers = CommandOption<[String]>.list(
    "layers", "a,b|all", "The layers to probe, as 'inspect' names them; all are those of filters.")
  static let together = CommandOption<Bool>.flag(
    "together", "Read all the layers together as well, as one.")
  static let pooling = CommandOption<ActivationPooling>.choice(
    "pooling", "P",
    "What a probe reads of a map: a channel's mean, its maximum, every position (flatten), or the means of a grid of 7 × 7 "
      + "cells, with a map of what each cell alone knows (positions).", default: .mean)
  static let probe = CommandOption<ProbeKind>.choice(
    "probe", "KIND",
    "linear: logistic regression for classes and ridge for quantities; ridge and lasso take numbers for quantities, however "
      + "few differ, and lasso has absolute weights as penalty; mlp has a hidden layer; unit is linear with single neurons "
      + "first.", default: .linear)
  static let penalty = CommandOption<ProbePenalty>.choice(
    "penalty", "P", "Of linear: squared weights, absolute ones, or half of each.", default: .l2)
  static let hidden = CommandOption<Int>.count(
    "hidden", "N", "Hidden units of mlp.", in: 1...4096, default: "32")
  static let folds = CommandOption<Int>.count("folds", "K", "Parts of a cross-validation.", in: 2...50, default: "5")
  static let repetitions = CommandOption<Int>.count(
    "repetitions", "N", "Cross-validations with other parts.", in: 1...100, default: "2")
  static let balance = CommandOption<ClassBalance>.choice(
    "balance", "B",
    "How classes of different sizes count: all the same by weights, all the same by drawing as many images of each (sample), "
      + "or as they are (none). Scores are balanced in any case.", default: .weights)
  static let plain = CommandOption<Bool>.flag(
    "layers-only", "Leave out single neurons, their orders and description lengths: faster for many layers.")
  static let probeGroup = CommandDescription.OptionGroup(
    "probes",
    [
      layers.declaration, together.declaration, pooling.declaration, probe.declaration, penalty.declaration,
      hidden.declaration, folds.declaration, repetitions.declaration, balance.declaration, plain.declaration,
    ])

  static let metric = CommandOption<EffectMetric>.choice(
    "metric", "M", "The performance that removals are judged by.", default: .logLikelihood)
  static let effects = CommandOption<[String]>.list(
    "effects", "best|all|none|a,b",
    "Where it is asked whether the network uses the concept: at the layer before the model's output that knows it best, at all, at none, or at these. "
      + "Default: best; with --probe mlp none, as it reads no single direction.")
  static let draws = CommandOption<Int>.count(
    "draws", "R", "Random removals beside each of the concept's.", in: 39...10_000, default: "39")
  static let neurons = CommandOption<Int>.count(
    "neurons", "N", "Leading neurons that are removed together, at most a quarter of the layer's.", default: "10")
  static let effectImages = CommandOption<Int>.count(
    "effect-images", "N",
    "The most images that removals are judged on, drawn by the seed: those that show the concept, where it has two classes.",
    default: "200")
  static let effectGroup = CommandDescription.OptionGroup(
    "does the network use it?",
    [
      effects.declaration, metric.declaration, RemovalOptions.ablation.declaration, draws.declaration,
      neurons.declaration, effectImages.declaration,
    ])

  static let checkpoints = CommandOption<[String]>.list(
    "checkpoints", "SERIES",
    "Networks from the model's training, to say when each concept appears: the folder that 'train' wrote, or ONNX files with "
      + "commas between, the earliest first.")
  static let steps = CommandOption<[Double]>.reals(
    "steps", "a,b", "The steps of the files of --checkpoints.",
    default: "the numbers that the files' names end with, else 1, 2, …")
  static let seriesGroup = CommandDescription.OptionGroup("training", [checkpoints.declaration, steps.declaration])

  let positive: String?
  let negative: String?
  let conceptName: String?
  let targets: [String]
  let isUnlabeled: Bool
  let identity: String?
  /// Nil for all.
  let layers: [String]?
  let isTogether: Bool
  let kind: ProbeKind
  let balance: ClassBalance
  let study: ProbeStudyConfiguration
  let metric: PerformanceMetric
  let ablation: Ablation
  let effects: EffectPlace
  let drawCount: Int
  let neuronCount: Int
  let effectImageCount: Int
  let checkpoints: [String]
  let steps: [Double]?

  init(_ arguments: Arguments, seed: UInt64) throws {
    positive = try arguments.value(Self.positive)
    negative = try arguments.value(Self.negative)
    conceptName = try arguments.value(Self.concept)
    targets = try arguments.value(Self.target) ?? []
    isUnlabeled = arguments[Self.unlabeled]
    identity = try arguments.value(Self.identity)
    let names = try arguments.value(Self.layers) ?? ["all"]
    layers = names == ["all"] ? nil : names
    isTogether = arguments[Self.together]
    kind = try arguments.value(Self.probe) ?? .linear
    balance = try arguments.value(Self.balance) ?? .weights
    metric = (try arguments.value(Self.metric) ?? .logLikelihood).metric
    ablation = try arguments.value(RemovalOptions.ablation) ?? .mean
    let asked = try arguments.value(Self.effects)
    // A hidden layer reads no direction that could be removed.
    if kind == .mlp, let asked, asked != ["none"] {
      throw InputError(
        .usage, "a probe with a hidden layer has no direction to remove", at: .init(key: "--effects"),
        expected: "none with --probe mlp", found: "'\(asked.joined(separator: ","))'")
    }
    effects = kind == .mlp ? .none : EffectPlace(asked ?? ["best"])
    drawCount = try arguments.value(Self.draws) ?? 39
    neuronCount = try arguments.value(Self.neurons) ?? 10
    effectImageCount = try arguments.value(Self.effectImages) ?? 200
    checkpoints = try arguments.value(Self.checkpoints) ?? []
    steps = try arguments.value(Self.steps)
    let hidden = try arguments.value(Self.hidden) ?? 32
    let penalty = try arguments.value(Self.penalty)
    if penalty != nil, kind != .linear, kind != .unit {
      throw InputError(
        .usage, "the penalty is that of the probe '\(kind.rawValue)' already", at: .init(key: "--penalty"),
        hint: "use it with --probe linear")
    }
    let isBalanced = balance != .none
    let classKind = Self.classKind(kind, penalty ?? .l2, hidden: hidden)
    let quantityKind = Self.quantityKind(kind, penalty ?? .l2, hidden: hidden)
    study = ProbeStudyConfiguration(
      classProbe: ProbeConfiguration(kind: classKind, isBalanced: isBalanced, tolerance: Self.tolerance),
      quantityProbe: ProbeConfiguration(kind: quantityKind, tolerance: Self.tolerance),
      pooling: try arguments.value(Self.pooling) ?? .mean, folds: try arguments.value(Self.folds) ?? 5,
      repetitions: try arguments.value(Self.repetitions) ?? 2, readsNeurons: !arguments[Self.plain], seed: seed)
    try requireConcepts()
  }

  /// Where the slopes of the objective are that flat, held-out answers no longer change.
  static let tolerance = 1e-4

  /// How columns are read: a regression asks for numbers.
  var readingKind: ConceptReading.Kind {
    switch kind {
    case .ridge: .quantity
    case .linear, .lasso, .mlp, .unit: .automatic
    }
  }

  private static func classKind(_ kind: ProbeKind, _ penalty: ProbePenalty, hidden: Int) -> ProbeConfiguration.Kind {
    switch kind {
    case .linear, .ridge, .unit: .logistic(l1Ratio: penalty.l1Ratio)
    case .lasso: .logistic(l1Ratio: 1)
    case .mlp: .multilayer(hiddenUnits: hidden)
    }
  }

  private static func quantityKind(
    _ kind: ProbeKind, _ penalty: ProbePenalty, hidden: Int
  ) -> ProbeConfiguration.Kind {
    switch kind {
    case .linear, .unit: penalty == .l2 ? .ridge : .lasso(l1Ratio: penalty.l1Ratio)
    case .ridge: .ridge
    case .lasso: .lasso(l1Ratio: 1)
    case .mlp: .multilayer(hiddenUnits: hidden)
    }
  }

  private func requireConcepts() throws(InputError) {
    if (positive == nil) != (negative == nil) {
      throw InputError(
        .usage, "images that show the concept need others that do not",
        at: .init(key: positive == nil ? "--positive" : "--negative"),
        expected: "both --positive and --negative")
    }
    guard positive != nil || !targets.isEmpty else {
      throw InputError(
        .usage, "no concept is named", at: .init(key: "--target"),
        expected: "--target COLUMN with --images, or --positive DIR and --negative DIR")
    }
    if positive != nil, !targets.isEmpty || identity != nil {
      throw InputError(
        .usage, "folders of images have no columns", at: .init(key: targets.isEmpty ? "--identity" : "--target"),
        hint: "use --images with a CSV list in place of --positive and --negative")
    }
    if steps != nil, checkpoints.isEmpty {
      throw InputError(.usage, "steps belong to checkpoints", at: .init(key: "--steps"), expected: "--checkpoints")
    }
  }
}

/// The penalty of a linear probe.
enum ProbePenalty: String, Sendable, CaseIterable {
  case l2
  case l1
  case elasticNet = "elastic-net"

  var l1Ratio: Double {
    switch self {
    case .l2: 0
    case .l1: 1
    case .elasticNet: 0.5
    }
  }
}

/// The metrics that removals of a concept can be judged by: those that look at every image.
enum EffectMetric: String, Sendable, CaseIterable {
  case logLikelihood = "log-likelihood"
  case accuracy
  case probability
  case margin

  var metric: PerformanceMetric {
    switch self {
    case .logLikelihood: .logLikelihood(floor: nil)
    case .accuracy: .accuracy
    case .probability: .probability
    case .margin: .margin
    }
  }
}
