import Foundation

/// Two inputs: each neuron's output as a plane over them, with the boundary lines projected on the floor.
enum PlanesFigure {
  /// Parallel projection of the box [−1, 1]³, turned about the vertical and tilted.
  struct Camera {
    var turn = 0.62
    var tilt = 0.5

    func callAsFunction(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double) {
      let across = x * cos(turn) - y * sin(turn), away = x * sin(turn) + y * cos(turn)
      return (290 + 172 * across, 232 - 120 * z * cos(tilt) - 165 * away * sin(tilt))
    }
  }

  static let planeLimit = 8
  static let floor = -1.25

  static func drawing(_ document: RegionsDocument, _ palette: RegionsPalette) -> SVGDrawing {
    var drawing = SVGDrawing(
      width: 760, height: 500, title: "Outputs as planes over two inputs",
      summary:
        "Each neuron's output over the inputs; where it equals its threshold, the boundary is projected on the floor.",
      rules: RegionsStyle.rules(palette))
    let camera = Camera(), levels = RegionsFigures.Levels(document)
    let (first, second) = (document.inputs[0], document.inputs[1])
    let unit = { (value: Double, input: RegionsDocument.Input) in
      2 * (value - input.lower) / (input.upper - input.lower) - 1
    }
    let corners = [
      (first.lower, second.lower), (first.upper, second.lower), (first.upper, second.upper),
      (first.lower, second.upper),
    ]
    let outputs = document.neurons.map { neuron in
      corners.map { neuron.weights[0] * $0.0 + neuron.weights[1] * $0.1 + neuron.bias - neuron.threshold }
    }
    let height = outputs.prefix(planeLimit).joined().map { abs($0) }.filter(\.isFinite).max() ?? 1
    let scale = height > 0 ? 1 / height : 1
    let ground = corners.map { camera(unit($0.0, first), unit($0.1, second), floor) }
    if document.regions.count <= RegionMapFigure.regionLimit {
      for region in document.regions {
        let places = region.vertices.map { document.vertices[$0].position }
          .map { camera(unit($0[0], first), unit($0[1], second), floor) }
        drawing.path(RegionMapFigure.path(places) + "Z", "region level\(levels(region))")
      }
    }
    drawing.path(RegionMapFigure.path(ground) + "Z", "frame")
    for (index, neuron) in document.neurons.enumerated() {
      guard let ends = neuron.boundary else { continue }
      let (a, b) = ((unit(ends[0], first), unit(ends[1], second)), (unit(ends[2], first), unit(ends[3], second)))
      let (p, q) = (camera(a.0, a.1, floor), camera(b.0, b.1, floor))
      drawing.line(p.0, p.1, q.0, q.1, "boundary n\(RegionsStyle.line(index))")
    }
    for (index, neuron) in document.neurons.prefix(planeLimit).enumerated() {
      let colour = RegionsStyle.line(index)
      let face = zip(corners, outputs[index]).map { camera(unit($0.0, first), unit($0.1, second), $1 * scale) }
      drawing.path(RegionMapFigure.path(face) + "Z", "face n\(colour) k\(colour)", tip: neuron.name)
      guard let ends = neuron.boundary else { continue }
      for place in [(ends[0], ends[1]), (ends[2], ends[3])] {
        let (x, y) = (unit(place.0, first), unit(place.1, second))
        let (top, bottom) = (camera(x, y, 0), camera(x, y, floor))
        drawing.line(top.0, top.1, bottom.0, bottom.1, "guide")
      }
      let (p, q) = (
        camera(unit(ends[0], first), unit(ends[1], second), 0), camera(unit(ends[2], first), unit(ends[3], second), 0)
      )
      drawing.line(p.0, p.1, q.0, q.1, "boundary thin dashed n\(colour)")
    }
    label(document.inputs[0].name, camera(0, -1.25, floor), &drawing)
    label(document.inputs[1].name, camera(-1.25, 0, floor), &drawing)
    RegionsFigures.legend(document, levels, &drawing, x: 590, y: 30, room: 430)
    return drawing
  }

  private static func label(_ name: String, _ place: (Double, Double), _ drawing: inout SVGDrawing) {
    let text = Markup.shortened(name, to: 34)
    // About six pixels a character: the name stays within the picture.
    let half = 3.2 * Double(text.count) + 4
    drawing.text(max(half, place.0), min(492, place.1 + 6), text, "onmap", anchor: .middle)
  }
}
