import Foundation
import Images
import InputErrors
import Networks
import NeuronShapley
import Reports
import Visualization

/// Units over the checkpoints of a training.
extension SeeTask {
  mutating func showEvolution() async throws {
    guard let images, let series, !units.isEmpty else { return }
    let chosen = Self.moments(series.checkpoints.count, atMost: options.momentCount)
    var evolutions = units.map { VisualizationDocument.Evolution(unit: "\($0)", moments: []) }
    for number in chosen {
      let checkpoint = try series.checkpoint(number)
      let network = checkpoint.network
      let moments = try await moments(network, checkpoint.step, checkpoint.name, images)
      for place in evolutions.indices { evolutions[place].moments.append(moments[place]) }
    }
    document.evolutions = evolutions
  }

  /// - Throws: ``InputErrors/InputError`` when a checkpoint that will be shown does not fit the model and the units.
  func checkCheckpoints() throws {
    guard options.parts.contains(.evolution), let series else { return }
    for number in Self.moments(series.checkpoints.count, atMost: options.momentCount) {
      let checkpoint = try series.checkpoint(number)
      try requireUnits(in: checkpoint.network, of: checkpoint.name)
    }
  }

  /// - Throws: ``InputErrors/InputError`` when a checkpoint reads other images or lacks a unit.
  private func requireUnits(in network: Network, of file: String) throws(InputError) {
    guard network.inputShape == model.network.inputShape else {
      throw InputError(
        .data, "the checkpoint reads other images than the model", at: .init(file: file),
        expected: "\(model.network.inputShape)", found: "\(network.inputShape)")
    }
    let catalog = UnitCatalog(network)
    for unit in units {
      do { _ = try catalog.layer(of: unit) } catch {
        throw InputError(
          .data, "the checkpoint has no unit '\(unit)'", at: .init(file: file, key: "--checkpoints"),
          hint: "checkpoints are those of one training, with the same layers")
      }
    }
  }

  /// Numbers of checkpoints: the first, the last, and between them more of the early ones (1, 2, 4, 8, …), as units change
  /// most at first.
  static func moments(_ count: Int, atMost limit: Int) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var chosen: Set<Int> = [0, count - 1]
    let last = Double(count - 1)
    for place in 1..<limit - 1 {
      let share = Double(place) / Double(limit - 1)
      // Geometric from 1 to the last, moved on where the number is taken.
      var number = Int(exp(share * log(last)).rounded())
      while chosen.contains(number), number < count - 1 { number += 1 }
      chosen.insert(number)
    }
    return chosen.sorted()
  }

  private mutating func moments(
    _ network: Network, _ step: Double, _ name: String, _ images: LabeledImages
  ) async throws -> [VisualizationDocument.Evolution.Moment] {
    let (units, workers, instructionSet) = (units, workers, instructionSet)
    let report = progress("examples at step \(NumberText.plain(step))", unit: "images")
    let (found, reconstructed) = try await Interruption.whenAsked {
      let found = try await ExampleStudy(counts: [.maximum: 1]).examples(
        of: units, in: network, images: images.inputImages, instructionSet: instructionSet, workers: workers,
        progress: report)
      let kept = found.compactMap { unit in
        unit.groups[.maximum]?.first.map {
          KeptActivation(unit: unit.unit, image: $0.image, row: $0.row, column: $0.column)
        }
      }
      let maps = try await ActivationReconstruction(rules: [.deconvolution]).reconstructions(
        of: kept, in: network, images: images.inputImages, instructionSet: instructionSet, workers: workers)
      return (found, maps)
    }
    let pictures =
      options.parts.contains(.maximized)
      ? try await made(
        units.map { MaximizationObjective(.channel($0)) }, options.regularization, count: 1, of: network) : []
    return found.enumerated().map { place, unit in
      let example = unit.groups[.maximum]?.first
      let label = "\(unit.unit)-step\(NumberText.plain(step))"
      var moment = VisualizationDocument.Evolution.Moment(
        step: step, checkpoint: name, image: example.map { images.names[$0.image] } ?? "",
        value: unit.distribution.maximum, isSilent: unit.isSilent, patch: nil, reconstruction: nil, maximized: nil)
      if let example, let field = example.field {
        let side = Self.tile(max(field.height, field.width))
        moment.patch = keep(picture(of: example.image, in: images).part(field).fitted(to: side), as: "\(label)-patch")
        if !unit.isSilent {
          let map = SignedPicture.image(
            input.pullBack(reconstructed[place][0]), channels: input.channels, height: images.shape.height,
            width: images.shape.width, in: field)
          moment.reconstruction = keep(map.fitted(to: side), as: "\(label)-deconvolution")
        }
      }
      if let own = pictures.indices.contains(place) ? pictures[place].first : nil {
        moment.maximized = kept(own, as: "\(label)-maximized")
      }
      return moment
    }
  }
}
