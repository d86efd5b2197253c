import Inference
import InputErrors
import Visualization

/// The options that say what is shown, of which units, and how.
struct SeeOptions: Sendable {
  static let units = CommandOption<String>.text(
    "units", "LIST|top:N",
    "The units: 'layer:channel' with commas between, 'layer:0-7', 'layer:*', top:N of --ranking, or a file with one a line. "
      + "Default: top:10 where there is a ranking, the 12 clearest detectors where there are masks.")
  static let show = CommandOption<[String]>.list(
    "show", "a,b|all",
    "What to show: filters (of the first layer), examples, reconstructions, maximized, comparison (the first units under every "
      + "regularisation), evolution, randomization (do reconstructions depend on what was learnt?), dissection. "
      + "Default: what the other options allow, without comparison and randomization.")
  static let ranking = CommandOption<String>.text(
    "ranking", "RUN|FILE", "Values with errors: the run folder of 'rank' or a players.csv.")
  static let classValues = CommandOption<String>.text(
    "class-values", "DIR", "Class-specific values: the folder of 'classes'.")
  static let probes = CommandOption<String>.text(
    "probes", "DIR", "What is read from units: the folder of 'probe'.")
  static let questionGroup = CommandDescription.OptionGroup(
    "units",
    [
      units.declaration, show.declaration, ranking.declaration, classValues.declaration, probes.declaration,
    ])

  static let examples = CommandOption<Int>.count(
    "examples", "K", "Images at the upper end, at the lower end, and spread evenly between.", in: 1...100, default: "9")
  static let rules = CommandOption<[String]>.list(
    "rules", "a,b",
    "How activations go back to pixels: deconvolution (Zeiler & Fergus), guided (backpropagation), gradient. Default: "
      + "deconvolution.")
  static let exampleGroup = CommandDescription.OptionGroup(
    "images that units respond to", [examples.declaration, rules.declaration])

  static let maximize = CommandOption<String>.text(
    "maximize", "OBJECTIVES",
    "What else pictures maximise, with semicolons between: \(ObjectiveText.usage). A leading '-' makes small.")
  static let regularization = CommandOption<PictureRegularization>.choice(
    "regularization", "R",
    "What keeps maximised pictures natural: lucid is a Fourier picture seen padded, jittered, scaled and turned; maco learns "
      + "phases alone; prior trains a small denoising autoencoder on the images first.", default: .lucid)
  static let pictures = CommandOption<Int>.count(
    "pictures", "N", "Pictures of each objective, kept different from each other.", in: 1...8, default: "1")
  static let diversity = CommandOption<Double>.real(
    "diversity", "W", "How much several pictures of one objective are kept different.", default: "1",
    expected: "a number from 0 to 1e6"
  ) { (0...1e6).contains($0) }
  static let size = CommandOption<Int>.count(
    "size", "PIXELS",
    "The side of maximised pictures. Default: the model's own, or 128 where that is larger and the layers take any size.",
    in: 8...2048)
  static let steps = CommandOption<Int>.count(
    "steps", "N", "Steps of the ascent.", in: 1...1_000_000, default: "512")
  static let maximizeGroup = CommandDescription.OptionGroup(
    "maximised pictures",
    [
      maximize.declaration, regularization.declaration, pictures.declaration, diversity.declaration, size.declaration,
      steps.declaration, AttackOptions.pixelRange.declaration,
    ])

  static let masks = CommandOption<String>.text(
    "masks", "DIR",
    "Masks to dissect units with: one PNG an image, of the same name, whose samples are numbers of concepts "
      + "(--mask-names); or one folder a region (--mask-concepts), as 'world --masks' writes them.")
  static let maskNames = CommandOption<String>.text(
    "mask-names", "FILE|a,b", "The concepts by number, one a line; numbers beyond them count as no concept.")
  static let maskConcepts = CommandOption<[String]>.list(
    "mask-concepts", "a,b",
    "REGION, or REGION=COLUMN where every value of the images' column is a concept that lies in the region.")
  static let checkpoints = CommandOption<[String]>.list(
    "checkpoints", "DIR|a,b", "The folder of a training, or models in order: how units came to be.")
  static let checkpointSteps = CommandOption<[Double]>.reals(
    "checkpoint-steps", "a,b", "The training steps of --checkpoints files, where their names do not say.")
  static let moments = CommandOption<Int>.count(
    "moments", "N", "How many checkpoints are shown, more of the early ones.", in: 2...100, default: "8")
  static let contextGroup = CommandDescription.OptionGroup(
    "masks and checkpoints",
    [
      masks.declaration, maskNames.declaration, maskConcepts.declaration, checkpoints.declaration,
      checkpointSteps.declaration, moments.declaration,
    ])

  /// True when an objective names a class otherwise than by its number.
  var namesClasses: Bool {
    ObjectiveText.namesClasses(objectives ?? "")
  }

