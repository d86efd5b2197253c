import CommandLineTool
import InputErrors
import Testing

private enum Colour: String, CaseIterable { case crimson, turquoise }

private let images = CommandOption<String>.text("images", "PATH", "Where the images are.", isRequired: true)
private let top = CommandOption<Int>.count("top", "K", "How many.", in: 1...100, default: "10")
private let colour = CommandOption<Colour>.choice("colour", "C", "Which one.", default: .crimson)
private let mean = CommandOption<[Double]>.reals("mean", "a,b,c", "The means.")
private let quiet = CommandOption<Bool>.flag("quiet", "Say nothing.")
private let command = CommandDescription(
  name: "try", summary: "tries things", discussion: ["It tries."],
  positionals: [.init("MODEL", "the model's file")],
  groups: [
    .init(
      "things",
      [images.declaration, top.declaration, colour.declaration, mean.declaration, quiet.declaration])
  ],
  examples: [.init("try it", "neuron-shapley try a.onnx --images b")])

private func failure(_ words: [String], reading: (Arguments) throws -> Void = { _ in }) -> InputError? {
  do {
    try reading(try Arguments(words, for: command))
    return nil
  } catch { return error as? InputError }
}

@Suite struct ArgumentsTests {
  @Test func bothWaysOfWritingAValueAreTheSame() throws {
    let apart = try Arguments(["m.onnx", "--images", "here", "--top", "1e2", "--quiet"], for: command)
    let joined = try Arguments(["--top=1e2", "--quiet", "--images=here", "m.onnx"], for: command)
    #expect(apart.positionals == joined.positionals)
    #expect(try joined.required(images) == "here")
    #expect(apart.positionals == ["m.onnx"])
    #expect(try apart.required(images) == "here")
    #expect(try apart.value(top) == 100)
    #expect(apart[quiet])
    #expect(try apart.value(mean) == nil)
    #expect(!apart.has(mean))
  }

  @Test func valuesMayBeNegativeOrHoldAnEqualsSign() throws {
    let arguments = try Arguments(["m", "--images=a=b", "--mean", "-1,2.5,-3"], for: command)
    #expect(try arguments.required(images) == "a=b")
    #expect(try arguments.value(mean) == [-1, 2.5, -3])
  }

  @Test func twoDashesEndTheOptions() throws {
    let arguments = try Arguments(["--images", "x", "--", "--top"], for: command)
    #expect(arguments.positionals == ["--top"])
  }

  @Test func helpNeedsNothingElse() throws {
    #expect(try Arguments(["-h"], for: command).wantsHelp)
    #expect(try Arguments(["--help"], for: command).wantsHelp)
  }

  @Test func anUnknownOptionGetsASuggestion() throws {
    let error = try #require(failure(["m", "--imges", "x"]))
    #expect(error.kind == .usage)
    #expect(error.what.contains("--imges"))
    #expect(error.hint == "did you mean '--images'?")
    #expect(failure(["m", "-images", "x"])?.what == "unknown option '-images'")
    #expect(failure(["m", "--zzzzzzzzz"])?.hint?.contains("--help") == true)
  }

  @Test func wrongUsesAreNamed() {
    #expect(failure(["m", "--images", "x", "--images", "y"])?.place.key == "--images")
    #expect(failure(["m", "--images", "x", "--images=y"])?.what == "the option is given twice")
    #expect(failure(["m", "--images", "x", "--quiet", "--quiet"])?.what == "the option is given twice")
    #expect(failure(["m", "--images"])?.what == "the option needs a value")
    #expect(failure(["m", "--images", "--top", "3"])?.what == "the option needs a value")
    #expect(failure(["m", "--images", "x", "--quiet=yes"])?.what == "the option takes no value")
    #expect(failure(["m"])?.place.key == "--images")
    #expect(failure(["--images", "x"])?.what.contains("MODEL is missing") == true)
    #expect(failure(["m", "n", "--images", "x"])?.what.contains("'n'") == true)
    #expect(failure(["m", "--images", "x"]) == nil)
  }

  @Test func wrongValuesAreNamed() {
    let base = ["m", "--images", "x"]
    #expect(failure(base + ["--top", "0"]) { _ = try $0.value(top) }?.expected == "a whole number from 1 to 100")
    #expect(failure(base + ["--top", "many"]) { _ = try $0.value(top) }?.found == "'many'")
    let wrong = failure(base + ["--colour", "turqoise"]) { _ = try $0.value(colour) }
    #expect(wrong?.hint == "did you mean 'turquoise'?")
    #expect(wrong?.place.key == "--colour")
    #expect(failure(base + ["--mean", "1,,2"]) { _ = try $0.value(mean) }?.found == "'1,,2'")
    #expect(failure(["m", "--images="]) { _ = try $0.required(images) }?.place.key == "--images")
  }
}

@Suite struct HelpTests {
  @Test func helpNamesEveryOptionWithItsDefaultAndTheExitCodes() {
    let text = Help.text(for: command)
    for option in command.options {
      #expect(text.contains(option.usage))
      if let value = option.defaultText { #expect(text.contains("(default: \(value))")) }
    }
    #expect(text.contains("crimson, turquoise"))
    #expect(text.contains("(required)"))
    #expect(text.contains("neuron-shapley try a.onnx --images b"))
    for code in ExitCode.allCases { #expect(text.contains("  \(code.rawValue) ")) }
  }

  @Test func linesKeepToTheWidth() {
    for line in Help.text(for: command, width: 60).split(separator: "\n") where !line.contains("neuron-shapley") {
      #expect(line.count <= 60)
    }
  }
}
