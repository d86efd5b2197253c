import Images
import Inference
import InputErrors
import Networks
import NeuronShapley
import Reports
import Visualization

/// Images along the units' activations, and what the strongest ones go back to.
extension SeeTask {
  mutating func showExamples() async throws {
    guard let images, !units.isEmpty else { return }
    let count = options.exampleCount, few = max(1, count / 3)
    let study = ExampleStudy(counts: [
      .maximum: count, .minimum: count, .spread: count, .slightlyPositive: few, .slightlyNegative: few,
    ])
    let (units, network, workers, instructionSet) = (units, model.network, workers, instructionSet)
    let report = progress("finding examples", unit: "images")
    let found = try await Interruption.whenAsked {
      try await study.examples(
        of: units, in: network, images: images.inputImages, instructionSet: instructionSet, workers: workers,
        progress: report)
    }
    let reconstructed =
      options.parts.contains(.reconstructions) ? try await reconstructions(of: found, images) : [:]
    for (place, examples) in found.enumerated() {
      document.units[place].distribution = examples.distribution
      document.units[place].isSilent = examples.isSilent
      document.units[place].examples = try sheets(examples, reconstructed[examples.unit] ?? [], images)
    }
    let silent = found.filter(\.isSilent).map { "\($0.unit)" }
    if !silent.isEmpty {
      document.remarks.append(
        silent.count == 1
          ? "\(silent[0]) never fires on these images."
          : "\(silent.count) of \(found.count) units never fire on these images: \(Self.list(silent)).")
    }
    let wide = found.filter { examples in
      guard let field = examples.groups[.maximum]?.first?.field else { return false }
      return field.height == images.shape.height && field.width == images.shape.width
    }
    if !wide.isEmpty, wide.count == found.count {
      document.remarks.append(
        "At their strongest places these units see the whole image, so those patches are whole images.")
    }
  }

  static func list(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
  }

  /// For each unit that fires, the reconstructions of its strongest activations by rule.
  private func reconstructions(
    of found: [UnitExamples], _ images: LabeledImages
  ) async throws -> [Filter: [[[Float]]]] {
    var kept: [KeptActivation] = []
    for unit in found where !unit.isSilent {
      for example in unit.groups[.maximum] ?? [] {
        kept.append(.init(unit: unit.unit, image: example.image, row: example.row, column: example.column))
      }
    }
    let activations = kept
    if activations.isEmpty { return [:] }
    let (rules, network, workers, instructionSet) = (options.rules, model.network, workers, instructionSet)
    let report = progress("following activations back", unit: "activations")
    let maps = try await Interruption.whenAsked {
      try await ActivationReconstruction(rules: rules).reconstructions(
        of: activations, in: network, images: images.inputImages, instructionSet: instructionSet, workers: workers,
        progress: report)
    }
    var result: [Filter: [[[Float]]]] = [:]
    for (activation, own) in zip(activations, maps) { result[activation.unit, default: []].append(own) }
    return result
  }

  private mutating func sheets(
    _ examples: UnitExamples, _ reconstructed: [[[Float]]], _ images: LabeledImages
  ) throws -> [VisualizationDocument.Examples] {
    let layer = try catalog.layer(of: examples.unit)
    // One scale for all patches of a unit: the largest fills a tile.
    let all = examples.groups.values.joined()
    let side = all.map { max($0.field?.height ?? 1, $0.field?.width ?? 1) }.max() ?? 1
    let tile = Self.tile(side)
    let whole = Self.tile(max(images.shape.height, images.shape.width))
    return ExampleGroup.allCases.compactMap { group -> VisualizationDocument.Examples? in
      guard let own = examples.groups[group], !own.isEmpty else { return nil }
      let columns = group == .maximum ? 3 : min(own.count, 9)
      var result = VisualizationDocument.Examples(
        group: group,
        examples: own.map { example in
          .init(
            image: images.names[example.image], value: Double(example.value), row: example.row,
            column: example.column, rows: example.field.map { [$0.rows.lowerBound, $0.rows.upperBound - 1] } ?? [],
            columns: example.field.map { [$0.columns.lowerBound, $0.columns.upperBound - 1] } ?? [])
        }, columnCount: columns)
      var patches = PictureSheet(columnCount: columns, tileHeight: tile, tileWidth: tile)
      var overlays = PictureSheet(columnCount: columns, tileHeight: whole, tileWidth: whole)
      for example in own {
        let picture = picture(of: example.image, in: images)
        patches.append(example.field.map { picture.part($0).fitted(to: tile, reference: side) })
        overlays.append(
          ActivationOverlay.image(
            picture, map: example.map, mapHeight: layer.extent.height, mapWidth: layer.extent.width,
            showsBelowZero: group.isBelowZero, field: example.field
          ).fitted(to: whole))
      }
      let name = "\(examples.unit)-\(group.rawValue)"
      result.patches = keep(patches.image, as: "\(name)-patches")
      result.overlays = keep(overlays.image, as: "\(name)-maps")
      guard group == .maximum, reconstructed.count == own.count else { return result }
      for (number, rule) in options.rules.enumerated() {
        var sheet = PictureSheet(columnCount: columns, tileHeight: tile, tileWidth: tile)
        for (example, maps) in zip(own, reconstructed) {
          sheet.append(
            example.field.map {
              SignedPicture.image(
                input.pullBack(maps[number]), channels: input.channels, height: images.shape.height,
                width: images.shape.width, in: $0
              ).fitted(to: tile, reference: side)
            })
        }
        let word = VisibleRule.name(rule)
        result.reconstructions.append(.init(rule: word, picture: keep(sheet.image, as: "\(name)-\(word)")))
      }
      return result
    }
  }

  /// The side of a tile for pictures of a side: whole multiples of small ones.
  static func tile(_ side: Int) -> Int { side >= tileSide ? tileSide : tileSide / side * side }
}
