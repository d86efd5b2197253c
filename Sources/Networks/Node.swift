/// One layer in a network's graph. Its output has the node's own index as its name within the network.
public struct Node: Sendable, Hashable {
  /// The name that people see; unique in its network.
  public var name: String
  public var layer: Layer
  /// Indices of the nodes whose outputs this one reads, all smaller than its own.
  public var inputs: [Int]

  public init(_ name: String, _ layer: Layer, inputs: [Int]) {
    self.name = name
    self.layer = layer
    self.inputs = inputs
  }

  /// The node as errors name it: `conv1 (Convolution)`.
  public var title: String { "\(name) (\(layer.kindName))" }
}
