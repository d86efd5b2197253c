import Foundation
import NeuronShapley
import Reports
import TestSupport
import Testing

struct ClassesReportTests {
  /// Values in which neighbouring classes are alike: each has three filters of its own and three that it shares with the
  /// next class.
  private static func rankings(classes: Int, players: Int) -> ClassRankings {
    let values = (0..<classes).map { label in
      (0..<players).map { player in
        let distance = player - label * 3
        let wave = sin(Double(player * 7 + label * 13)) / 20
        return (0..<6).contains(distance) ? 1 - Double(distance) / 10 + wave : wave
      }
    }
    return ClassRankings(
      players: (0..<players).map {
        .init(name: "conv\($0 / 100):\($0 % 100)", layer: "conv\($0 / 100)", channel: $0 % 100)
      },
      classes: values.enumerated().map { label, values in
        .init(
          label: label, name: label == 1 ? "bee, \"queen\" <b>" : label < 6 ? "class \(label)" : "crane",
          imageCount: 1 + label % 4, dealtCount: 3, units: 3,
          values: values, standardErrors: label == 2 ? nil : values.map { abs($0) / 10 }, grandValue: 1,
          emptyValue: 0, residual: 1e-15)
      }, unseen: [], units: 3, estimatedEvaluations: 10,
      effort: .init(
        imageCount: 9, drawnImageCount: 8, evaluations: 10, multiplyAdds: 1, fullPassMultiplyAdds: 1, bytesPerBlock: 1,
        rounds: 1, seconds: 1))
  }

  private static func document(
    classes: Int, players: Int, top: Int = 5
  ) -> (document: ClassesDocument, rankings: ClassRankings, tops: ClassTops) {
    let plain = rankings(classes: classes, players: players)
    let names = ClassesDocument.uniqueNames(plain.classes.map { ($0.label, $0.name) })
    let rankings = plain.renamed { names[$0] }
    let tops = ClassTops(rankings, count: top)
    let layers = ClassesDocument.layers(rankings.players)
    let (matrix, shown) = ClassesDocument.matrix(rankings, tops)
    let tested = (0..<min(classes, 30)).map {
      ClassesDocument.Removal.Tested(label: $0, name: names[$0], images: 4, accuracy: 0.75)
    }
    let removed = tested.prefix(20).map { own in
      ClassesDocument.Removal.Row(
        label: own.label, name: own.name, accuracies: tested.map { $0.label == own.label ? 0.25 : 0.5 },
        own: .init(mean: -0.5, standardError: 0.1, images: 4), others: .init(mean: -0.25, standardError: nil, images: 9)
      )
    }
    let random = ClassesDocument.Removal.Row(
      label: nil, name: "random 1", accuracies: tested.map { _ in 0.5 }, own: nil,
      others: .init(mean: -0.25, standardError: 0.1, images: 20))
    let images = RankingDocument.ImagesSummary(path: "images", count: 9, digest: "d")
    let document = ClassesDocument(
      toolVersion: "1", commandLine: ["neuron-shapley", "classes", "a model.onnx"],
      question: .init(metric: "log-likelihood", ablation: "mean", playerKind: "filters", top: tops.count),
      network: .init(
        file: "net.onnx", digest: "d", inputShape: [3, 8, 8], classes: classes + 2, parameters: 1, multiplyAdds: 1),
      images: images, calibration: images,
      estimation: .init(
        estimator: "permutation", seed: 1, ending: "the budget of evaluations is spent", isEndedByClock: false,
        imagesCounted: 9, imagesDrawn: 8, largestResidual: 1e-15, largestStandardError: nil),
      cost: .init(evaluations: 10, units: 3, multiplyAdds: 1, seconds: 1, workers: 2, peakMemory: nil),
      players: rankings.players.map(\.name), layers: layers,
      classes: ClassesDocument.entries(rankings, tops, layers: layers, responses: nil),
      withoutImages: ["nothing", "nobody"], unseen: [],
      overlap: ClassesDocument.overlap(rankings, tops, shown: shown),
      shared: ClassesDocument.shared(rankings, tops), matrix: matrix,
      removal: .init(
        images: images, isSplit: true, count: tops.count, classes: tested, rows: Array(removed), random: [random],
        leftOut: max(0, classes - 20)), settings: .object([:]))
    return (document, rankings, tops)
  }

