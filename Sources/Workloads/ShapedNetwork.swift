import Networks
import Tensors

/// Architectures as they were published, with random weights: what a speed or a count of multiply-adds depends on.
package enum ShapedNetwork: String, Sendable, CaseIterable {
  /// Four 3×3 convolutions (16, 32, 64, 64) and a classifier for grey images of 28 pixels.
  case smallCNN = "small-cnn"
  /// SqueezeNet 1.1 (Iandola 2016).
  case squeezeNet = "squeezenet"
  /// ResNet-18 (He 2016).
  case resNet18 = "resnet18"
  /// ResNet-50 with the stride in the 3×3 convolution, as torchvision has it.
  case resNet50 = "resnet50"
  /// VGG-11 (Simonyan 2015) without batch normalization.
  case vgg11 = "vgg11"
  /// Inception-v3 (Szegedy 2016) without the auxiliary classifier.
  case inceptionV3 = "inception-v3"

  /// Height and width of the images that the architecture was made for.
  package var imageSize: Int {
    switch self {
    case .smallCNN: 28
    case .squeezeNet, .resNet18, .resNet50, .vgg11: 224
    case .inceptionV3: 299
    }
  }

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - imageSize: height and width of the images; nil for ``imageSize``.
  ///   - seed: of the random weights; the same seed gives the same bits everywhere.
  /// - Throws: ``InputErrors/InputError`` (data) when the images are too small for the architecture.
  package func network(imageSize: Int? = nil, seed: UInt64 = 1) throws -> Network {
    let size = imageSize ?? self.imageSize
    var sketch = try NetworkSketch(input: Shape(self == .smallCNN ? 1 : 3, size, size), seed: seed)
    switch self {
    case .smallCNN: try sketch.addSmallCNN()
    case .squeezeNet: try sketch.addSqueezeNet()
    case .resNet18: try sketch.addResNet(.basic, blocks: [2, 2, 2, 2])
    case .resNet50: try sketch.addResNet(.bottleneck, blocks: [3, 4, 6, 3])
    case .vgg11: try sketch.addVGG11()
    case .inceptionV3: try sketch.addInceptionV3()
    }
    return try sketch.network(named: rawValue)
  }
}
