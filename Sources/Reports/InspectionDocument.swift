/// A network in figures, layer by layer: the result of `inspect`.
public struct InspectionDocument: Sendable, Hashable, Codable {
  /// One node of the network.
  public struct Layer: Sendable, Hashable, Codable {
    public var name: String
    /// The kind of layer: `Convolution`.
    public var kind: String
    /// The names of the layers that it reads.
    public var inputs: [String]
    /// The output's extents for one image.
    public var shape: [Int]
    /// Height and width of the window, for layers that have one.
    public var kernel: [Int]?
    public var stride: [Int]?
    public var groups: Int?
    /// Output channels of a convolution, or units of a linear layer.
    public var filters: Int?
    /// How many of the filters are players unless options say otherwise.
    public var players: Int
    /// The layer whose output is the filters' output: after normalization and activation, where they are replaced.
    public var site: String?
    public var parameters: Int
    /// Multiplications with addition for one image.
    public var multiplyAdds: Int

    public init(
      name: String, kind: String, inputs: [String], shape: [Int], kernel: [Int]? = nil, stride: [Int]? = nil,
      groups: Int? = nil, filters: Int? = nil, players: Int = 0, site: String? = nil, parameters: Int, multiplyAdds: Int
    ) {
      self.name = name
      self.kind = kind
      self.inputs = inputs
      self.shape = shape
      self.kernel = kernel
      self.stride = stride
      self.groups = groups
      self.filters = filters
      self.players = players
      self.site = site
      self.parameters = parameters
      self.multiplyAdds = multiplyAdds
    }
  }

  public var format = "neuron-shapley.inspection"
  public var version = 1
  public var file: String
  /// SHA-256 of the file, hexadecimal.
  public var digest: String
  public var inputShape: [Int]
  public var classes: Int
  public var layers: [Layer]
  public var players: Int
  public var parameters: Int
  /// Multiplications with addition of a forward pass of one image.
  public var multiplyAdds: Int

  public init(
    file: String, digest: String, inputShape: [Int], classes: Int, layers: [Layer], players: Int, parameters: Int,
    multiplyAdds: Int
  ) {
    self.file = file
    self.digest = digest
    self.inputShape = inputShape
    self.classes = classes
    self.layers = layers
    self.players = players
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
  }

  /// The network as a table for a terminal.
  public var text: String {
    var table = TextTable([
      ("layer", .left), ("kind", .left), ("output", .left), ("window", .left), ("filters", .right),
      ("players", .right), ("replaced at", .left), ("parameters", .right), ("multiply-adds", .right),
    ])
    for layer in layers {
      var window = layer.kernel.map(Self.extents) ?? ""
      if let stride = layer.stride, stride.contains(where: { $0 != 1 }) { window += " / \(Self.extents(stride))" }
      if let groups = layer.groups, groups > 1 { window += ", \(groups) groups" }
      table.add([
        layer.name, layer.kind, Self.extents(layer.shape), window, layer.filters.map(NumberText.grouped) ?? "",
        layer.filters == nil ? "" : NumberText.grouped(layer.players), layer.site ?? "",
        layer.parameters == 0 ? "" : NumberText.grouped(layer.parameters),
        layer.multiplyAdds == 0 ? "" : NumberText.large(Double(layer.multiplyAdds)),
      ])
    }
    let sentences = [
      "  \(file): input \(Self.extents(inputShape)), \(NumberText.grouped(classes)) classes, "
        + "\(NumberText.grouped(layers.count)) layers, \(NumberText.grouped(parameters)) parameters",
      "  \(NumberText.grouped(players)) filters are players; \(NumberText.large(Double(multiplyAdds))) multiply-adds an image",
      "  SHA-256 \(digest)",
    ]
    return (table.lines + [""] + sentences).joined(separator: "\n") + "\n"
  }

  private static func extents(_ values: [Int]) -> String { values.map(String.init).joined(separator: "×") }
}
