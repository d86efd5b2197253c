import Reports

/// A small ranking that was made up, with every feature that a renderer must show.
enum SampleRanking {
  static func player(
    _ layer: String, _ channel: Int, _ value: Double, error: Double? = 0.01, limits: ClosedRange<Double>? = nil,
    _ status: RankingDocument.Player.Status = .estimated, rank: Int
  ) -> RankingDocument.Player {
    RankingDocument.Player(
      player: "\(layer):\(channel)", layer: layer, channel: channel, value: value, standardError: error,
      lower: limits?.lowerBound, upper: limits?.upperBound, samples: 12, status: status, rank: rank)
  }

  static func document(_ players: [RankingDocument.Player]) -> RankingDocument {
    let images = RankingDocument.ImagesSummary(path: "photos", count: 60, digest: "aa11", skipped: ["cat/broken.jpg"])
    let sum = players.reduce(0) { $0 + $1.value }
    return RankingDocument(
      toolVersion: "0.0.0", commandLine: ["neuron-shapley", "rank", "m.onnx", "--images", "my photos"],
      question: .init(
        metric: "accuracy", ablation: "mean", playerKind: "filters", top: 1, delta: 0.05, tolerance: 0.001),
      network: .init(
        file: "models/m.onnx", digest: "bb22", inputShape: [3, 32, 32], classes: 10, parameters: 1234,
        multiplyAdds: 56_000_000),
      images: images, calibration: images,
      estimation: .init(
        estimator: "permutation", seed: 7, ending: "the budget of evaluations is spent", isEndedByClock: false,
        grandValue: sum + 0.1,
        emptyValue: 0.1, efficiency: .exact, residual: 1e-17, confidence: .timeUniform, confidenceDelta: 0.05,
        truncatedShare: 0.25, truncation: "the rest shares what is left", bias: nil),
      cost: .init(
        evaluations: 123_456, units: 99, multiplyAdds: 7_000_000_000_000, seconds: 61, workers: 2,
        peakMemory: 300 << 20),
      players: players, settings: .object(["seed": .integer(7), "metric": .string("accuracy")]))
  }

  static let small = document([
    player("conv1", 0, 0.25, limits: 0.1...0.4, .in, rank: 1), player("conv1", 1, -0.125, .undecided, rank: 4),
    player("a,\"b\"<i>", 0, 0.0625, error: nil, .out, rank: 2), player("conv2", 0, 0, error: 0, .out, rank: 3),
  ])
}
