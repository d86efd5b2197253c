import Images
import Inference
import InputErrors
import Networks
import Statistics

/// Fits a network to images as a recipe says.
///
/// The course depends on its ``identity`` alone: order, augmentation and initial parameters come from streams that are
/// numbered by epoch and image, so that the number of workers changes no bit and a stored ``TrainingState`` goes on as if
/// nothing had happened.
///
/// An epoch takes the images in a random order, in batches of the recipe's size; a last batch of a single image is left
/// out, because batch normalization cannot use it.
public struct Trainer: Sendable {
  public let recipe: TrainingRecipe
  public let data: TrainingData
  /// The untrained network.
  public let network: Network
  public let identity: TrainingIdentity
  public let workers: Int
  let augmentation: ImageAugmentation

  /// Builds the network and checks that everything fits.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when the architecture does not fit the images, or the recipe asks for
  ///   the best of validation images that are not there.
  public init(
    _ recipe: TrainingRecipe, data: TrainingData, seed: UInt64 = 0, workers: Int = 1,
    instructionSet: InstructionSet = .fastest
  ) throws {
    self.recipe = recipe
    self.data = data
    self.workers = max(1, workers)
    if data.validation == nil {
      let key = recipe.earlyStopping != nil ? "earlyStopping" : recipe.selection ?? .last != .last ? "model" : nil
      if let key {
        throw InputError(
          .data, "there are no validation images to judge by", at: .init(key: key),
          hint: "set validation to a share above 0, or give validation images")
      }
    }
    let architecture = recipe.architecture.recipe(for: data.shape)
    network = try architecture.network(input: data.shape, classes: data.classCount, seed: seed)
    identity = TrainingIdentity(
      recipe: recipe, architecture: architecture, input: data.shape.extents, classes: data.classCount, seed: seed,
      trainingImages: data.training.digest, validationImages: data.validation?.digest, instructions: instructionSet)
    augmentation = ImageAugmentation(
      recipe.augmentation, shape: data.shape, preprocessing: data.training.preprocessing, seed: seed)
  }

  /// Which parameters the result has.
  public var selection: TrainingRecipe.Selection {
    recipe.selection ?? (data.validation == nil ? .last : .bestAccuracy)
  }

  public var stepsPerEpoch: Int {
    let (whole, rest) = data.training.count.quotientAndRemainder(dividingBy: recipe.batchSize)
    return whole + (rest > 1 || (rest == 1 && whole == 0) ? 1 : 0)
  }

  public var stepCount: Int { stepsPerEpoch * recipe.epochs }

  /// Trains to the end, or until the observer stops it.
  ///
  /// - Parameters:
  ///   - state: where an earlier run of the same identity left off; nil to begin.
  ///   - observe: called after each step, at each checkpoint and after each epoch with the state as it then is: what it
  ///     stores of it goes on to the same bits.
  /// - Throws: ``InputErrors/InputError`` when the batch does not fit in memory; what the observer throws.
  public func run(
    from state: TrainingState? = nil,
    observe: (TrainingEvent, TrainingState) throws -> TrainingDirective = { _, _ in .goOn }
  ) throws -> TrainingResult {
    var course = try TrainingCourse(self, state: state)
    let ending = try course.run(observe)
    return course.result(ending)
  }
}
