import InputErrors
import Reports
import Testing

@Suite struct RankingDocumentTests {
  @Test func whatIsWrittenIsReadAgain() throws {
    let document = SampleRanking.small
    let text = try document.json()
    #expect(try RankingDocument(json: Array(text.utf8), file: "r") == document)
    #expect(text.contains(#""format": "neuron-shapley.ranking""#))
    // A player stands on one line, so that line tools can read the file.
    #expect(text.split(separator: "\n").count { $0.contains("\"player\": ") && $0.contains("\"rank\": ") } == 4)
  }

  @Test func otherDocumentsAreRefusedByName() throws {
    func failure(_ text: String) -> InputError? {
      do {
        _ = try RankingDocument(json: Array(text.utf8), file: "r.json")
        return nil
      } catch { return error }
    }
    #expect(failure(#"{"format": "neuron-shapley.ranking", "version": 2}"#)?.place.key == "version")
    #expect(failure(#"{"format": "something", "version": 1}"#)?.found == "something")
    #expect(failure(#"{"version": 1}"#)?.place.key == "format")
    #expect(failure(#"{"format": "neuron-shapley.ranking", "version": 1}"#)?.kind == .data)
    let text = try SampleRanking.small.json()
    #expect(failure(String(text.prefix(text.count / 2)))?.place.file == "r.json")
    #expect(failure(text.replacing("undecided", with: "unsure"))?.place.key?.hasPrefix("players.1") == true)
  }

  @Test func layersAddUp() {
    let layers = LayerSummary.layers(of: SampleRanking.small)
    #expect(layers.map(\.layer) == ["conv1", "a,\"b\"<i>", "conv2"])
    #expect(layers[0].sum == 0.125)
    #expect(layers[0].positive == 0.25)
    #expect(layers[0].negative == -0.125)
    #expect(LayerSummary(layer: "x", values: [4, 0, 1, 3, 2]).quantile(0.25) == 1)
    #expect(LayerSummary(layer: "x", values: [1, 2]).quantile(0.5) == 1.5)
    #expect(LayerSummary(layer: "x", values: []).quantile(0.5) == 0)
  }
}
