import Foundation
import Reports
import Testing
import Training

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct LearningCurveTests {
  private func records(_ count: Int, hasValidation: Bool = true) -> [EpochRecord] {
    (0..<count).map { index in
      let loss = 2.0 / Double(index + 1)
      return EpochRecord(
        epoch: index + 1, step: 10 * (index + 1), learningRate: 0.1, trainingLoss: loss,
        trainingAccuracy: 1 - loss / 3, validationLoss: hasValidation ? loss + 0.1 : nil,
        validationAccuracy: hasValidation ? 0.9 - loss / 3 : nil)
    }
  }

  private func occurrences(of text: String, in whole: String) -> Int { whole.components(separatedBy: text).count - 1 }

  @Test(arguments: [0, 1, 2, 7, 3000])
  func everyLengthIsAPicture(_ count: Int) {
    let picture = LearningCurveChart.drawing(records(count), selected: count).document
    #expect(XMLParser(data: Data(picture.utf8)).parse())
    #expect(!picture.lowercased().contains("nan") && !picture.contains("inf"))
    // Two panels and the legend.
    #expect(occurrences(of: "class=\"curve validation\"", in: picture) == (count == 0 ? 0 : 3))
    #expect(occurrences(of: ">model<", in: picture) == (count == 0 ? 0 : 2))
  }

  @Test func withoutValidationThereIsOneCurve() {
    let picture = LearningCurveChart.drawing(records(4, hasValidation: false)).document
    #expect(!picture.contains("class=\"curve validation\"") && !picture.contains(">model<"))
    #expect(occurrences(of: "class=\"curve training\"", in: picture) == 3)
  }

  @Test func pointsLieWhereTheirValuesAre() throws {
    let picture = LearningCurveChart.drawing(records(2)).document
    // The loss falls from 2 to 1 on an axis that begins at 0: the second point lies half as high.
    let path = try #require(picture.firstMatch(of: /class="curve training" d="M(\S+) (\S+)L(\S+) (\S+)"/))
    let zero = try #require(picture.firstMatch(of: /class="zero" x1="\S+" y1="(\S+)"/))
    let (first, second, base) = (Double(path.2) ?? 0, Double(path.4) ?? 0, Double(zero.1) ?? 0)
    #expect(abs((base - second) / (base - first) - 0.5) < 0.01)
    #expect(Double(path.1) ?? 0 < Double(path.3) ?? 0)
  }

  @Test func anEpochIsOneLine() {
    #expect(
      TrainingText.line(records(1)[0], of: 9)
        == "epoch 1 of 9: loss 2.00, accuracy 33.3 %; validation loss 2.10, accuracy 23.3 %")
  }
}
