import Images
import InputErrors

/// Images of scenes of which one factor at a time has been set to each of its values, with all else as it was.
///
/// What changes within such a set of images is the factor's doing and nothing else's: the controlled experiment by which
/// it is found out what a filter responds to.
public struct ImageVariations: Sendable {
  /// One value of one factor: `texture`, `stripes`.
  public struct Concept: Sendable, Hashable, Codable {
    public let factor: String
    public let value: String

    public init(factor: String, value: String) {
      self.factor = factor
      self.value = value
    }
  }

  /// The images of one scene that differ in one factor alone.
  struct Series: Sendable, Hashable {
    let scene: Int
    let factor: Int
    /// The places of the images by the value's place among the factor's; nil where the scene lacks one.
    var images: [Int?]
  }

  public let images: LabeledImages
  /// In the order in which they come first.
  public let factors: [(name: String, values: [String])]
  public let sceneCount: Int
  let series: [Series]

  /// The columns that say what an image shows.
  public static let columns = ["scene", "factor", "value"]

  /// - Parameter images: with the ``columns``, as from a CSV list; an image may come several times.
  /// - Throws: ``InputErrors/InputError`` (data) when a column is missing, a scene has a value twice, or no factor has two
  ///   values in a scene.
  public init(_ images: LabeledImages) throws(InputError) {
    var columns: [[String]] = []
    for name in Self.columns {
      guard let column = images.columns[name] else {
        throw InputError(
          .data, "the list of variations lacks a column", expected: Self.columns.joined(separator: ", "),
          found: "no '\(name)'", hint: Suggestion.hint(for: name, among: images.columnNames))
      }
      columns.append(column)
    }
    var factors: [(name: String, values: [String])] = []
    var scenes: [String: Int] = [:]
    var series: [Series] = []
    var places: [[Int]: Int] = [:]
    for index in images.labels.indices {
      let (sceneName, factorName, value) = (columns[0][index], columns[1][index], columns[2][index])
      let scene = scenes[sceneName] ?? scenes.count
      scenes[sceneName] = scene
      let factor = factors.firstIndex { $0.name == factorName } ?? factors.count
      if factor == factors.count { factors.append((factorName, [])) }
      let position = factors[factor].values.firstIndex(of: value) ?? factors[factor].values.count
      if position == factors[factor].values.count { factors[factor].values.append(value) }
      let place = places[[scene, factor]] ?? series.count
      if place == series.count {
        places[[scene, factor]] = place
        series.append(Series(scene: scene, factor: factor, images: []))
      }
      while series[place].images.count <= position { series[place].images.append(nil) }
      guard series[place].images[position] == nil else {
        throw InputError(
          .data, "the scene '\(sceneName)' has a value of a factor twice", at: .init(file: images.names[index]),
          found: "\(factorName) \(value)")
      }
      series[place].images[position] = index
    }
    self.series = series.filter { $0.images.count { $0 != nil } > 1 }
    guard !self.series.isEmpty else {
      throw InputError(.data, "no factor has two values in any scene: there is nothing to compare")
    }
    self.images = images
    self.factors = factors
    sceneCount = scenes.count
  }

  /// The values that are told apart: all of a factor, but of one with two values the second alone, because the first is
  /// its opposite.
  public var concepts: [Concept] {
    factors.flatMap { factor in
      factor.values.dropFirst(factor.values.count == 2 ? 1 : 0).map { Concept(factor: factor.name, value: $0) }
    }
  }
}
