import Inference
import InputErrors
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// All that decides the bits of a training: equal identities mean equal courses, for any number of workers.
public struct TrainingIdentity: Sendable, Hashable, Codable {
  public var recipe: TrainingRecipe
  /// The architecture with its name resolved.
  public var architecture: ArchitectureRecipe
  /// `[channels, height, width]`.
  public var input: [Int]
  public var classes: Int
  public var seed: UInt64
  /// SHA-256 of the training images and of the validation images, preprocessing and labels included.
  public var trainingImages: String
  public var validationImages: String?
  public var instructions: InstructionSet

  /// Refuses a state that another training has written.
  ///
  /// - Parameter file: the state's file, for the error.
  /// - Throws: ``InputErrors/InputError`` (usage) naming the first part that differs, with both values.
  public func requireSame(as stored: TrainingIdentity, file: String) throws {
    if stored == self { return }
    let parts: [(key: String, part: (TrainingIdentity) -> String)] = [
      ("architecture", { Self.text($0.architecture) }),
      ("input", { Self.text($0.input) }), ("classes", { Self.text($0.classes) }), ("seed", { Self.text($0.seed) }),
      ("optimizer", { Self.text($0.recipe.optimizer) }), ("learningRate", { Self.text($0.recipe.learningRate) }),
      ("batchSize", { Self.text($0.recipe.batchSize) }), ("epochs", { Self.text($0.recipe.epochs) }),
      ("augmentation", { Self.text($0.recipe.augmentation) }), ("recipe", { Self.text($0.recipe) }),
      ("training images", { Self.text($0.trainingImages) }),
      ("validation images", { Self.text($0.validationImages ?? "none") }),
      ("instructions", { $0.instructions.rawValue }),
    ]
    let difference = parts.first { $0.part(self) != $0.part(stored) }
    throw InputError(
      .usage, "the state belongs to another training", at: .init(file: file, key: difference?.key),
      expected: difference.map { String($0.part(stored).prefix(120)) },
      found: difference.map { String($0.part(self).prefix(120)) },
      hint: "repeat the training's own settings, or choose another folder")
  }

  private static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
  }
}