  @Test func theDocumentReadsBackAndSaysWhatIsThere() throws {
    let (document, _, tops) = Self.document(classes: 5, players: 200)
    let read = try JSONValue.decode(ClassesDocument.self, from: Array(document.json().utf8), file: "result.json")
    #expect(read == document)
    #expect(document.classes[1].top.map(\.rank) == [1, 2, 3, 4, 5])
    #expect(document.classes[1].top.allSatisfy { $0.standardError != nil } && document.classes[2].reliability == nil)
    #expect(document.classes[3].values?.count == 200)
    #expect(document.overlap.counts[0].count == 5 && document.overlap.mean ?? 0 > document.overlap.byChance)
    #expect(document.shared.first?.tops == 2)
    #expect(document.shared.count == tops.shared.count)
    for entry in document.classes {
      let sum = zip(entry.positive, entry.negative).reduce(0) { $0 + $1.0 + $1.1 }
      #expect(abs(sum - (entry.values ?? []).reduce(0, +)) < 1e-9)
    }
    let text = ClassesText.text(document)
    #expect(
      text.contains("class 3") && text.contains("−50.0") && text.contains("2 of the model's classes have no image"))
    #expect(text.contains("1 class came up in one unit of work only"))
  }

  /// Neighbours in the chain share filters; each player stands with the class that needs it most.
  @Test func orderShowsStructure() {
    let columns = (0..<6).map { label in (0..<20).map { ($0 - [0, 3, 1, 5, 2, 4][label] * 3) / 6 == 0 ? 1.0 : 0 } }
    let places = ClassOrder.chain(columns).map { [0, 3, 1, 5, 2, 4][$0] }
    #expect(places == Array(0..<6) || places == Array((0..<6).reversed()), "\(places)")
    #expect(ClassOrder.blocks([[1, 5], [7, 2], [0, 9], [3, 1]]) == [1, 3, 2, 0])
    #expect(ClassOrder.chain([[1, 2]]) == [0] && ClassOrder.chain([]).isEmpty)
  }

  @Test func tablesHoldEverything() throws {
    let (document, rankings, tops) = Self.document(classes: 5, players: 200)
    let (values, errors) = ClassesTables.values(rankings)
    let lines = values.split(separator: "\n")
    #expect(lines.count == 201 && lines[0].hasPrefix("player,layer,channel,class 0,\"bee, \"\"queen\"\" <b>\",class 2"))
    #expect(lines[7].hasPrefix("conv0:6,conv0,6,"))
    #expect(lines[7].split(separator: ",").map { Double($0) }[6] == rankings.classes[3].values[6])
    #expect(errors.split(separator: "\n")[1].hasSuffix(",") == false && errors.contains(",,"))
    #expect(ClassesTables.tops(document).split(separator: "\n").count == 1 + 5 * 5)
    #expect(ClassesTables.overlap(rankings, tops).split(separator: "\n").count == 6)
    #expect(ClassesTables.layers(document).split(separator: "\n").count == 1 + 5 * 2)
    let removal = try #require(document.removal)
    #expect(ClassesTables.removal(removal).split(separator: "\n").count == 1 + 6 * 5)
  }

  /// A thousand classes of a thousand filters: pictures stay pictures, the document a document.
  @Test func aThousandClassesStayUsable() throws {
    let (document, _, _) = Self.document(classes: 1000, players: 1000, top: 10)
    #expect(document.classes.allSatisfy { $0.values == nil })
    #expect(document.matrix.classes.count == 40 && document.matrix.players.count == 60)
    #expect(Set(document.matrix.classes).count == 40, "names that repeat are told apart")
    let page = ClassesPage.page(document)
    #expect(page.utf8.count < 3_000_000 && page.contains("values.csv has all 1,000"))
    #expect(try document.json().utf8.count < 10_000_000)
    #expect(ClassesText.text(document).split(separator: "\n").count < 40)
  }

  @Test(
    .enabled(if: HeadlessBrowser.isPresent, Comment(rawValue: HeadlessBrowser.absenceReason)), arguments: [1, 5, 300])
  func thePageRunsWithoutError(classes: Int) throws {
    let page = ClassesPage.page(Self.document(classes: classes, players: 200).document)
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<b>") && !page.contains("nan"))
    let opened = try HeadlessBrowser.open(page, fragment: "")
    #expect(opened.contains("data-ready=\"true\"") && !opened.contains("data-script-error"))
  }
}
