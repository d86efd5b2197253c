import Foundation
import Images
import NeuronShapley
import Reports
import Statistics
import TestSupport
import Testing

@Suite struct AdversarialReportTests {
  private static let labels = [0, 1, 2, 0, 1, 2, 0, 1]
  /// The labels of the images that are attacked towards class 2.
  private static let attacked = [0, 1, 0, 1, 0, 1]

  /// A removal after which the first `clean` images are right, and the attack reaches the first `same` and `anew` ones.
  private static func trial(_ names: [String], clean: Int, same: Int, anew: Int) -> AttackTrial {
    AttackTrial(
      removed: names, clean: labels.indices.map { $0 < clean ? labels[$0] : (labels[$0] + 1) % 3 },
      transferred: attacked.indices.map { $0 < same ? 2 : attacked[$0] },
      renewed: attacked.indices.map { $0 < anew ? 2 : 1 - attacked[$0] })
  }

  static func document(target: Int? = 2) -> AdversarialDocument {
    let attack = AdversarialAttack(target: target)
    let whole = trial([], clean: 8, same: 6, anew: 6)
    let bootstraps = (
      all: PairedBootstrap(count: 8, seed: 1), attacked: PairedBootstrap(count: 6, seed: 1), seed: UInt64(1)
    )
    func removal(_ order: AdversarialDocument.Order, _ count: Int, _ trials: [AttackTrial])
      -> AdversarialDocument.Removal
    {
      AdversarialDocument.Removal(
        order, count: count, trials: trials, whole: whole, attack: attack, labels: labels, attacked: attacked,
        bootstraps: bootstraps)
    }
    let half = AdversarialDocument.Share(value: 0.5, lower: 0.25, upper: 0.75)
    let part = AdversarialDocument.Attacked(
      images: .init(path: "val <1>", count: 8, digest: "d"), wrong: 1, ofTarget: 1, attacked: 6, success: half,
      successUnrounded: 0.6, meanLargestChange: 0.06, meanLength: 3)
    return AdversarialDocument(
      toolVersion: "1", commandLine: ["neuron-shapley", "adversarial"],
      network: .init(file: "net.onnx", digest: "d", inputShape: [3, 8, 8], classes: 3, parameters: 9, multiplyAdds: 9),
      attack: attack, classNames: ["cat", "dog", "<zebra>"], ranked: part, tested: part,
      testOrigin: "Judged by others.",
      classes: [
        .init(label: 0, name: "cat", attacked: 3, succeeded: 2, commonest: "<zebra>", commonestCount: 2),
        .init(label: 1, name: "dog", attacked: 3, succeeded: 1, commonest: "dog", commonestCount: 2),
      ],
      ranking: AdversarialDocument.Ranking(SampleRanking.small, folder: "ranking"),
      players: [
        .init(player: "conv:1", layer: "conv", channel: 1, value: -0.25, standardError: 0.01),
        .init(player: "conv:0", layer: "conv", channel: 0, value: 0.1, standardError: nil),
      ],
      removals: [
        removal(.attack, 0, [whole]),
        removal(.attack, 1, [trial(["conv:1"], clean: 6, same: 1, anew: 4)]),
        removal(
          .random, 1, [trial(["conv:0"], clean: 8, same: 6, anew: 6), trial(["conv:1"], clean: 6, same: 0, anew: 3)]),
      ], besideFile: nil)
  }

  private static func examples() -> [AttackExample] {
    let picture = Image(width: 2, height: 2, colour: .grey, pixels: [0, 100, 200, 255])
    return [
      AttackExample(
        clean: picture, attacked: picture, difference: picture, label: "cat", prediction: "<zebra>", isSuccess: true)
    ]
  }

  @Test func sharesAreThoseOfTheTrials() throws {
    let document = Self.document()
    let own = document.removals[1], random = document.removals[2]
    #expect(own.clean.value == 0.75 && own.transferred.value == 1.0 / 6 && abs(own.renewed.value - 4.0 / 6) < 1e-12)
    #expect(abs(own.transferredAccuracy.value - 5.0 / 6) < 1e-12 && own.renewedAccuracy.value == 0)
    #expect(abs(own.cleanChange.value + 0.25) < 1e-12 && abs(own.renewedChange.value + 2.0 / 6) < 1e-12)
    #expect(own.renewed.lower < own.renewed.value && own.renewed.value < own.renewed.upper)
    // Both images of the target are among the first six.
    #expect(own.targetClass?.value == 1 && document.removals[0].targetClass?.value == 1)
    #expect(own.removed == ["conv:1"] && random.removed.isEmpty && random.orders == 2)
    #expect(random.clean.value == 0.875 && random.renewed.value == 0.75 && random.renewedByOrder == [1, 0.5])
    // All attacked images give way: the bootstrap is blind there, the interval is not.
    #expect(document.removals[0].renewed.value == 1 && document.removals[0].renewed.lower < 0.7)
    let copy = try JSONValue.decode(
      AdversarialDocument.self, from: Array(JSONValue(document).pretty.utf8), file: "result.json")
    #expect(copy == document)
  }

  @Test func wordsSayWhatIsMeant() {
    let text = AdversarialText.text(Self.document())
    #expect(text.contains("L∞ within 16/255, 30 steps of 0.8/255, towards '<zebra>'"))
    #expect(text.contains("conv:1") && text.contains("the attack needs") && text.contains("A negative value"))
    #expect(text.contains("60.0 % before rounding") && text.contains("random filters (mean of 2)"))
    #expect(text.contains("Without the first 1, attacks made anew succeed"))
    #expect(!text.contains("any wrong answer"))
    #expect(AdversarialText.text(Self.document(target: nil)).contains("any wrong answer counts as a success"))
    let l2 = AdversarialAttack(norm: .l2, epsilon: 0.5, steps: 1, stepSize: 0.123456, startsAtRandom: true)
    #expect(
      AdversarialText.sentence(l2, targetName: nil)
        == "L2 within 0.500, 1 step of 0.123, away from the image's own class, from a random start")
  }

  @Test func tablesHaveEveryRow() {
    let tables = Dictionary(uniqueKeysWithValues: AdversarialTables.all(Self.document()).map { ($0.name, $0.csv) })
    #expect(tables["filters.csv"]?.split(separator: "\n").count == 3)
    #expect(tables["removals.csv"]?.split(separator: "\n").count == 4)
    #expect(tables["classes.csv"]?.hasSuffix("1,dog,3,1,dog,2\n") == true)
    #expect(tables["filters.csv"]?.contains("1,conv:1,conv,1,-0.25,0.01\n") == true)
  }

  @Test func thePageIsWhole() throws {
    let document = Self.document()
    let figures = try AdversarialFigures.all(document, examples: Self.examples())
    #expect(figures.map(\.name) == ["renewed-success", "transferred-success", "clean-accuracy", "pictures"])
    let page = AdversarialPage.page(document, figures: figures)
    #expect(page.contains("&lt;zebra&gt;") && !page.contains("<zebra>") && !page.contains("http://"))
    #expect(page.contains("data:image/png;base64"))
    #expect(try AdversarialFigures.all(document, examples: []).count == 3)
    guard HeadlessBrowser.isPresent else { return }
    let opened = try HeadlessBrowser.open(page, fragment: "")
    #expect(opened.contains("data-ready=\"true\"") && !opened.contains("data-script-error"))
  }
}
