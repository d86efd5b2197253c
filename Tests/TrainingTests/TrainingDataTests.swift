import Images
import InputErrors
import Testing
import Training

@Suite struct TrainingDataTests {
  private func error(_ make: () throws -> TrainingData) -> InputError? {
    do {
      _ = try make()
      return nil
    } catch { return error as? InputError }
  }

  @Test func aSplitTakesTheSameShareOfEveryClass() throws {
    let images = try StripeWorld.images(90)
    let data = try TrainingData(splitting: images, validationShare: 0.2, seed: 5)
    let validation = try #require(data.validation)
    #expect(data.training.count == 72 && validation.count == 18)
    for label in 0..<3 { #expect(validation.labels.count { $0 == label } == 6) }
    let kept = Set(data.validationIndices)
    #expect(kept.count == 18)
    #expect(data.validationIndices.map { images.names[$0] } == validation.names)
    #expect(Set(data.training.names).isDisjoint(with: validation.names))
    #expect(data.classNames == ["rows", "columns", "dots"])
  }

  @Test func theSeedDecidesTheSplit() throws {
    let images = try StripeWorld.images(90)
    func kept(_ seed: UInt64) throws -> [Int] {
      try TrainingData(splitting: images, validationShare: 0.2, seed: seed).validationIndices
    }
    #expect(try kept(1) == kept(1))
    #expect(try kept(1) != kept(2))
  }

  @Test func oneImageOfEachClassRemains() throws {
    let data = try TrainingData(splitting: StripeWorld.images(7), validationShare: 0.9, seed: 1)
    // Of 3, 2 and 2 images.
    #expect(data.training.labels.sorted() == [0, 1, 2])
  }

  @Test func whatCannotBeTrainedOnIsRefused() throws {
    let images = try StripeWorld.images(30)
    let one = images.subset([0, 3, 6])
    #expect(error { try TrainingData(training: one) }?.what.contains("one class") == true)
    #expect(error { try TrainingData(splitting: one, validationShare: 0.3, seed: 0) }?.found?.contains("rows") == true)
    #expect(
      error { try TrainingData(splitting: images.limit(3), validationShare: 0.1, seed: 0) }?.what.contains("no image")
        == true)
    let large = try StripeWorld.images(6, side: 10)
    #expect(error { try TrainingData(training: images, validation: large) }?.what.contains("shape") == true)
    let unnamed = try LabeledImages(
      images: [try #require(images.picture(of: 0))], labels: [7], preprocessing: images.preprocessing)
    #expect(error { try TrainingData(training: images, validation: unnamed) }?.found == "7")
    let renamed = try LabeledImages(
      images: [try #require(images.picture(of: 0))], labels: [0], classNames: ["rows", "dots"],
      preprocessing: images.preprocessing)
    #expect(error { try TrainingData(training: images, validation: renamed) }?.expected == "'columns'")
  }
}