  /// Nil for the default.
  let units: String?
  let parts: Set<SeePart>
  /// Whether the parts were asked for by name.
  let saysParts: Bool
  let rankingPath: String?
  let classValuesPath: String?
  let probesPath: String?
  let exampleCount: Int
  let rules: [BackwardRule]
  let objectives: String?
  let regularization: PictureRegularization
  let pictureCount: Int
  let diversity: Float
  let size: Int?
  let steps: Int
  let pixelRange: ClosedRange<Double>?
  let masks: MaskSource?
  /// The words of --checkpoints and its steps; read when the work begins, since a scenario names what is made on its way.
  let checkpoints: (words: [String], steps: [Double]?)?
  let momentCount: Int

  /// - Parameter hasImages: whether images are given.
  /// - Throws: ``InputErrors/InputError`` (usage, or as reading files that options name).
  init(_ arguments: Arguments, hasImages: Bool) throws {
    units = try arguments.value(Self.units)
    rankingPath = try arguments.value(Self.ranking)
    classValuesPath = try arguments.value(Self.classValues)
    probesPath = try arguments.value(Self.probes)
    exampleCount = try arguments.value(Self.examples) ?? 9
    rules = try Self.rules(arguments.value(Self.rules))
    objectives = try arguments.value(Self.maximize)
    regularization = try arguments.value(Self.regularization) ?? .lucid
    pictureCount = try arguments.value(Self.pictures) ?? 1
    diversity = Float(try arguments.value(Self.diversity) ?? 1)
    size = try arguments.value(Self.size)
    steps = try arguments.value(Self.steps) ?? 512
    pixelRange = try AttackOptions.range(arguments)
    masks = try MaskSource(
      path: arguments.value(Self.masks), names: arguments.value(Self.maskNames),
      concepts: arguments.value(Self.maskConcepts))
    let words = try arguments.value(Self.checkpoints)
    let checkpointSteps = try arguments.value(Self.checkpointSteps)
    checkpoints = words.map { ($0, checkpointSteps) }
    momentCount = try arguments.value(Self.moments) ?? 8
    if words == nil, checkpointSteps != nil {
      throw InputError(
        .usage, "there are no checkpoints whose steps these could be", at: .init(key: "--checkpoint-steps"),
        hint: "add --checkpoints")
    }
    let named = try arguments.value(Self.show)
    saysParts = named != nil && named != ["all"]
    let possible = Self.possible(hasImages: hasImages, hasMasks: masks != nil, hasCheckpoints: words != nil)
    if let named, named != ["all"] {
      parts = Set(try named.map { try Self.part($0, possible) })
    } else {
      parts = named == nil ? possible.subtracting([.comparison, .randomization]) : possible
    }
    if regularization.needsPrior, !hasImages {
      throw InputError(
        .usage, "the learned prior is trained on images, and there are none", at: .init(key: "--images"),
        hint: "add --images, or take another --regularization")
    }
  }

  private static func possible(hasImages: Bool, hasMasks: Bool, hasCheckpoints: Bool) -> Set<SeePart> {
    Set(
      SeePart.allCases.filter { part in
        switch part {
        case .dissection: hasMasks && hasImages
        case .evolution: hasCheckpoints && hasImages
        case .filters, .maximized, .comparison: true
        case .examples, .reconstructions, .randomization: hasImages
        }
      })
  }

  private static func part(_ name: String, _ possible: Set<SeePart>) throws(InputError) -> SeePart {
    let words = SeePart.allCases.map(\.rawValue)
    guard let part = SeePart(rawValue: name) else {
      throw InputError(
        .usage, "there is nothing of that name to show", at: .init(key: "--show"),
        expected: words.joined(separator: ", ") + ", or all", found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: words))
    }
    guard possible.contains(part) else {
      let missing: String
      switch part {
      case .dissection: missing = "--masks and --images"
      case .evolution: missing = "--checkpoints and --images"
      case .filters, .maximized, .comparison, .examples, .reconstructions, .randomization: missing = "--images"
      }
      throw InputError(
        .usage, "what '\(name)' needs is not given", at: .init(key: "--show"), expected: missing)
    }
    return part
  }

  private static func rules(_ names: [String]?) throws(InputError) -> [BackwardRule] {
    var rules: [BackwardRule] = []
    for name in names ?? ["deconvolution"] {
      guard let rule = VisibleRule(rawValue: name) else {
        let words = VisibleRule.allCases.map(\.rawValue)
        throw InputError(
          .usage, "there is no such rule", at: .init(key: "--rules"), expected: words.joined(separator: ", "),
          found: "'\(name)'", hint: Suggestion.hint(for: name, among: words))
      }
      guard !rules.contains(rule.rule) else {
        throw InputError(.usage, "the rule comes twice", at: .init(key: "--rules"), found: "'\(name)'")
      }
      rules.append(rule.rule)
    }
    return rules
  }
}

/// The rules by which activations are shown to go back to pixels.
enum VisibleRule: String, Sendable, CaseIterable {
  case deconvolution
  case guided
  case gradient

  var rule: BackwardRule {
    switch self {
    case .deconvolution: .deconvolution
    case .guided: .guided
    case .gradient: .gradient
    }
  }

  /// The name of a rule.
  static func name(_ rule: BackwardRule) -> String {
    switch rule {
    case .deconvolution: deconvolution.rawValue
    case .guided: guided.rawValue
    case .gradient: gradient.rawValue
    case .redirected: "redirected"
    }
  }
}
