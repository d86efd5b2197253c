// swift-tools-version: 6.1
import PackageDescription

/// A test target for the module of the same name; every one may use the shared test support.
func tests(_ module: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(module)Tests",
    dependencies: [.target(name: module), "TestSupport", "InputErrors"] + dependencies)
}

let package = Package(
  name: "neuron-shapley",
  products: [
    .library(name: "CooperativeGames", targets: ["CooperativeGames"]),
    .library(name: "DecisionRegions", targets: ["DecisionRegions", "NeuronRegions"]),
    .library(name: "NetworkCore", targets: ["Tensors", "Networks", "Inference", "Pruning", "ModelFormats", "Images"]),
    .library(name: "NeuronShapley", targets: ["NeuronShapley"]),
    .library(name: "Probing", targets: ["Probing"]),
    .library(name: "TCAV", targets: ["TCAV"]),
    .library(name: "TextureWorld", targets: ["TextureWorld"]),
    .library(name: "Visualization", targets: ["Visualization"]),
    .executable(name: "neuron-shapley", targets: ["neuron-shapley"]),
  ],
  dependencies: [],
  targets: [
    // Floor 0: nothing below.
    .target(name: "InputErrors"),
    .target(name: "AtomicFiles", dependencies: ["InputErrors"]),
    .target(name: "Statistics", dependencies: ["InputErrors"]),
    .target(name: "CKernels"),
    .target(name: "Tensors", dependencies: ["InputErrors", "CKernels"]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Floor 1.
    .target(name: "Networks", dependencies: ["Tensors", "InputErrors"]),
    .target(
      name: "Images",
      dependencies: ["Tensors", "Statistics", "InputErrors", "CTurboJPEG", "CPNG", "CZlib"]),
    .target(name: "CooperativeGames", dependencies: ["Statistics", "InputErrors"]),
    .target(name: "DecisionRegions", dependencies: ["Statistics", "InputErrors"]),

    // Floor 2.
    .target(name: "Inference", dependencies: ["Networks", "Tensors", "InputErrors", "CKernels"]),
    .target(name: "ModelFormats", dependencies: ["Networks", "Tensors", "InputErrors"]),

    // Floor 3.
    .target(
      name: "Training",
      dependencies: [
        "Inference", "ModelFormats", "Images", "Networks", "Tensors", "Statistics", "CKernels", "AtomicFiles",
        "InputErrors",
      ]),

    .target(name: "Pruning", dependencies: ["Inference", "Networks", "Tensors", "InputErrors"]),

    .target(name: "TextureWorld", dependencies: ["Images", "Networks", "Tensors", "Statistics", "InputErrors"]),

    // Floor 4.
    .target(
      name: "NeuronShapley",
      dependencies: [
        "CooperativeGames", "Pruning", "Inference", "Images", "Networks", "Tensors", "Statistics", "InputErrors",
      ]),

    .target(
      name: "NeuronRegions",
      dependencies: ["DecisionRegions", "NeuronShapley", "Inference", "Images", "Networks", "Tensors", "InputErrors"]),

    .target(
      name: "Probing",
      dependencies: [
        "NeuronShapley", "Inference", "Images", "Networks", "Tensors", "Statistics", "CKernels", "InputErrors",
      ]),

    .target(
      name: "TCAV",
      dependencies: [
        "Probing", "NeuronShapley", "Inference", "Images", "Networks", "Tensors", "Statistics", "InputErrors",
      ]),

    .target(
      name: "Visualization",
      dependencies: [
        "NeuronShapley", "Training", "Inference", "Images", "Networks", "Tensors", "Statistics", "InputErrors",
      ]),

    // Floor 5.
    .target(
      name: "Reports",
      dependencies: [
        "Visualization", "NeuronShapley", "Probing", "TCAV", "Training", "TextureWorld", "DecisionRegions",
        "CooperativeGames", "Images",
        "Statistics",
        "InputErrors",
      ]),

    .target(
      name: "ScenarioRunner",
      dependencies: [
        "Reports", "Training", "TextureWorld", "Inference", "Images", "AtomicFiles", "InputErrors",
      ]),

    // Floor 6.
    .target(
      name: "CommandLineTool",
      dependencies: [
        "ScenarioRunner", "Reports", "Visualization", "NeuronRegions", "Probing", "TCAV", "NeuronShapley", "Training",
        "TextureWorld",
        "DecisionRegions", "CooperativeGames", "Pruning", "Inference",
        "Images", "ModelFormats", "Networks", "Tensors", "Statistics", "AtomicFiles", "InputErrors",
      ]),
    .executableTarget(name: "neuron-shapley", dependencies: ["CommandLineTool"]),

    // Measuring: what is timed and counted, and the program that does it.
    .target(
      name: "Workloads",
      dependencies: [
        "TCAV", "Probing", "NeuronShapley", "TextureWorld", "Images", "Inference", "Networks", "Tensors", "Statistics",
      ]),
    .target(name: "CPeak"),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Workloads", "CPeak", "Reports", "TCAV", "TextureWorld", "Probing", "NeuronShapley", "CooperativeGames",
        "Inference", "Images", "ModelFormats", "Networks", "Tensors", "Statistics", "InputErrors",
      ]),
    .executableTarget(
      name: "TrainingBenchmark", dependencies: ["Training", "Inference", "Tensors", "InputErrors"]),

    // Tests.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    tests("Statistics"),
    tests("Tensors"),
    tests("Images", ["Tensors"]),
    tests("Networks", ["Tensors"]),
    .target(
      name: "RandomNetworks", dependencies: ["Inference", "Networks", "Tensors", "TestSupport"],
      path: "Tests/RandomNetworks"),
    tests("Inference", ["RandomNetworks", "Networks", "Tensors", "ModelFormats"]),
    tests("ModelFormats", ["Networks", "Tensors", "Inference", "Images"]),
    tests("CooperativeGames", ["Statistics", "Images"]),
    tests("DecisionRegions", ["Statistics"]),
    tests("Pruning", ["RandomNetworks", "Inference", "Networks", "Tensors", "ModelFormats"]),
    tests("Training", ["Inference", "Networks", "Tensors", "ModelFormats", "Images", "Statistics"]),
    tests(
      "TextureWorld", ["Images", "Networks", "Tensors", "Inference", "NeuronShapley", "CooperativeGames", "Training"]),
    tests(
      "NeuronShapley", ["CooperativeGames", "Pruning", "Inference", "Images", "Networks", "Tensors", "ModelFormats"]),
    tests(
      "Probing",
      [
        "CKernels", "NeuronShapley", "Inference", "Images", "Networks", "Tensors", "Statistics", "ModelFormats",
        "TextureWorld",
        "Training",
      ]),
    tests(
      "TCAV",
      [
        "Workloads", "Probing", "NeuronShapley", "Inference", "Images", "Networks", "Tensors", "Statistics",
        "ModelFormats", "TextureWorld", "Training",
      ]),
    tests(
      "Visualization",
      [
        "RandomNetworks", "NeuronShapley", "Training", "Inference", "Images", "Networks", "Tensors", "Statistics",
        "ModelFormats", "TextureWorld",
      ]),
    tests("NeuronRegions", ["DecisionRegions", "NeuronShapley", "Inference", "Images", "Networks", "Tensors"]),
    tests(
      "Reports",
      ["Visualization", "NeuronShapley", "Training", "DecisionRegions", "CooperativeGames", "Images", "Statistics"]),
    tests(
      "ScenarioRunner",
      ["Reports", "Training", "TextureWorld", "NeuronShapley", "Images", "ModelFormats", "Networks"]),
    tests("CommandLineTool", ["AtomicFiles", "Reports"]),
    tests("Workloads", ["Networks", "Tensors", "Inference", "ModelFormats"]),
    .testTarget(
      name: "ScenarioTests",
      dependencies: [
        "TestSupport", "InputErrors", "NeuronShapley", "neuron-shapley", "ModelFormats", "Networks", "Tensors",
        "Training", "TextureWorld", "Images",
        "Reports", "ScenarioRunner",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
