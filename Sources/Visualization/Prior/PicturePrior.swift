import Images
import Inference
import InputErrors
import Networks
import Statistics
import Tensors
import Training

/// A learned prior of pictures: a small convolutional autoencoder that takes noise away from the user's own images.
///
/// What it changes points towards more likely pictures: (R(x) − x)/σ² estimates the gradient of the logarithm of their
/// density (Alain and Bengio 2014; used for activation maximisation by Nguyen et al. 2017). It sees a neighbourhood of 15
/// pixels, so it knows edges, colours and textures, not objects.
public struct PicturePrior: Sendable {
  /// How the autoencoder is trained.
  public struct Configuration: Sendable, Hashable {
    /// Side of the pieces of images that it learns from.
    public var side = 32
    public var batchSize = 16
    public var steps = 600
    public var learningRate = 3e-3
    /// Of the noise, of pictures of 0…1.
    public var noise: Float = 0.1
    public var seed: UInt64 = 0

    public init() {}
  }

  public let configuration: Configuration
  /// From a picture of 0…1, channels first, to one without noise; for pieces of the configuration's side.
  let network: Network
  /// The mean squared error on pieces of images that were kept back, and that of the noisy pieces themselves.
  public let error: Double
  public let noiseError: Double

  /// Trains the autoencoder.
  ///
  /// - Parameters:
  ///   - pictures: 0…1, channels first, all of one size; at least two.
  ///   - progress: called with steps done.
  /// - Throws: ``InputErrors/InputError`` (data) when there are fewer than two pictures; `CancellationError`.
  ///   Complexity: steps · batch · pixels of a piece · some 12,000 multiplications.
  public static func trained(
    on pictures: [[Float]], channels: Int, height: Int, width: Int, configuration: Configuration = .init(),
    workers: Int = 1, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) throws -> PicturePrior {
    guard pictures.count > 1 else {
      throw InputError(
        .data, "a prior cannot be learnt from so few images", expected: "2 or more", found: "\(pictures.count)")
    }
    let side = min(configuration.side, height, width)
    let first = try Self.network(channels: channels, side: side, seed: configuration.seed)
    let pass = try TrainingPass(first, batchSize: configuration.batchSize, workers: workers)
    var optimizer = Optimizer(
      OptimizerRecipe(.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)), decayed: [],
      parameterCount: pass.layout.count)
    // Every tenth picture is only measured on.
    let kept = pictures.indices.filter { $0 % 10 == 9 || pictures.count < 10 && $0 == pictures.count - 1 }
    let learnt = pictures.indices.filter { !kept.contains($0) }
    let size = channels * side * side
    func batch(_ number: Int, of numbers: [Int]) -> (clean: [[Float]], noisy: [[Float]]) {
      var stream = RandomStream(seed: configuration.seed, purpose: .picturePrior, index: number, subindex: 1)
      var clean: [[Float]] = [], noisy: [[Float]] = []
      for _ in 0..<configuration.batchSize {
        let picture = pictures[numbers[stream.uniform(below: numbers.count)]]
        let top = stream.uniform(below: height - side + 1), left = stream.uniform(below: width - side + 1)
        var piece: [Float] = []
        piece.reserveCapacity(size)
        for channel in 0..<channels {
          for row in 0..<side {
            let start = (channel * height + top + row) * width + left
            piece += picture[start..<start + side]
          }
        }
        clean.append(piece)
        noisy.append(piece.map { $0 + configuration.noise * Float(stream.normal()) })
      }
      return (clean, noisy)
    }
    for step in 0..<configuration.steps {
      try Task.checkCancellation()
      let (clean, noisy) = batch(step, of: learnt)
      let output = pass.forward(count: clean.count, training: true) { image, buffer in
        _ = buffer.update(from: noisy[image])
      }
      var gradient = [Float](repeating: 0, count: output.count)
      let factor = 2 / Float(output.count)
      for (image, piece) in clean.enumerated() {
        for place in 0..<size {
          gradient[image * size + place] = factor * (output[image * size + place] - piece[place])
        }
      }
      let gradients = pass.backward(logitGradients: gradient)
      // The rate falls along half a cosine.
      let share = Double(step) / Double(configuration.steps)
      optimizer.step(
        parameters: &pass.parameters, gradients: gradients,
        learningRate: configuration.learningRate * max(0.02, (1 - share) * (1 - share)))
      progress?(step + 1, configuration.steps)
    }
    var error = 0.0, noiseError = 0.0, count = 0.0
    for number in 0..<8 {
      let (clean, noisy) = batch(-1 - number, of: kept)
      let output = pass.forward(count: clean.count, training: false) { image, buffer in
        _ = buffer.update(from: noisy[image])
      }
      for (image, piece) in clean.enumerated() {
        for place in 0..<size {
          let left = Double(output[image * size + place] - piece[place])
          let before = Double(noisy[image][place] - piece[place])
          error += left * left
          noiseError += before * before
          count += 1
        }
      }
    }
    return PicturePrior(
      configuration: configuration, network: pass.network(), error: error / count, noiseError: noiseError / count)
  }

  /// Three hidden layers of 16 channels, added to the picture.
  private static func network(channels: Int, side: Int, seed: UInt64) throws -> Network {
    func convolution(_ index: Int, _ inputs: Int, _ outputs: Int, _ kernel: Int) throws -> Layer {
      var stream = RandomStream(seed: seed, purpose: .picturePrior, index: index)
      // The last layer begins small, so that the first picture is the noisy one.
      let size = (2 / Double(inputs * kernel * kernel)).squareRoot() * (outputs == channels ? 0.1 : 1)
      let values = (0..<outputs * inputs * kernel * kernel).map { _ in Float(size * stream.normal()) }
      return .convolution(
        Convolution(
          weight: try Tensor(shape: Shape(outputs, inputs, kernel, kernel), values: values),
          bias: [Float](repeating: 0, count: outputs), padding: Insets(kernel / 2)))
    }
    return try Network(
      name: "denoising autoencoder",
      nodes: [
        Node("picture", .input(Shape(channels, side, side)), inputs: []),
        Node("code1", try convolution(1, channels, 16, 5), inputs: [0]),
        Node("relu1", .activation(.relu), inputs: [1]),
        Node("code2", try convolution(2, 16, 16, 3), inputs: [2]),
        Node("relu2", .activation(.relu), inputs: [3]),
        Node("code3", try convolution(3, 16, 16, 5), inputs: [4]),
        Node("relu3", .activation(.relu), inputs: [5]),
        Node("change", try convolution(4, 16, channels, 5), inputs: [6]),
        Node("clean", .combine(.add), inputs: [0, 7]),
      ])
  }
}

