/// How a ``ConceptNetwork`` judges: logits as sums over detectors, and over pairs that are found together.
///
/// Numbers are small multiples of ½, so that floats are exact. The worth of a class is at least 1 above every other in
/// every scene of the class, whatever the mark says.
enum ConceptHead {
  /// A logit's share that counts only when both detectors fire: weight · max(0, first + second − 1).
  struct Pair: Sendable, Hashable {
    let first: ConceptDetector
    let second: ConceptDetector
    let label: Int
    let weight: Double
  }

  /// The classes of ``WorldPreset/flat``, by name.
  enum ClassName: String, CaseIterable { case zebra, ladybird, leaf, star, apple, brick, berry, book }

  static let pairs: [Pair] = [
    pair(.apple, .shape(.disc), .colour(.red)), pair(.brick, .shape(.square), .colour(.red)),
    pair(.berry, .shape(.disc), .colour(.blue)), pair(.book, .shape(.square), .colour(.blue)),
  ]

  private static func pair(_ name: ClassName, _ first: ConceptDetector, _ second: ConceptDetector) -> Pair {
    Pair(first: first, second: second, label: label(name), weight: 2)
  }

  private static func label(_ name: ClassName) -> Int { ClassName.allCases.firstIndex(of: name) ?? 0 }

  /// The weight of a detector alone in the logit of a class.
  static func weight(_ detector: ConceptDetector, label: Int) -> Double {
    switch (ClassName.allCases[label], detector) {
    case (.zebra, .stripes): 8
    case (.ladybird, .dots): 6
    case (.ladybird, .colour(.red)): 1
    case (.leaf, .colour(.green)): 3
    case (.star, .shape(.star)): 5
    case (.apple, .shape(.disc)), (.berry, .shape(.disc)), (.brick, .shape(.square)), (.book, .shape(.square)): 0.5
    case (.apple, .colour(.red)), (.brick, .colour(.red)), (.berry, .colour(.blue)), (.book, .colour(.blue)): 1
    case (.apple, .mark), (.berry, .mark): -0.5
    case (.brick, .mark), (.book, .mark): 0.5
    default: 0
    }
  }
}
