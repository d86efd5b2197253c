import InputErrors
import Tensors
import Testing

@Suite("Tensors and shapes")
struct TensorTests {
  @Test("A shape names its extents and counts its elements")
  func shapes() {
    let map = Shape(3, 4, 5)
    #expect(map.count == 60 && map.rank == 3 && map.area == 20 && map.channels == 3)
    #expect(map.description == "3×4×5")
    #expect(Shape(7).area == 1 && Shape(7).channels == 7)
    #expect(Shape([]).count == 1 && Shape([]).description == "scalar")
  }

  @Test("Values that do not fill the shape are refused with both numbers")
  func misfit() {
    let error = #expect(throws: InputError.self) { try Tensor(shape: Shape(2, 2), values: [1, 2, 3]) }
    #expect(error?.expected == "4 values for 2×2")
    #expect(error?.found == "3")
  }
}

@Suite("Input errors")
struct InputErrorTests {
  @Test("An error is one line with place, expected, found and hint")
  func line() {
    let error = InputError(
      .data, "the weight does not fit\nthe input", at: .init(file: "a.onnx", node: "conv1 (Conv)", byte: 12),
      expected: "3", found: "4", hint: "check the export")
    #expect(
      error.description
        == "a.onnx: byte 12: node conv1 (Conv): the weight does not fit the input (expected 3, found 4); check the export"
    )
    #expect(InputError(.usage, "no").inFile("x").description == "x: no")
    #expect(InputError(.usage, "no", at: .init(file: "y", line: 3)).inFile("x").description == "y:3: no")
  }

  @Test("A slip of the keyboard finds its word; a stranger does not")
  func suggestions() {
    let names = ["accuracy", "log-likelihood", "margin", "logit"]
    #expect(Suggestion.closest(to: "acuracy", among: names) == "accuracy")
    #expect(Suggestion.closest(to: "lgoit", among: names) == "logit")
    #expect(Suggestion.closest(to: "loglikelihood", among: names) == "log-likelihood")
    #expect(Suggestion.closest(to: "zebra", among: names) == nil)
    #expect(Suggestion.hint(for: "Margin", among: names) == "did you mean 'margin'?")
    #expect(Suggestion.closest(to: "x", among: []) == nil)
  }
}
