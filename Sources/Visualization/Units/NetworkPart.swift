import Inference
import InputErrors
import Networks
import Tensors

/// The part of a network that some of its nodes need, for images of any size.
///
/// What pictures of units are made with: nothing behind the units is computed, sums before an activation can be read as
/// well as what comes after, and a network that looks at every position alike takes smaller pictures than its own.
public struct NetworkPart: Sendable {
  public let network: Network
  /// For each wanted node of the whole network its number in the part. All of them are stored by any plan.
  public let nodes: [Int: Int]

  /// - Parameters:
  ///   - wanted: nodes of the whole network; at least one.
  ///   - extent: height and width of the images; nil for the network's own.
  /// - Throws: ``InputErrors/InputError`` (data) when a layer cannot take images of that size: one that has a weight for
  ///   each position, or whose window is larger than what reaches it. Complexity: O(parameters).
  public init(of whole: Network, computing wanted: [Int], extent: Extent? = nil) throws {
    precondition(!wanted.isEmpty && wanted.allSatisfy { whole.nodes.indices.contains($0) }, "nodes of the network")
    var isNeeded = [Bool](repeating: false, count: whole.nodes.count)
    isNeeded[0] = true
    for node in wanted { isNeeded[node] = true }
    for index in whole.nodes.indices.reversed() where isNeeded[index] {
      for input in whole.nodes[index].inputs { isNeeded[input] = true }
    }
    var nodes: [Node] = [], numbers = [Int](repeating: 0, count: whole.nodes.count)
    for index in whole.nodes.indices where isNeeded[index] {
      var node = whole.nodes[index]
      node.inputs = node.inputs.map { numbers[$0] }
      if index == 0, let extent {
        node.layer = .input(Shape(whole.inputShape.channels, extent.height, extent.width))
      }
      numbers[index] = nodes.count
      nodes.append(node)
    }
    let last = nodes.count - 1
    // A second reader keeps a node from being fused into the one behind it.
    var taken = Set(nodes.map(\.name)), own: [Int: Int] = [:]
    for node in Set(wanted).sorted() {
      guard numbers[node] != last else {
        own[node] = last
        continue
      }
      var name = whole.nodes[node].name + ".seen"
      while !taken.insert(name).inserted { name += "'" }
      own[node] = nodes.count
      nodes.append(Node(name, .identity, inputs: [numbers[node]]))
    }
    network = try Network(name: whole.name, nodes: nodes, output: last)
    self.nodes = own
  }

  /// The part's number of a node of the whole network.
  ///
  /// - Precondition: the node is one of those that the part was made for.
  public func node(_ whole: Int) -> Int {
    guard let own = nodes[whole] else { preconditionFailure("the part was made for the node") }
    return own
  }
}
