import DecisionRegions

/// The tables of regions as CSV, quoted as RFC 4180 says; numbers in the shortest form that reads back to the same bits.
public enum RegionsTables {
  /// Name of the file and content of every table that has rows.
  public static func all(_ document: RegionsDocument) -> [(name: String, csv: String)] {
    var tables = [
      ("neurons.csv", neurons(document)), ("regions.csv", regions(document)), ("vertices.csv", vertices(document)),
      ("neighbours.csv", neighbours(document)),
    ]
    if !document.transitions.isEmpty { tables.append(("transitions.csv", transitions(document))) }
    return tables
  }

  static func neurons(_ document: RegionsDocument) -> String {
    let weights = document.inputs.indices.map { "w\($0 + 1)" }
    return table(
      ["neuron"] + weights + ["bias", "threshold", "positive_share", "positive_data_share", "agreement"],
      document.neurons.map { neuron in
        [neuron.name] + neuron.weights.map(digits)
          + [neuron.bias, neuron.threshold, neuron.positiveShare, neuron.positiveDataShare, neuron.agreement].map(
            digits)
      })
  }

  static func regions(_ document: RegionsDocument) -> String {
    let hasClasses = document.regions.contains { $0.classCounts != nil }
    let place = document.isPlane ? ["polygon"] : ["lower", "upper"]
    return table(
      ["region", "signs", "share", "measure"] + place + ["count"] + (hasClasses ? document.classes : []),
      document.regions.enumerated().map { index, region in
        let shape =
          document.isPlane
          ? [region.vertices.map { point(document.vertices[$0].position) }.joined(separator: ";")]
          : (region.interval ?? []).map(digits)
        return [String(index), region.signs.description, digits(region.share), digits(region.measure)] + shape
          + [region.count.map(String.init) ?? ""] + (region.classCounts ?? []).map(String.init)
      })
  }

  static func vertices(_ document: RegionsDocument) -> String {
    table(
      document.inputs.indices.map { "x\($0 + 1)" } + ["neurons", "on_border"],
      document.vertices.map { vertex in
        vertex.position.map(digits) + [names(vertex.neurons, document), vertex.isOnBorder ? "1" : "0"]
      })
  }

  static func neighbours(_ document: RegionsDocument) -> String {
    table(
      ["region", "neighbour", "flips"],
      document.regions.enumerated().flatMap { index, region in
        region.neighbours.filter { $0.region > index }.map {
          [String(index), String($0.region), names($0.flips, document)]
        }
      })
  }

  static func transitions(_ document: RegionsDocument) -> String {
    table(
      ["from", "to", "from_region", "to_region", "share", "flips"],
      document.transitions.flatMap { transition in
        transition.pairs.map {
          [
            transition.from, transition.to, String($0.from), String($0.to), digits($0.share), names($0.flips, document),
          ]
        }
      })
  }

  private static func table(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map { $0.map(PlayersTable.quoted).joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  private static func names(_ neurons: [Int], _ document: RegionsDocument) -> String {
    neurons.map { document.neurons[$0].name }.joined(separator: ";")
  }

  private static func point(_ position: [Double]) -> String { position.map(digits).joined(separator: " ") }

  private static func digits(_ value: Double) -> String { digits(Optional(value)) }

  private static func digits(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return value.description
  }
}
