import InputErrors
import Networks
import Tensors

/// The architectures that have a name: small networks of well-known forms for images of 28 to 64 pixels.
///
/// They take any number of channels and classes; where images are 48 pixels or larger, the first convolution has stride
/// 2 (but for ``lenet``).
public enum ArchitectureZoo: String, Sendable, Hashable, CaseIterable {
  /// Two 5×5 convolutions with pooling, three linear layers (LeCun et al. 1998, with ReLU and maxima).
  case lenet
  /// Pairs of 3×3 convolutions between pools (Simonyan and Zisserman 2014), with batch normalization.
  case vgg
  /// Three stages of residual blocks (He et al. 2015): fourteen layers.
  case resnet
  /// Fire blocks, and a convolution as classifier (Iandola et al. 2016).
  case squeezenet
  /// Branches of several sizes side by side (Szegedy et al. 2014), with batch normalization.
  case inception

  /// One line about it.
  public var summary: String {
    switch self {
    case .lenet: "two 5×5 convolutions (16, 32 filters) with pooling, three linear layers"
    case .vgg: "six 3×3 convolutions in pairs (24, 48, 96 filters) with batch normalization and pooling"
    case .resnet: "a convolution and six residual blocks (16, 32, 64 filters) with batch normalization"
    case .squeezenet: "a convolution, five fire blocks, a convolution as classifier"
    case .inception: "a convolution and four inception blocks with batch normalization"
    }
  }

  /// The recipe for images of a shape.
  public func recipe(for input: Shape) -> ArchitectureRecipe {
    let stem = min(input.height, input.width) >= 48 ? 2 : 1
    return ArchitectureRecipe(name: rawValue, layers: layers(stem: stem))
  }

  private func layers(stem: Int) -> [LayerRecipe] {
    let classifier = LayerRecipe.linear(.init(features: .classes))
    func convolution(_ channels: Int, stride: Int = 1, batchNorm: Bool = true, repetitions: Int = 1) -> LayerRecipe {
      .convolution(
        .init(channels: .fixed(channels), stride: stride, batchNorm: batchNorm, repetitions: repetitions))
    }
    switch self {
    case .lenet:
      return [
        .convolution(.init(channels: .fixed(16), kernel: Extent(5))), .pool(.init()),
        .convolution(.init(channels: .fixed(32), kernel: Extent(5), padding: 0)), .pool(.init()),
        .linear(.init(features: .fixed(120), activation: .relu)),
        .linear(.init(features: .fixed(84), activation: .relu)), classifier,
      ]
    case .vgg:
      return [
        convolution(24, stride: stem, repetitions: 2), .pool(.init()), convolution(48, repetitions: 2), .pool(.init()),
        convolution(96, repetitions: 2), .globalPool(.average), classifier,
      ]
    case .resnet:
      return [
        convolution(16, stride: stem), .residual(.init(channels: 16, repetitions: 2)),
        .residual(.init(channels: 32, stride: 2, repetitions: 2)),
        .residual(.init(channels: 64, stride: 2, repetitions: 2)), .globalPool(.average), classifier,
      ]
    case .squeezenet:
      return [
        convolution(32, stride: stem, batchNorm: false), .pool(.init()),
        .fire(.init(squeeze: 16, expand: 32, repetitions: 2)), .pool(.init()),
        .fire(.init(squeeze: 24, expand: 48, repetitions: 3)),
        .convolution(.init(channels: .classes, kernel: Extent(1), activation: .none)), .globalPool(.average),
      ]
    case .inception:
      return [
        convolution(24, stride: stem), .pool(.init()),
        .inception(.init(one: 16, three: [16, 24], five: [4, 8], pool: 8, repetitions: 2)), .pool(.init()),
        .inception(.init(one: 32, three: [24, 48], five: [8, 16], pool: 16, repetitions: 2)), .globalPool(.average),
        classifier,
      ]
    }
  }

  /// - Throws: ``InputErrors/InputError`` (data) with the likely name when there is none of that name.
  public static func named(_ name: String, key: String) throws -> ArchitectureZoo {
    guard let architecture = ArchitectureZoo(rawValue: name) else {
      let names = allCases.map(\.rawValue)
      throw InputError(
        .data, "there is no architecture of that name", at: .init(key: key),
        expected: "\(names.joined(separator: ", ")), or an object with layers", found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: names))
    }
    return architecture
  }
}