/// One worker's buffers for a prior's pull on pictures.
struct PriorPull {
  private let forward: ForwardPass
  private let output: Int
  private let shape: Shape
  private let noise: Float
  /// How far the autoencoder sees, in pixels: the halves of its four windows.
  private static let reach = 7

  /// Nothing is thrown: the autoencoder takes pictures of any size.
  init(_ prior: PicturePrior, extent: Extent, channels: Int) {
    guard
      let part = try? NetworkPart(of: prior.network, computing: [prior.network.output], extent: extent),
      let plan = try? ExecutionPlan(part.network)
    else { preconditionFailure("a convolutional autoencoder takes pictures of any size") }
    noise = prior.configuration.noise
    forward = ForwardPass(plan)
    output = part.node(prior.network.output)
    shape = part.network.shapes[output]
  }

  /// For each of at most eight pictures the change towards a cleaner one, in deviations of the noise that the prior has learnt to take away.
  func directions(_ pictures: [[Float]]) -> [[Float]] {
    forward.load(count: pictures.count) { lane, buffer in _ = buffer.update(from: pictures[lane]) }
    forward.run()
    return pictures.enumerated().map { lane, picture in
      var change = [Float](repeating: 0, count: shape.count)
      change.withUnsafeMutableBufferPointer { forward.copyActivations(ofNode: output, lane: lane, into: $0) }
      for place in change.indices {
        let row = place / shape.width % shape.height, column = place % shape.width
        // Windows that reach over the edge have seen zeros there, which no picture has.
        let isInside =
          row >= Self.reach && row < shape.height - Self.reach && column >= Self.reach
          && column < shape.width - Self.reach
        change[place] = isInside ? (change[place] - picture[place]) / noise : 0
      }
      return change
    }
  }
}
