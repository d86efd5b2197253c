import InputErrors
import Networks
import Tensors

/// Everything that decides a training but the images and the seed: configuration alone, read from one JSON file.
public struct TrainingRecipe: Sendable, Hashable {
  public static let mostEpochs = 100_000
  public static let mostBatchSize = 65_536

  /// A network from the zoo, or one of the recipe's own.
  public enum Architecture: Sendable, Hashable {
    case named(ArchitectureZoo, ParameterInitialization?)
    case own(ArchitectureRecipe)

    /// The lines for images of a shape.
    public func recipe(for input: Shape) -> ArchitectureRecipe {
      switch self {
      case .named(let architecture, let initialization):
        var recipe = architecture.recipe(for: input)
        recipe.initialization = initialization ?? recipe.initialization
        return recipe
      case .own(let recipe): return recipe
      }
    }
  }

  /// Which parameters the result has.
  public enum Selection: String, Sendable, Hashable, CaseIterable, Codable {
    /// Those after the last step.
    case last
    /// Those after the epoch with the highest validation accuracy; of equals the one with the smaller loss, then the
    /// first.
    case bestAccuracy
    /// Those after the epoch with the smallest validation loss; of equals the first.
    case bestLoss
  }

  /// When training ends before its last epoch.
  public struct EarlyStopping: Sendable, Hashable {
    public enum Measure: String, Sendable, Hashable, CaseIterable, Codable { case loss, accuracy }
    /// What of the validation images must improve.
    public var measure: Measure
    /// Training ends when this many epochs in a row bring no improvement.
    public var patience: Int

    public init(_ measure: Measure = .loss, patience: Int) {
      self.measure = measure
      self.patience = patience
    }
  }

  /// When the network is written as a file.
  public struct Checkpoints: Sendable, Hashable {
    /// After every so many epochs, and before the first; 0 for never.
    public var every: Int
    /// After these many epochs; 0 is the untrained network.
    public var epochs: [Int]
    /// After these many steps.
    public var steps: [Int]

    public init(every: Int = 1, epochs: [Int] = [], steps: [Int] = []) {
      self.every = every
      self.epochs = epochs
      self.steps = steps
    }

    func isDue(afterEpoch epoch: Int) -> Bool { (every > 0 && epoch % every == 0) || epochs.contains(epoch) }
    func isDue(afterStep step: Int) -> Bool { steps.contains(step) }
  }

  public var architecture: Architecture
  public var optimizer = OptimizerRecipe()
  public var learningRate = LearningRateSchedule(.cosine(final: 0), rate: 0.02, warmUpEpochs: 1)
  public var batchSize = 32
  public var epochs = 10
  /// ε: the target is 1 − ε for the label plus ε / classes for every class (Szegedy et al. 2016).
  public var labelSmoothing = 0.0
  /// The most that the gradient's Euclidean norm may be; a longer one is shortened to it. Nil for no limit.
  public var gradientNorm: Double?
  public var augmentation = AugmentationRecipe.none
  public var earlyStopping: EarlyStopping?
  /// The share of each class's images that is kept for validation, unless validation images are given.
  public var validation = 0.1
  public var checkpoints = Checkpoints()
  /// Nil: the best accuracy where there are validation images, else the last.
  public var selection: Selection?

  public init(architecture: Architecture) { self.architecture = architecture }

  /// Reads a recipe's JSON.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputErrors/InputError`` (data) naming the file and the key: an unknown key with the likely one, a
  ///   value that is missing, of another type or out of range.
  public init(json bytes: [UInt8], file: String) throws {
    self = try ConfigurationFile.decode(TrainingRecipe.self, json: bytes, file: file, what: "the recipe")
  }
}
