import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports
import Visualization

/// Maximised pictures of units and other objectives, and the comparison of regularisations.
extension SeeTask {
  /// More units than this are not compared under every regularisation.
  static let mostCompared = 4

  mutating func showMaximized() async throws {
    if !units.isEmpty {
      // Everywhere, and at one place: what images are compared by.
      let objectives = try units.map { unit -> [MaximizationObjective] in
        let channel = MaximizationObjective(.channel(unit))
        return try catalog.layer(of: unit).shape.area > 1
          ? [channel, MaximizationObjective(.neuron(unit, nil))] : [channel]
      }
      let pictures = try await made(Array(objectives.joined()), options.regularization, count: options.pictureCount)
      var next = 0
      for (place, own) in objectives.enumerated() {
        for (kind, _) in own.enumerated() {
          for picture in pictures[next + kind] {
            let name = "\(units[place])-maximized\(kind > 0 ? "-centre" : "")-\(picture.number)"
            document.units[place].maximized.append(kept(picture, as: name))
          }
        }
        next += own.count
      }
      let dead = pictures.flatMap { $0 }.filter { $0.value <= $0.firstValue }.map { "\($0.objective)" }
      if !dead.isEmpty {
        document.remarks.append(
          "The ascent found nothing better than its first picture for \(Self.list(Array(Set(dead)).sorted())).")
      }
    }
    let others = objectives
    guard !others.isEmpty else { return }
    let pictures = try await made(others.map(\.objective), options.regularization, count: options.pictureCount)
    for ((objective, title), own) in zip(others, pictures) {
      document.objectives.append(
        .init(
          objective: "\(objective)", title: title,
          pictures: own.map { kept($0, as: "maximized-\(objective)-\($0.number)") }))
    }
  }

  mutating func compare() async throws {
    let compared = Array(units.prefix(Self.mostCompared))
    if units.count > compared.count {
      document.remarks.append("Regularisations are compared on the first \(compared.count) units.")
    }
    guard !compared.isEmpty else { return }
    if images == nil {
      document.remarks.append(
        "The learned prior is left out of the comparison: it is trained on images, and there are none.")
    }
    let objectives = compared.map { MaximizationObjective(.channel($0)) }
    var comparisons = objectives.map { VisualizationDocument.Comparison(objective: "\($0)", columns: []) }
    for regularization in PictureRegularization.allCases where !regularization.needsPrior || images != nil {
      let pictures = try await made(objectives, regularization, count: 1)
      for (place, own) in pictures.enumerated() {
        comparisons[place].columns.append(
          .init(
            regularization: regularization,
            picture: kept(own[0], as: "\(compared[place])-\(regularization.rawValue)")))
      }
    }
    document.comparisons = comparisons
  }

  /// Makes the pictures of objectives: a list for each.
  mutating func made(
    _ objectives: [MaximizationObjective], _ regularization: PictureRegularization, count: Int,
    of network: Network? = nil
  ) async throws -> [[MaximizedPicture]] {
    let extent = try extent(objectives)
    document.settings.extent = [extent.height, extent.width]
    let ascent = try await ascent(regularization, in: network ?? model.network, extent: extent)
    let (workers, instructionSet) = (workers, instructionSet)
    let report = progress("maximising (\(regularization.rawValue))", unit: "steps")
    let pictures = try await Interruption.whenAsked {
      try await ascent.pictures(
        of: objectives, count: count, extent: extent, instructionSet: instructionSet, workers: workers,
        progress: report)
    }
    return objectives.indices.map { Array(pictures[$0 * count..<($0 + 1) * count]) }
  }

  /// Keeps a picture and what is known of it.
  mutating func kept(_ picture: MaximizedPicture, as name: String) -> VisualizationDocument.Picture {
    .init(
      objective: "\(picture.objective)", picture: keep(picture.image, as: name), value: picture.value,
      firstValue: picture.firstValue, peak: picture.peak)
  }

  mutating func checkRandomization() async throws {
    guard let images else { return }
    var check = RandomizationCheck()
    check.seed = seed
    let some = images.subset(images.indices(atMost: 32)).inputImages
    let (network, workers, instructionSet) = (model.network, workers, instructionSet)
    let report = progress("destroying weights", unit: "stages")
    let fixed = check
    let result = try await Interruption.whenAsked {
      try await fixed.result(
        network, images: some, instructionSet: instructionSet, workers: workers, progress: report)
    }
    document.randomization = .init(
      rules: result.rules.map(VisibleRule.name), imageCount: result.imageCount,
      stages: result.stages.map { .init(layer: $0.layer, layerCount: $0.layerCount, similarities: $0.similarities) })
  }
}
