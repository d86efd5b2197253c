import Training

/// What the help of `train` says about recipes.
enum TrainingHelp {
  static let listings: [CommandDescription.Listing] = [
    .init(
      "architectures with a name, for images of 28 to 64 pixels and any number of classes",
      ArchitectureZoo.allCases.map { ($0.rawValue, $0.summary) }),
    .init(
      "a recipe",
      [
        ("{", ""), ("  \"architecture\": \"resnet\",", ""),
        ("  \"optimizer\": {\"kind\": \"sgd\", \"momentum\": 0.9, \"nesterov\": true, \"weightDecay\": 0.0005},", ""),
        ("  \"learningRate\": {\"schedule\": \"cosine\", \"rate\": 0.1, \"warmUpEpochs\": 1},", ""),
        ("  \"batchSize\": 64, \"epochs\": 20,", ""),
        ("  \"augmentation\": {\"flip\": true, \"cropPadding\": 2},", ""),
        ("  \"checkpoints\": {\"epochs\": [0, 1, 2, 4, 8, 16], \"steps\": [10, 30]}", ""), ("}", ""),
      ]),
    .init(
      "keys of a recipe; only the architecture must be there",
      [
        ("architecture", "a name from above, or {\"layers\": […]} with the lines below"),
        ("initialization", "he (default), xavier, pytorch"),
        (
          "optimizer",
          "sgd (default; momentum 0.9, nesterov false), adam, adamW (beta1 0.9, beta2 0.999, epsilon 1e-8); weightDecay 0 "
            + "(adamW 0.01), decayAll false: true lets biases and normalizations decay too"
        ),
        (
          "learningRate",
          "a number, or an object with schedule (constant, cosine, step), rate, warmUpEpochs 0, and final 0 (cosine) or "
            + "epochs and factor 0.1 (step); default: cosine from 0.02, one epoch of warm-up"
        ),
        ("batchSize, epochs", "32, 10"),
        ("labelSmoothing", "0 (default) to 0.9"),
        ("gradientNorm", "the most that the gradient's norm may be; default: no limit"),
        ("augmentation", "flip false, cropPadding 0, brightness 0, contrast 0, saturation 0"),
        ("validation", "the share of each class's images that is kept for validation; 0.1"),
        ("earlyStopping", "patience in epochs, on loss (default) or accuracy; default: none"),
        ("checkpoints", "every 1 (in epochs, from 0 on), or lists of epochs and steps"),
        ("model", "bestAccuracy (default), bestLoss, last"),
      ]),
    .init(
      "layers of an architecture of your own; channels and features may be \"classes\"",
      [
        (
          "{\"layer\": \"convolution\", \"channels\": 16}",
          "kernel 3, stride 1, padding (half the kernel), groups 1, "
            + "batchNorm false, bias, activation relu, repeat 1"
        ),
        ("{\"layer\": \"pool\"}", "kind max (or average), kernel 2, stride (the kernel), padding 0"),
        ("{\"layer\": \"globalPool\"}", "kind average (or max)"),
        ("{\"layer\": \"linear\", \"features\": \"classes\"}", "activation none, bias true"),
        ("{\"layer\": \"fire\", \"squeeze\": 16, \"expand\": 32}", "batchNorm false, repeat 1"),
        (
          "{\"layer\": \"inception\", \"1x1\": 16, \"3x3\": [16, 24], \"5x5\": [4, 8], \"pool\": 8}",
          "batchNorm true, repeat 1"
        ),
        (
          "{\"layer\": \"residual\", \"channels\": 32, \"stride\": 2}",
          "form basic (or bottleneck), batchNorm true, repeat 1"
        ),
        ("activations", ActivationName.allCases.map(\.rawValue).joined(separator: ", ")),
      ]),
  ]
}
