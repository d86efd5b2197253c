import Images
import InputErrors
import Probing
import Testing

@Suite struct ConceptReadingTests {
  private func images() throws -> LabeledImages {
    let pictures = (0..<30).map { Image(width: 2, height: 2, colour: .grey, pixels: [UInt8($0 % 29), 0, 0, 0]) }
    return try LabeledImages(
      images: pictures, labels: (0..<30).map { $0 % 3 }, classNames: ["cat", "dog", "owl"],
      columns: [
        ("texture", (0..<30).map { ["dots", "stripes", ""][$0 % 3] }), ("size", (0..<30).map { "\(Double($0) / 4)" }),
        ("mark", (0..<30).map { $0 < 10 ? "yes" : "no" }), ("few", (0..<30).map { "\($0 % 12)" }),
        ("same", [String](repeating: "a", count: 30)),
      ])
  }

  @Test func columnsBecomeClassesOrQuantities() throws {
    let reading = ConceptReading(try images())
    let texture = try reading.concept("texture")
    #expect(texture.classNames == ["dots", "stripes"] && texture.rows.count == 20, "rows without a text are left out")
    let mark = try reading.concept("mark")
    #expect(mark.classNames == ["no", "yes"] && mark.classSizes == [20, 10])
    #expect(try reading.concept("few").classNames == (0..<12).map(String.init), "numbers by size")
    let size = try reading.concept("size")
    #expect(size.target == .values((0..<30).map { Double($0) / 4 }) && size.chance == 0)
    let dots = try reading.concept("texture=dots")
    #expect(dots.classNames == ["not dots", "dots"] && dots.classSizes == [10, 10])
    #expect(try reading.concept("label").classNames == ["cat", "dog", "owl"])
    #expect(try reading.concept("label=owl").classSizes == [20, 10])
    #expect(try reading.identities(column: "texture") == (0..<30).map { [1, 2, 0][$0 % 3] })
    let forced = try ConceptReading(images(), kind: .quantity).concept("few")
    #expect(forced.classCount == nil)
  }

  @Test func whatIsNotThereIsAnError() throws {
    let reading = ConceptReading(try images())
    func message(_ text: String) -> String {
      let error = #expect(throws: InputError.self) { try reading.concept(text) }
      return error?.description ?? ""
    }
    #expect(message("textur").contains("did you mean 'texture'"))
    #expect(message("texture=dot").contains("did you mean 'dots'"))
    #expect(message("same").contains("'a' alone"))
    let error = #expect(throws: InputError.self) {
      try ConceptReading(try images(), kind: .quantity).concept("texture")
    }
    #expect(error?.description.contains("numbers of at most") == true)
  }

  @Test func copiesAreFoundAndClassesCanBeEvened() throws {
    let images = try images()
    #expect(images.firstOccurrences == (0..<29).map { $0 } + [0])
    let mark = try ConceptReading(images).concept("mark").balanced(seed: 3)
    #expect(mark.classSizes == [10, 10])
    #expect(mark.rows == mark.rows.sorted() && mark.rows.prefix(10) == ArraySlice(0..<10))
    #expect(try mark == ConceptReading(images).concept("mark").balanced(seed: 3))
  }

  @Test func setsArePutTogether() throws {
    let first = try images().subset([0, 1]), second = try images().subset([5])
    let both = try first.appending(second)
    #expect(both.count == 3 && both.labels == [0, 1, 2] && both.columns["mark"] == ["yes", "yes", "yes"])
    #expect(both.pixels(of: 2) == second.pixels(of: 0))
    let other = try LabeledImages(
      images: [Image(width: 3, height: 2, colour: .grey, pixels: [0, 0, 0, 0, 0, 0])], labels: [0])
    #expect(throws: InputError.self) { try first.appending(other) }
  }
}
