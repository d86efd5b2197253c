import DecisionRegions
import InputErrors
import NeuronRegions
import TestSupport
import Testing

@Suite struct WeightTableTests {
  private func read(_ text: String) throws -> [LinearNeuron] {
    try WeightTable.neurons(in: Array(text.utf8), file: "w.csv")
  }

  @Test func columnsAreFoundByName() throws {
    let neurons = try read("neuron,w2,w1,bias,threshold\na,2,1,3,0.5\n\"b, two\", 1e-3 ,-1,,\n")
    #expect(neurons.map(\.name) == ["a", "b, two"])
    #expect(neurons.map(\.weights) == [[1, 2], [-1, 1e-3]])
    #expect(neurons.map(\.bias) == [3, 0])
    #expect(neurons.map(\.threshold) == [0.5, 0])
    #expect(try read("w1\n1\n-2\n").map(\.name) == ["n1", "n2"])
  }

  @Test(arguments: [
    ("w1,w2\n1,nan\n", "line 2|w2|finite"), ("w1,w2\n1,inf\n", "finite"), ("w1,w2\n1,1e999\n", "finite"),
    ("w1,w2\n1,\n", "missing"), ("w1,w2,w3\n1,2,3\n", "one or two free inputs"), ("bias\n1\n", "w1"),
    ("w1,wieght\n1,2\n", "unknown"), ("w1,thresold\n1,2\n", "did you mean 'threshold'"), ("w1\n", "no neuron"),
    ("", "empty"), ("w1,w1\n1,2\n", "twice"), ("w1,w2\n1\n", "fields"), ("w1\nabc\n", "'abc'"),
  ])
  func badTablesSayWhatIsWrong(text: String, words: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    let message = error?.description.replacing("w.csv:", with: "line ") ?? ""
    for word in words.split(separator: "|") { #expect(message.contains(word), "\(message)") }
  }

  @Test func pointsMayHaveClasses() throws {
    let table = try WeightTable.points(in: Array("x1,x2,class\n1,2,b\n3,4,a\n5,6,b\n".utf8), inputs: 2, file: "p.csv")
    #expect(table.points == [[1, 2], [3, 4], [5, 6]])
    #expect(table.labels == [0, 1, 0])
    #expect(table.classNames == ["b", "a"])
    #expect(try WeightTable.points(in: Array("x1\n1\n".utf8), inputs: 1, file: "p.csv").labels.isEmpty)
    for text in ["x1\n1\n", "x1,x2,x3\n1,2,3\n", "x1,x2\n1,nan\n", "x1,x2\n", "x1,x2\n1,\n"] {
      #expect(throws: InputError.self) { try WeightTable.points(in: Array(text.utf8), inputs: 2, file: "p.csv") }
    }
  }

  /// Any bytes give neurons or an InputError, and neurons that were read have regions.
  @Test func anyBytesAreReadOrRefused() throws {
    var random = SeededRandom(77)
    let seeds = [
      "neuron,w1,w2,bias,threshold\na,1,2,3,4\n\"b\",-1e300,2e-308,0.5,-0\r\nc,0,0,0,0\n",
      "w1,bias\n1,2\n3,4\n-5e-324,1\n",
      "w2,w1\n1,1\n2,2\n-3,-3\n",
    ]
    var readings = 0, refusals = 0
    for trial in 0..<6_000 {
      var bytes = Array(seeds[trial % seeds.count].utf8)
      for _ in 0..<random.int(0...4) {
        let place = random.int(0...bytes.count - 1)
        switch random.int(0...3) {
        case 0: bytes[place] = UInt8(random.int(0...255))
        case 1: bytes.insert(random.pick(Array("0123456789eE+-.,\"\n\r ".utf8)), at: place)
        case 2: bytes.remove(at: place)
        default: bytes = Array(bytes[..<max(1, place)])
        }
        if bytes.isEmpty { bytes = [0] }
      }
      do {
        let neurons = try WeightTable.neurons(in: bytes, file: "w.csv")
        #expect(neurons.allSatisfy { $0.weights.allSatisfy(\.isFinite) && $0.bias.isFinite })
        let range = try InputRange(-1, 2)
        if neurons[0].inputCount == 1 {
          #expect(try IntervalRegions(neurons, range: range).regionCount >= 1)
        } else {
          #expect(try RectangleRegions(neurons, x: range, y: range).regionCount >= 1)
        }
        readings += 1
      } catch is InputError { refusals += 1 }
    }
    #expect(readings > 500 && refusals > 500)
  }
}
