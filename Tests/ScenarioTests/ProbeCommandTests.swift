import Foundation
import Images
import Reports
import TestSupport
import Testing

@Suite struct ProbeCommandTests {
  /// Pictures of a small world as PNG files with a list: stripes along or across, a coin, the brightness as a number.
  private struct Pictures {
    let world: SmallWorld
    let list: String

    init(count: Int = 48) throws {
      world = try SmallWorld()
      let folder = world.path("pictures")
      for kind in ["along", "across"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
      }
      var random = SeededRandom(3)
      var rows = "file,label,stripes,coin,brightness,copy\n"
      for index in 0..<count {
        let isAlong = index % 2 == 0, offset = random.int(0...60)
        let pixels = (0..<144).map { place -> UInt8 in
          let isInk = isAlong ? place / 12 % 4 < 2 : place % 12 % 4 < 2
          return UInt8(offset + random.int(0...40) + (isInk ? 90 : 0))
        }
        let file = "\(isAlong ? "along" : "across")/\(index).png"
        try Data(PNGEncoder.encode(Image(width: 12, height: 12, colour: .grey, pixels: pixels)))
          .write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
        rows += "\(file),\(index % 4),\(isAlong ? "along" : "across"),\(random.int(0...1)),\(offset),same\n"
      }
      list = folder + "/list.csv"
      try rows.write(toFile: list, atomically: true, encoding: .utf8)
    }

    func run(_ words: [String]) throws -> BuiltTool.Result {
      try BuiltTool.run(["probe", world.model, "--preprocess", "mnist"] + words, in: world.folder)
    }
  }

  @Test func conceptsOfAListAreProbedAndTheFolderSaysHow() throws {
    let pictures = try Pictures()
    var outputs: [ProbeDocument] = []
    for workers in ["1", "3"] {
      let folder = pictures.world.path("probed-\(workers)")
      let result = try pictures.run([
        "--images", pictures.list, "--target", "stripes=along,coin,brightness", "--together", "--seed", "2", "--folds",
        "3", "--workers", workers, "--output", folder, "--json",
      ])
      #expect(result.status == 0, "\(result.error)")
      var document = try JSONValue.decode(ProbeDocument.self, from: Array(result.output.utf8), file: "stdout")
      document.seconds = 0
      document.commandLine = []
      outputs.append(document)
      #expect(document.concepts.map(\.concept) == ["stripes=along", "coin", "brightness"])
      #expect(document.concepts[0].layers.map(\.layer) == ["conv1", "conv2", "classes", "all layers"])
      #expect(document.concepts[0].layers.allSatisfy { $0.score.mean > 0.8 })
      #expect(document.concepts[1].layers.allSatisfy { $0.verdict == .notFound })
      #expect(document.concepts[2].classNames.isEmpty && document.concepts[2].layers[0].score.mean > 0.5)
      #expect(document.concepts.map(\.effects.count) == [1, 0, 1], "nothing is removed for what was not found")
      if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
      for file in ["report.html", "result.json", "layers.csv", "units.csv", "neurons.csv"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"), "\(file)")
      }
      let units = try String(contentsOfFile: folder + "/units.csv", encoding: .utf8).split(separator: "\n")
      #expect(units.count == 1 + 2 * 2 * 24, "two concepts of two classes, 24 neurons alone and together")
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test func foldersOfImagesAndASeriesOfFiles() throws {
    let pictures = try Pictures()
    let other = try SmallWorld.otherModel(in: pictures.world.folder)
    let folder = pictures.world.path("probed")
    let result = try pictures.run([
      "--positive", pictures.world.path("pictures/along"), "--negative", pictures.world.path("pictures/across"),
      "--layers", "conv1,conv2", "--probe", "lasso", "--layers-only", "--folds", "3", "--repetitions", "1",
      "--checkpoints", "\(other),\(pictures.world.model)", "--steps", "10,250", "--output", folder,
    ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("along: can be read best at"))
    #expect(result.output.contains("own decisions"))
    let document = try JSONValue.decode(
      ProbeDocument.self, from: Array(Data(contentsOf: URL(fileURLWithPath: folder + "/result.json"))), file: folder)
    #expect(document.series.count == 1 && document.series[0].steps == [10, 250])
    #expect(document.series[0].layers == ["conv1", "conv2"] && document.series[0].checkpoints[0] == "other.onnx")
    #expect(document.concepts[0].layers.allSatisfy { $0.nonzeroWeights.map { $0 < 12 } ?? false }, "a sparse probe")
    if HeadlessBrowser.isPresent { #expect(try HeadlessBrowser.fault(ofPage: folder + "/report.html") == nil) }
  }

  @Test(arguments: ["flatten", "positions", "max"]) func everyPoolingWorks(_ pooling: String) throws {
    let pictures = try Pictures()
    let result = try pictures.run([
      "--images", pictures.list, "--target", "stripes", "--layers", "conv2", "--pooling", pooling, "--probe", "mlp",
      "--hidden", "4", "--folds", "2", "--repetitions", "1", "--layers-only", "--json",
    ])
    #expect(result.status == 0, "\(result.error)")
    let document = try JSONValue.decode(ProbeDocument.self, from: Array(result.output.utf8), file: "stdout")
    let layer = document.concepts[0].layers[0]
    #expect(layer.featureCount == (pooling == "max" ? 12 : 12 * 25) && layer.nonzeroWeights == nil)
    #expect(layer.cells.count == (pooling == "positions" ? 25 : 0))
  }

  @Test func badInputIsNamed() throws {
    let pictures = try Pictures()
    func fails(_ words: [String], _ status: Int32, _ text: String) throws {
      let result = try pictures.run(words)
      #expect(result.status == status && result.error.contains(text), "\(words): \(result.error)")
    }
    let images = ["--images", pictures.list]
    try fails(images, 64, "no concept is named")
    try fails(images + ["--target", "stripe"], 64, "did you mean 'stripes'")
    try fails(images + ["--target", "stripes=alon"], 64, "did you mean 'along'")
    try fails(images + ["--target", "copy"], 65, "all images have the same value")
    try fails(images + ["--target", "stripes,stripes"], 64, "named twice")
    try fails(images + ["--target", "stripes", "--layers", "conv9"], 64, "did you mean 'conv1'")
    try fails(images + ["--target", "stripes", "--folds", "40"], 65, "too few images")
    try fails(images + ["--target", "stripes", "--identity", "brightnes"], 64, "did you mean 'brightness'")
    try fails(images + ["--target", "stripes", "--probe", "linar"], 64, "did you mean 'linear'")
    try fails(images + ["--target", "stripes", "--probe", "lasso", "--penalty", "l2"], 64, "--penalty")
    try fails(images + ["--target", "stripes", "--probe", "ridge"], 65, "is no quantity")
    try fails(images + ["--target", "stripes", "--probe", "mlp", "--effects", "best"], 64, "--effects")
    try fails(images + ["--target", "stripes", "--memory", "1K"], 64, "--memory")
    try fails(images + ["--target", "stripes", "--checkpoints", "absent.onnx"], 66, "absent.onnx")
    try fails(
      images + ["--target", "stripes", "--checkpoints", "\(pictures.world.model)", "--steps", "1,2"], 64, "--steps")
    let along = pictures.world.path("pictures/along")
    try fails(["--positive", along], 64, "--negative")
    try fails(["--positive", along, "--negative", along], 65, "one image is both")
    try fails(["--positive", along, "--negative", along, "--images", pictures.list], 64, "--images")
    #expect(!FileManager.default.fileExists(atPath: pictures.world.path("report.html")))
  }
}
