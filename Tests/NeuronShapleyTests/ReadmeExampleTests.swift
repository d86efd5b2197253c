import Foundation
import Images
import ModelFormats
import NeuronShapley
import TestSupport
import Testing

/// The README's example, compiled and run; the text between the two marks stands in the README to the letter.
private func rankFilters(model: String, photos: String) async throws -> [String] {
  var lines: [String] = []
  func print(_ parts: Any...) { lines.append(parts.map { "\($0)" }.joined(separator: " ")) }
  // README begins
  let network = try ONNXReader().read(file: model)
  let images = try await ImageLoading.load(
    .init(path: photos), preprocessing: .preset(named: "cifar10-imagenet")
  ).images.sample(64, seed: 1)
  let configuration = RankingConfiguration(
    metric: .logLikelihood(), estimator: .permutation(.init(evaluations: 50_000)), seed: 1)
  let job = try await NeuronRankingJob.prepare(
    network: network, images: images, configuration: configuration, workers: 2)
  if let result = try await job.run().result {
    for entry in result.ranking.top(10) {
      print(entry.rank, entry.name, entry.estimate.value, entry.estimate.standardError ?? .nan)
    }
  }
  // README ends
  return lines
}

@Suite("The README's example")
struct ReadmeExampleTests {
  @Test("stands in the README as it is compiled here")
  func text() throws {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let parts = source.components(separatedBy: "\n  // README ")
    let code = try #require(parts.count == 3 ? parts[1] : nil).split(separator: "\n").dropFirst()
      .map { String($0.dropFirst(2)) }.joined(separator: "\n")
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(readme.contains(code))
  }

  @Test(
    "ranks the filters of a real network", .enabled(if: TestData.isPresent, Comment(rawValue: TestData.absenceReason)))
  func run() async throws {
    let lines = try await rankFilters(
      model: TestData.path("models/resnet20_cifar10.onnx"), photos: TestData.path("cifar10/test_open.bin"))
    #expect(lines.count == 10)
    #expect(lines[0].hasPrefix("1 "))
  }
}
