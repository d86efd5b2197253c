import Foundation
import InputErrors
import Reports
import ScenarioRunner

/// `run SCENARIO`: answers a question that is written down as a file.
struct RunCommand: Command {
  static let outputFolder = CommandOption<String>.text(
    "output", "DIR",
    "The folder to write; it must be new or empty, or hold an earlier run of the same scenario, which is replaced.",
    default: "the scenario's name and .run, in the current folder")
  static let cache = CommandOption<String>.text(
    "cache", "DIR", "Where trained networks and drawn images are kept.",
    default: "$XDG_CACHE_HOME/neuron-shapley, or ~/.cache/neuron-shapley")
  static let resume = CommandOption<Bool>.flag(
    "resume", "Go on with the rankings that an interrupted run has begun, instead of beginning anew.")

  static let description = CommandDescription(
    name: "run", summary: "answers a question that is written down as a scenario",
    discussion: [
      "SCENARIO is a folder with scenario.json, which names the question, the network (an ONNX file, or a recipe and the "
        + "images to train it on), the images (files, or a configuration of the procedural world), and the commands that "
        + "answer it with their settings; README.md poses the question, expected.json says what should come out.",
      "A network is trained once: it is kept under a digest of recipe, images and seed. An interrupted training goes on "
        + "from its state; what a killed run left half written is never taken for whole. Commands are shown as they "
        + "could be typed, except those that only check what is expected.",
      "Where what was found is not what expected.json allows, the differing points are listed and the exit code is 70. "
        + "With --model or --images of yours nothing is compared.",
    ],
    positionals: [.init("SCENARIO", "a folder with scenario.json")],
    groups: [
      ScenarioReplacements.group,
      .init(
        "run",
        [
          outputFolder.declaration, cache.declaration, resume.declaration, CommonOptions.workers.declaration,
          CommonOptions.progress.declaration, CommonOptions.quiet.declaration, CommonOptions.json.declaration,
        ]),
    ],
    examples: [
      .init("the first one, with nothing at hand", "neuron-shapley run Scenarios/01-responsible-filters"),
      .init(
        "the same question about a network of yours",
        "neuron-shapley run Scenarios/12-from-files --model net.onnx --images val/ --preprocess imagenet --output mine"),
    ])

  let scenario: String
  let outputPath: String?
  let session: @Sendable (ScenarioFolder) -> ScenarioSession
  let isResuming: Bool

  init(_ arguments: Arguments) throws {
    scenario = arguments.positionals[0]
    outputPath = try arguments.value(Self.outputFolder)
    let isResuming = arguments[Self.resume]
    self.isResuming = isResuming
    let replacements = try ScenarioReplacements(arguments)
    let cache = ContentCache(try arguments.value(Self.cache) ?? ContentCache.standardPath())
    let workers = try CommonOptions.workerCount(arguments)
    let output = CommonOptions.Output(arguments)
    let isForced = arguments[CommonOptions.progress]
    let display = ProgressDisplay(isQuiet: output.isQuiet, isForced: isForced)
    session = { folder in
      ScenarioSession(
        folder: folder, replacements: replacements, cache: cache, workers: workers, isResuming: isResuming,
        output: output, isProgressForced: isForced, display: display)
    }
  }

  /// The pages to look at, and the folder.
  private static func pointer(_ scenario: Scenario, _ target: ScenarioOutput) -> String {
    let pages = scenario.steps.filter(\.isShown).flatMap { step in
      ["report.html", "regions.html"].map { target.folder(of: step.name) + "/" + $0 }
    }
    let lines = pages.filter(FileManager.default.fileExists).map { "  report: \($0)\n" }
    return "\n\(lines.joined())  everything: \(target.path)\n"
  }

  func result() async throws -> CommandResult {
    let folder = try ScenarioFolder(reading: scenario)
    let session = session(folder)
    try session.check()
    let target = try ScenarioOutput(
      path: outputPath ?? "\(folder.name).run", scenario: folder.name, steps: folder.scenario.steps.map(\.name),
      keepsSteps: isResuming)
    if !session.output.isJSON { try Terminal.output("\n  \(folder.scenario.question)\n\n") }
    let document = try await session.run(into: target)
    try target.write(document)
    let disagreements = document.disagreements
    return CommandResult(
      text: document.agreementText, pointer: Self.pointer(folder.scenario, target),
      failure: disagreements.isEmpty
        ? nil
        : ScenarioDisagreement(
          file: folder.path(of: folder.scenario.expected ?? ""), checks: disagreements, count: document.checks.count)
    ) { try JSONValue(document).pretty }
  }
}
