import Visualization

/// What may be said of units, in sentences that page and terminal share.
enum VisualizationStatements {
  static func lead(_ document: VisualizationDocument) -> String {
    var shown: [String] = []
    let them =
      document.units.count == 1
      ? (subject: "it is", object: "it", agreement: "it agrees")
      : (subject: "they are", object: "them", agreement: "they agree")
    if document.units.contains(where: { !$0.examples.isEmpty }) {
      shown.append("images on which \(them.subject) largest")
    }
    if document.units.contains(where: { $0.examples.contains { !$0.reconstructions.isEmpty } }) {
      shown.append("what in those images that goes back to")
    }
    if document.units.contains(where: { !$0.maximized.isEmpty }) {
      shown.append("pictures that were made to make \(them.object) large")
    }
    if document.units.contains(where: { $0.dissection != nil }) {
      shown.append("how well \(them.agreement) with masks of concepts")
    }
    if shown.isEmpty { return "Pictures of what \(HTMLReport.fileName(document.network.file)) has learnt." }
    let list = shown.count == 1 ? shown[0] : shown.dropLast().joined(separator: ", ") + " and " + shown[shown.count - 1]
    let whose =
      document.units.count == 1
      ? "One unit of" : "\(NumberText.grouped(document.units.count)) units of"
    return "\(whose) \(HTMLReport.fileName(document.network.file)): \(list)."
  }

  /// That a unit never fires; nil where it does.
  static func silence(_ unit: VisualizationDocument.Unit) -> String? {
    guard unit.isSilent else { return nil }
    let largest = unit.distribution.map { " The largest value before it is \(number($0.maximum))." } ?? ""
    return
      "This unit never fires: its output is the lowest that its activation function has, at every position of every image."
      + largest
  }

  /// How a unit's values are distributed; nil where that was not measured.
  static func distribution(_ unit: VisualizationDocument.Unit) -> String? {
    guard let own = unit.distribution else { return nil }
    let range =
      "Values before the activation function lie between \(number(own.minimum)) and \(number(own.maximum)), with mean "
      + "\(number(own.mean)) and standard deviation \(number(own.standardDeviation))."
    guard own.firingShare > 0 else { return "Above zero on none of the images. " + range }
    return "Above zero somewhere on \(NumberText.percent(own.firingShare)) of the images, and at "
      + "\(NumberText.percent(own.positiveShare)) of all positions. " + range
  }

  /// Of how many units the maximised picture was measured beside images, and for how many it is larger than on any.
  static func exceeding(_ document: VisualizationDocument) -> (count: Int, total: Int)? {
    let compared = document.units.compactMap { unit -> Bool? in
      guard let best = unit.distribution?.maximum, let peak = unit.peak else { return nil }
      return peak > best
    }
    return compared.isEmpty ? nil : (compared.count { $0 }, compared.count)
  }

  static func number(_ value: Double) -> String { NumberText.significant(value, 3) }

  /// A value with its standard error, rounded to what is known of it.
  static func estimate(_ value: Double, _ error: Double?) -> String {
    guard let error else { return number(value) }
    return "\(NumberText.estimate(value, error: error)) ± \(NumberText.significant(error, 2))"
  }

  static func rule(_ rule: String) -> String {
    switch rule {
    case "gradient": "gradient"
    case "guided": "guided backpropagation"
    case "deconvolution": "deconvnet"
    default: rule
    }
  }

  static func group(_ group: ExampleGroup) -> String {
    switch group {
    case .maximum: "Where it is largest"
    case .slightlyPositive: "Slightly positive"
    case .slightlyNegative: "Slightly negative"
    case .minimum: "Where it is smallest"
    case .spread: "Spread over all images"
    }
  }

  static func regularization(_ regularization: PictureRegularization) -> String {
    switch regularization {
    case .none: "nothing"
    case .l2: "L2"
    case .totalVariation: "total variation"
    case .gradientBlur: "gradient blur"
    case .bilateral: "bilateral filter"
    case .frequency: "equal octaves"
    case .padding: "padding"
    case .jitter: "jitter"
    case .scaling: "scaling"
    case .rotation: "rotation"
    case .views: "all views"
    case .fourier: "Fourier"
    case .lucid: "Fourier, all views"
    case .maco: "MaCo"
    case .prior: "learned prior"
    }
  }

  /// What it means to be in a ranking's top; nil for a value that is an estimate and nothing more.
  static func status(_ status: String) -> String? {
    switch status {
    case "estimated": nil
    case "in": "decided to be in the top"
    case "out": "decided to be out of the top"
    default: status
    }
  }

  /// How the layers compare with chance.
  static func dissection(_ dissection: VisualizationDocument.Dissection) -> [String] {
    let units = dissection.layers.reduce(0) { $0 + $1.units }
    let chance =
      dissection.shuffledDetectors.map {
        "With every image given another one's masks there are \(NumberText.grouped($0))."
      } ?? "What chance gives cannot be told from a single image."
    var sentences = [
      "\(NumberText.grouped(dissection.detectors)) of \(NumberText.grouped(units)) units are detectors of a concept: the "
        + "\(NumberText.percent(dissection.share)) of positions where they are largest overlap with its masks by an IoU above "
        + "\(NumberText.plain(dissection.detectorIoU)). \(chance)"
    ]
    let doubtful = dissection.layers.filter { layer in
      layer.shuffledDetectors.map { layer.detectors > 0 && 2 * $0 >= layer.detectors } ?? false
    }
    if !doubtful.isEmpty {
      sentences.append(
        "Chance alone gives half as many or more at \(doubtful.map(\.layer).joined(separator: ", ")): detectors there say little."
      )
    }
    return sentences
  }
}

extension VisualizationDocument.Unit {
  /// The largest value that a maximised picture reaches anywhere in the unit's map.
  var peak: Double? { maximized.compactMap(\.peak).max() }
}

extension VisualizationDocument.Dissection {
  var detectors: Int { layers.reduce(0) { $0 + $1.detectors } }

  /// Detectors of all layers with masks of other images; nil where that is not known.
  var shuffledDetectors: Int? {
    let known = layers.compactMap(\.shuffledDetectors)
    return known.count == layers.count ? known.reduce(0, +) : nil
  }
}
