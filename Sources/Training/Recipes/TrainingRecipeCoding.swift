import InputErrors

/// The JSON form: `{"architecture": "lenet", "optimizer": "adam", "learningRate": 0.001, "epochs": 10, …}`.
///
/// Only the architecture must be there: a name of ``ArchitectureZoo``, or an object with layers. Encoding writes every
/// setting.
extension TrainingRecipe: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case architecture, initialization, optimizer, learningRate, batchSize, epochs, labelSmoothing, gradientNorm
    case augmentation, earlyStopping, validation, checkpoints
    case selection = "model"
  }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "a recipe")
    let initialization = try object.choice(ParameterInitialization.self, "initialization")
    if let name = object.attempt(String.self, "architecture") {
      architecture = .named(try .named(name, key: object.keyPath("architecture")), initialization)
    } else {
      let names = ArchitectureZoo.allCases.map(\.rawValue).joined(separator: ", ")
      let expected = "\(names), or an object with layers"
      guard
        var own = try object.value(ArchitectureRecipe.self, "architecture", expected: expected)
      else {
        throw InputError(
          .data, "the key is missing", at: .init(key: object.keyPath("architecture")), expected: expected)
      }
      own.initialization = initialization ?? own.initialization
      architecture = .own(own)
    }
    if let value = try object.value(OptimizerRecipe.self, "optimizer", expected: "sgd, adam, adamW or an object") {
      optimizer = value
    }
    if let value = try object.value(LearningRateSchedule.self, "learningRate", expected: "a number or an object") {
      learningRate = value
    }
    batchSize = try object.integer("batchSize", in: 1...Self.mostBatchSize) ?? batchSize
    epochs = try object.integer("epochs", in: 1...Self.mostEpochs) ?? epochs
    labelSmoothing = try object.real("labelSmoothing", in: 0...0.9) ?? labelSmoothing
    gradientNorm = try object.real("gradientNorm", in: 0...1e9, orAbove: true)
    if let value = try object.value(AugmentationRecipe.self, "augmentation", expected: "an object") {
      augmentation = value
    }
    earlyStopping = try object.value(EarlyStopping.self, "earlyStopping", expected: "an object")
    validation = try object.real("validation", in: 0...0.9) ?? validation
    if let value = try object.value(Checkpoints.self, "checkpoints", expected: "an object") { checkpoints = value }
    selection = try object.choice(Selection.self, "model")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch architecture {
    case .named(let name, let initialization):
      try container.encode(name.rawValue, forKey: .architecture)
      try container.encodeIfPresent(initialization, forKey: .initialization)
    case .own(let recipe): try container.encode(recipe, forKey: .architecture)
    }
    try container.encode(optimizer, forKey: .optimizer)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(batchSize, forKey: .batchSize)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(labelSmoothing, forKey: .labelSmoothing)
    try container.encodeIfPresent(gradientNorm, forKey: .gradientNorm)
    try container.encode(augmentation, forKey: .augmentation)
    try container.encodeIfPresent(earlyStopping, forKey: .earlyStopping)
    try container.encode(validation, forKey: .validation)
    try container.encode(checkpoints, forKey: .checkpoints)
    try container.encodeIfPresent(selection, forKey: .selection)
  }
}

extension TrainingRecipe.EarlyStopping: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case patience
    case measure = "on"
  }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "early stopping")
    measure = try object.choice(Measure.self, "on") ?? .loss
    guard let patience = try object.integer("patience", in: 1...TrainingRecipe.mostEpochs) else {
      throw InputError(
        .data, "the key is missing", at: .init(key: object.keyPath("patience")), expected: "a number of epochs")
    }
    self.patience = patience
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(measure, forKey: .measure)
    try container.encode(patience, forKey: .patience)
  }
}

extension TrainingRecipe.Checkpoints: Codable {
  private enum Key: String, CodingKey, CaseIterable { case every, epochs, steps }

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Key.allCases.map(\.rawValue), of: "the checkpoints")
    let lists = object.has("epochs") || object.has("steps")
    every = try object.integer("every", in: 0...TrainingRecipe.mostEpochs) ?? (lists ? 0 : 1)
    epochs = try object.integers("epochs", in: 0...TrainingRecipe.mostEpochs) ?? []
    steps = try object.integers("steps", in: 1...(1 << 40)) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(every, forKey: .every)
    try container.encode(epochs, forKey: .epochs)
    try container.encode(steps, forKey: .steps)
  }
}
