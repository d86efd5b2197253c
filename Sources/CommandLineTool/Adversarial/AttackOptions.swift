import Images
import InputErrors
import NeuronShapley

/// The options that say how images are attacked.
struct AttackOptions: Sendable {
  static let norm = CommandOption<AdversarialAttack.Norm>.choice(
    "attack", "NORM", "How the size of a change is measured: the largest change of a sample, or the length of all.",
    default: .linf)
  static let epsilon = length(
    "epsilon", "E", "The largest change, in units of pixel values 0…1 before preprocessing.", default: "16/255")
  static let steps = CommandOption<Int>.count(
    "steps", "N", "How many gradients are followed.", in: 1...100_000, default: "30")
  static let stepSize = length(
    "step-size", "A", "The length of a step, in the same units.",
    default: "1.5 · epsilon / steps for linf, 2.5 · epsilon / steps for l2")
  static let targeted = CommandOption<String>.text(
    "targeted", "C", "The class that images shall be taken for, a name or an index. Without it: any but their own.")
  static let loss = CommandOption<AdversarialAttack.Loss>.choice(
    "loss", "L", "What the gradient is taken of.", default: .crossEntropy)
  static let iterate = CommandOption<AdversarialAttack.Iterate>.choice(
    "iterate", "I",
    "Which picture of the way counts: the one with the largest margin in favour of the attack, or the last, as published.",
    default: .best)
  static let randomStart = CommandOption<Bool>.flag(
    "random-start", "Start at a random place within epsilon, drawn by the seed, instead of at the clean picture.")
  static let keepFloats = CommandOption<Bool>.flag(
    "keep-floats",
    "Leave attacked pictures unrounded. Otherwise those of 8-bit images are rounded to 8 bits, within epsilon.")
  static let pixelRange = CommandOption<[Double]>.reals(
    "pixel-range", "a,b",
    "For images of floats (.npy, .npz): which values, before preprocessing, are black and white. 8-bit images have 0,255."
  )
  static let group = CommandDescription.OptionGroup(
    "attack",
    [
      norm.declaration, epsilon.declaration, steps.declaration, stepSize.declaration, targeted.declaration,
      loss.declaration, iterate.declaration, randomStart.declaration, keepFloats.declaration, pixelRange.declaration,
    ])

  /// What is set, without the target, whose number the images' classes tell.
  private let untargeted: AdversarialAttack
  private let targetName: String?
  let pixelRange: ClosedRange<Double>?

  /// - Throws: ``InputErrors/InputError`` (usage).
  init(_ arguments: Arguments, seed: UInt64) throws {
    let norm = try arguments.value(Self.norm) ?? .linf
    untargeted = AdversarialAttack(
      norm: norm, epsilon: try arguments.value(Self.epsilon) ?? 16.0 / 255,
      steps: try arguments.value(Self.steps) ?? 30,
      stepSize: try arguments.value(Self.stepSize), loss: try arguments.value(Self.loss) ?? .crossEntropy,
      iterate: try arguments.value(Self.iterate) ?? .best, startsAtRandom: arguments[Self.randomStart],
      roundsPixels: !arguments[Self.keepFloats], seed: seed)
    targetName = try arguments.value(Self.targeted)
    if norm == .linf, untargeted.epsilon > 1 {
      throw InputError(
        .usage, "no pixel can change so much", at: .init(key: "--epsilon"), expected: "at most 1",
        found: "\(untargeted.epsilon)", hint: "pixel values are 0…1 here: 16 of 255 levels are 16/255")
    }
    pixelRange = try Self.range(arguments)
  }

  /// The samples of black and of white that the command line names.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when they are no range.
  static func range(_ arguments: Arguments) throws(InputError) -> ClosedRange<Double>? {
    guard let values = try arguments.value(Self.pixelRange) else { return nil }
    guard values.count == 2, values[0] < values[1] else {
      throw InputError(
        .usage, "the value is wrong", at: .init(key: "--pixel-range"), expected: "a smaller and a larger number",
        found: values.map { "\($0)" }.joined(separator: ","))
    }
    return values[0]...values[1]
  }

  /// The attack, with the target found among the images' classes.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) with the likely name when there is no such class.
  func attack(classNames: [String], classCount: Int) throws -> AdversarialAttack {
    var attack = untargeted
    attack.target = try targetName.map { name in
      if let index = classNames.firstIndex(of: name) ?? Int(name) { return index }
      throw InputError(
        .usage, "there is no class of that name", at: .init(key: "--targeted"), found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: classNames)
          ?? (classNames.isEmpty ? "name the classes with --classes, or give an index" : nil))
    }
    do { try attack.validate(classCount: classCount) } catch { throw error.asOption }
    return attack
  }

  /// A length above 0, as a number or a fraction: `0.03`, `8/255`.
  private static func length(
    _ name: String, _ valueName: String, _ explanation: String, default defaultText: String
  ) -> CommandOption<Double> {
    CommandOption(
      name, valueName, explanation, default: defaultText, expected: "a number above 0, such as 0.03 or 8/255"
    ) { text in
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map {
        Quantity.real(String($0))
      }
      guard let numerator = parts[0], let denominator = parts.count == 2 ? parts[1] : 1, denominator > 0 else {
        return nil
      }
      let value = numerator / denominator
      return value > 0 && value.isFinite ? value : nil
    }
  }
}
