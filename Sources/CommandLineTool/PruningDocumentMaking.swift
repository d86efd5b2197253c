import Foundation
import Images
import Networks
import NeuronShapley
import Pruning
import Reports

extension PruningDocument {
  /// A finished pruning as a document.
  init(
    _ pruned: PrunedNetwork, small: Network, bytes: Data, model: ModelFile, command: PruneCommand,
    evidence: PruneCommand.Evidence, filters: [Filter], check: PruningCheck, speed: Speed, performance: Performance?
  ) {
    var digest = SHA256Digest()
    bytes.withUnsafeBytes { digest.update($0) }
    self.init(
      toolVersion: Tool.version, commandLine: command.words, file: model.path, digest: model.digest,
      output: command.target, outputDigest: SHA256Digest.hexadecimal(digest.finalize()),
      removal: command.removal.summary, ablation: evidence.ablation.kind.rawValue, images: evidence.images,
      calibration: evidence.calibration,
      filters: .init(
        asked: pruned.askedCount, taken: pruned.takenCount, idle: pruned.idleCount,
        kept: pruned.kept.map { .init(filter: "\($0.layer):\($0.channel)", reason: $0.reason.words) },
        removed: filters),
      parameters: .init(model.network.parameterCount, small.parameterCount),
      multiplyAdds: .init(model.network.multiplyAdds, small.multiplyAdds),
      fileBytes: .init(model.byteCount, bytes.count),
      layers: pruned.layers.map {
        .init(
          name: $0.name, filters: .init($0.filters, $0.filtersLeft), asked: $0.asked,
          parameters: .init($0.parameters, $0.parametersLeft),
          multiplyAdds: .init($0.multiplyAdds, $0.multiplyAddsLeft))
      },
      addedNodes: pruned.addedNodes,
      check: .init(
        isOnNoise: evidence.labeled == nil, images: check.imageCount, largestDifference: check.largestDifference,
        tolerance: command.tolerance),
      speed: speed, performance: performance)
  }
}

extension KeptReason {
  /// The reason as a report gives it.
  fileprivate var words: String {
    switch self {
    case .place(let reader): "'\(reader)' needs a channel in their place, and this costs less than moving channels"
    case .group: "the other filters of their group stay, and groups are of one size"
    case .input: "the channel that they read is kept for another layer"
    case .output: "they are outputs of the network"
    }
  }
}
