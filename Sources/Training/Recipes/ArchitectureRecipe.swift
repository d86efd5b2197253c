import InputErrors
import Tensors

/// How the weights of a new network are drawn.
public enum ParameterInitialization: String, Sendable, Hashable, CaseIterable, Codable {
  /// Normal with variance gain² / fan-in (He et al. 2015), gain √2 before ReLU and its kin, 5/3 before tanh, else 1;
  /// biases 0.
  case he
  /// Uniform with variance 2·gain² / (fan-in + fan-out) (Glorot and Bengio 2010); biases 0.
  case xavier
  /// Weights and biases uniform within ±1/√fan-in, as PyTorch's layers begin.
  case pytorch
}

/// A network as a short list of lines; input size and number of classes may be left to the images.
public struct ArchitectureRecipe: Sendable, Hashable {
  /// The most lines of an architecture.
  public static let mostLayers = 1000

  public var name: String
  /// `[channels, height, width]` of the images; nil for whatever the images have.
  public var input: Shape?
  /// Nil for as many as the images have.
  public var classes: Int?
  public var layers: [LayerRecipe]
  public var initialization: ParameterInitialization

  public init(
    name: String, input: Shape? = nil, classes: Int? = nil, layers: [LayerRecipe],
    initialization: ParameterInitialization = .he
  ) {
    self.name = name
    self.input = input
    self.classes = classes
    self.layers = layers
    self.initialization = initialization
  }
}

/// The JSON form: `{"name": "tiny", "input": [1, 28, 28], "classes": 10, "initialization": "he", "layers": […]}`; all but
/// the layers may be left out.
extension ArchitectureRecipe: Codable {
  static let keys = ["name", "input", "classes", "layers", "initialization"]

  public init(from decoder: any Decoder) throws {
    let object = try ConfigurationObject(decoder)
    try object.allow(Self.keys, of: "an architecture")
    name = try object.value(String.self, "name", expected: "a name") ?? "network"
    let extents = "[channels, height, width], each from 1 to 4096"
    input = try object.value([Int].self, "input", expected: extents).map { values in
      guard values.count == 3, values.allSatisfy((1...4096).contains) else {
        throw object.error("input", expected: extents, found: "\(values.prefix(4))")
      }
      return Shape(values)
    }
    classes = try object.integer("classes", in: 2...LayerRecipe.mostChannels)
    let expected = "1 to \(Self.mostLayers) layers, each an object"
    guard let layers = try object.value([LayerRecipe].self, "layers", expected: expected) else {
      throw InputError(.data, "the key is missing", at: .init(key: object.keyPath("layers")), expected: expected)
    }
    guard (1...Self.mostLayers).contains(layers.count) else {
      throw object.error("layers", expected: expected, found: "\(layers.count)")
    }
    self.layers = layers
    initialization = try object.choice(ParameterInitialization.self, "initialization") ?? .he
  }

  private enum Key: String, CodingKey { case name, input, classes, layers, initialization }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(input?.extents, forKey: .input)
    try container.encodeIfPresent(classes, forKey: .classes)
    try container.encode(layers, forKey: .layers)
    try container.encode(initialization, forKey: .initialization)
  }
}
