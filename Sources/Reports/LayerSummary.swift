/// The values of one layer's players taken together.
public struct LayerSummary: Sendable, Hashable {
  public let layer: String
  /// The values in ascending order.
  public let values: [Double]
  public let sum: Double
  /// The sum of the positive values, and of the negative ones.
  public let positive: Double
  public let negative: Double

  /// The layers of a ranking in network order. Complexity: O(n log n).
  public static func layers(of document: RankingDocument) -> [LayerSummary] {
    var order: [String] = []
    var values: [String: [Double]] = [:]
    for player in document.players {
      if values[player.layer] == nil { order.append(player.layer) }
      values[player.layer, default: []].append(player.value)
    }
    return order.map { LayerSummary(layer: $0, values: values[$0] ?? []) }
  }

  public init(layer: String, values: [Double]) {
    self.layer = layer
    self.values = values.sorted()
    sum = values.reduce(0, +)
    positive = values.reduce(0) { $0 + max(0, $1) }
    negative = values.reduce(0) { $0 + min(0, $1) }
  }

  /// The value below which the share `q` of the values lies, by linear interpolation; 0 without values.
  public func quantile(_ q: Double) -> Double {
    guard let last = values.last else { return 0 }
    let position = q * Double(values.count - 1)
    let below = Int(position)
    guard below + 1 < values.count else { return last }
    let weight = position - Double(below)
    return values[below] * (1 - weight) + values[below + 1] * weight
  }
}
