import InputErrors
import Reports

/// A question about a network as a file: what is asked, of which network, on which images, and what should come out.
///
/// Everything that a run needs stands here or in files that it names, so that a scenario can be run again, changed and
/// compared. Commands are those of the command line, with the same settings.
public struct Scenario: Sendable, Hashable {
  /// The question in one sentence.
  public var question: String
  /// Nil where no step needs one.
  public var model: ScenarioModel?
  public var images: [ScenarioImages]
  /// What is done, in order.
  public var steps: [ScenarioStep]
  /// The file with the ``Expectation``s, relative to the scenario; nil when nothing is expected.
  public var expected: String?

  public init(
    question: String, model: ScenarioModel? = nil, images: [ScenarioImages] = [], steps: [ScenarioStep],
    expected: String? = nil
  ) {
    self.question = question
    self.model = model
    self.images = images
    self.steps = steps
    self.expected = expected
  }

  /// The images of that name.
  public func images(named name: String) -> ScenarioImages? { images.first { $0.name == name } }

  /// Reads a scenario's JSON.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputErrors/InputError`` (data) naming the file and the key: an unknown key with the likely one, a value
  ///   that is missing, of another type or out of range, a name that stands for nothing.
  public init(json bytes: [UInt8], file: String) throws {
    self = try ConfigurationFile.decode(Scenario.self, json: bytes, file: file, what: "the scenario")
  }
}

/// Where a scenario's network comes from.
public enum ScenarioModel: Sendable, Hashable {
  /// An ONNX file, relative to the scenario.
  case file(String)
  /// Trained from a recipe's file on the images of a name; the same recipe, images and seed make the same network, which
  /// is kept in a cache.
  case recipe(String, images: String, seed: UInt64)
  /// The user's own; the text says what is needed.
  case brought(String)
}
