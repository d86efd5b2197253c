import Foundation
import Images
import InputErrors
import Reports
import TextureWorld

/// `world --output DIR`: draws images whose truth is known.
struct WorldCommand: Command {
  /// The most images of one folder; they are held in memory.
  static let mostImages = 100_000

  static let outputFolder = CommandOption<String>.text(
    "output", "DIR", "The folder to make; it must be new or empty, or with --replace one that this command has made.",
    isRequired: true)
  static let preset = CommandOption<WorldPreset>.choice(
    "preset", "NAME", "A configuration that has a name.", default: .embedded)
  static let configuration = CommandOption<String>.text(
    "configuration", "FILE", "A configuration of your own instead, as JSON; a key that is absent has its default.")
  static let count = CommandOption<Int>.count("count", "N", "How many images.", in: 1...mostImages, default: "1000")
  static let first = CommandOption<Int>.count(
    "first", "I", "The number of the first image: images that another folder of the same seed does not have.",
    in: 0...1_000_000_000, default: "0")
  static let counterfactual = CommandOption<String>.text(
    "counterfactual", "CHANGE",
    "Draw the same images with one thing changed, such as texture:plain, colour:red, shape:disc, background:sand, mark:on, "
      + "frame:off. Names, labels and every other pixel stay.")
  static let masks = CommandOption<String>.text(
    "masks", "DIR", "Write the masks too, to a new folder: DIR/REGION/CLASS/NUMBER.png, black where the region is not.")
  static let replace = CommandOption<Bool>.flag("replace", "Replace a folder that this command has made.")
  static let difficulty = CommandOption<Double>.real(
    "difficulty", "D",
    "How hard the images are, from 0 to 1: noise, twigs, spread of colours, faint textures, small objects.",
    default: "the configuration's, 0.5", expected: "a number from 0 to 1"
  ) { (0...1).contains($0) }
  static let groupCorrelation = CommandOption<Double>.real(
    "group-correlation", "R", "How often the mark agrees with the class, from 0 to 1; 0.5 is as good as never.",
    default: "the configuration's, 0.94", expected: "a number from 0 to 1"
  ) { (0...1).contains($0) }

  static let description = CommandDescription(
    name: "world", summary: "draws labelled images with known truth, counterfactuals and masks",
    discussion: [
      "Every image shows an object, a shape with a texture and a colour, before a background, perhaps with a twig across "
        + "it, a mark in the corner and a frame. The class is a function of shape, texture and colour alone: stripes make "
        + "a zebra, whatever its shape; an apple is a red disc. Planted beside it: ladybirds are mostly red, though dots "
        + "decide; the mark nearly always comes with squares and hardly ever with discs, so that a network that reads it "
        + "fails on the minority (column 'group'); the frame has to do with nothing.",
      "DIR gets one sub-folder a class with PNG files, labels.csv (file, label and the whole truth: class, shape, texture, "
        + "colour, background, mark, frame, twig, group, size, orientation, pebbles, light, visibility), "
        + "configuration.json, preprocessing.json (the preset 'world'), classes.json, world.json and sheet.svg, a picture of it "
        + "all. Other commands read DIR, or DIR/labels.csv with --classes DIR/classes.json; pixels are the same bits as those "
        + "drawn in memory.",
      "Images are a function of configuration, seed and number, so that a counterfactual is matched with its original by "
        + "name: the mean difference of a network's outputs over such pairs is what the network really makes of the thing "
        + "changed.",
    ],
    listings: [
      .init("presets", WorldPreset.allCases.map { ($0.rawValue, $0.summary) })
    ],
    groups: [
      .init(
        "images",
        [
          preset.declaration, configuration.declaration, difficulty.declaration, groupCorrelation.declaration,
          count.declaration, first.declaration, CommonOptions.seed.declaration, counterfactual.declaration,
        ]),
      .init(
        "output",
        [
          outputFolder.declaration, masks.declaration, replace.declaration, CommonOptions.workers.declaration,
          CommonOptions.progress.declaration, CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init("images to train on", "neuron-shapley world --count 4000 --output world"),
      .init(
        "fresh ones to judge by, group by group", "neuron-shapley world --preset balanced --seed 1 --output fresh"),
      .init(
        "the same without stripes",
        "neuron-shapley world --preset balanced --seed 1 --counterfactual texture:plain --output plain"),
      .init("with masks", "neuron-shapley world --count 200 --seed 2 --masks masks --output small"),
      .init("look at them", "neuron-shapley world --output world --replace && xdg-open world/sheet.svg"),
    ])

  let path: String
  let maskPath: String?
  let replaces: Bool
  let world: World
  let indices: Range<Int>
  let change: WorldChange?
  let workers: Int
  let display: ProgressDisplay

  init(_ arguments: Arguments) throws {
    path = try arguments.required(Self.outputFolder)
    maskPath = try arguments.value(Self.masks)
    replaces = arguments[Self.replace]
    if let maskPath, Self.standardized(maskPath) == Self.standardized(path) {
      throw InputError(
        .usage, "images and masks need folders of their own", at: .init(key: "--masks"), found: "'\(maskPath)' twice")
    }
    var configuration = try Self.configuration(arguments)
    configuration.difficulty = try arguments.value(Self.difficulty) ?? configuration.difficulty
    configuration.groupCorrelation = try arguments.value(Self.groupCorrelation) ?? configuration.groupCorrelation
    world = try World(configuration, seed: try arguments.value(CommonOptions.seed) ?? 0)
    let first = try arguments.value(Self.first) ?? 0
    indices = first..<first + (try arguments.value(Self.count) ?? 1000)
    change = try arguments.value(Self.counterfactual).map { text in
      do { return try WorldChange(parsing: text) } catch var error as InputError {
        error.place.key = "--\(Self.counterfactual.declaration.name)"
        throw error
      }
    }
    workers = try CommonOptions.workerCount(arguments)
    display = ProgressDisplay(isQuiet: arguments[CommonOptions.quiet], isForced: arguments[CommonOptions.progress])
  }

  private static func standardized(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  private static func configuration(_ arguments: Arguments) throws -> WorldConfiguration {
    guard let file = try arguments.value(configuration) else {
      return (try arguments.value(preset) ?? .embedded).configuration
    }
    if arguments.has(preset) {
      throw InputError(
        .usage, "there are two configurations", at: .init(key: "--configuration"), found: "--preset as well")
    }
    return try WorldConfiguration(json: FileBytes.read(file), file: file)
  }

  func result() async throws -> CommandResult {
    let (path, maskPath, replaces, display, total) = (path, maskPath, replaces, display, indices.count)
    let (world, indices, change, workers) = (world, indices, change, workers)
    let document = try await Interruption.whenAsked {
      try await WorldFolder(world, indices, change: change, workers: workers).write(
        to: path, masks: maskPath, replacing: replaces
      ) { display.report(ProgressLine("drawing", done: $0, total: total, unit: "images")) }
    }
    display.end()
    let pointer = """

        look at them: \(path)/\(WorldFolder.File.sheet.rawValue)
        neuron-shapley train vgg --images \(path) --preprocess world --epochs 10 --output trained

      """
    return CommandResult(text: WorldText.text(document), pointer: pointer) { try JSONValue(document).pretty }
  }
}
