import InputErrors
import Networks
import NeuronShapley

/// What a picture is to make large: a sum of things that a network computes of it, each with a weight.
///
/// Values of units are those before the activation function. A negative weight makes a thing small.
public struct MaximizationObjective: Sendable, Hashable {
  public enum Target: Sendable, Hashable {
    /// The mean of a unit's map.
    case channel(Filter)
    /// A unit at one position, row and column; nil for the middle of its map.
    case neuron(Filter, Position?)
    /// The mean square of all of a layer's outputs (DeepDream).
    case layer(String)
    case logit(Int)
    /// A class's probability, the softmax of the logits.
    case probability(Int)
    /// The mean over positions of a layer's outputs, projected on a direction with a value a channel: a concept's.
    case direction(layer: String, [Float], name: String)
  }

  public struct Position: Sendable, Hashable {
    public var row: Int
    public var column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  public struct Term: Sendable, Hashable {
    public var weight: Double
    public var target: Target

    public init(_ target: Target, weight: Double = 1) {
      self.target = target
      self.weight = weight
    }
  }

  public var terms: [Term]

  public init(_ terms: [Term]) { self.terms = terms }

  public init(_ target: Target) { self.init([Term(target)]) }

  /// The unit that it is all about, where it is one unit.
  public var unit: Filter? {
    guard terms.count == 1 else { return nil }
    switch terms[0].target {
    case .channel(let unit), .neuron(let unit, _): return unit
    case .layer, .logit, .probability, .direction: return nil
    }
  }
}

extension MaximizationObjective: CustomStringConvertible {
  /// As the command line has it: `conv3:7`, `conv3:7@4x4`, `layer=conv3`, `logit=5 - 0.5*conv1:2`.
  public var description: String {
    terms.enumerated().map { place, term in
      let size = abs(term.weight), factor = size == 1 ? "" : "\(size)*"
      let sign = place == 0 ? (term.weight < 0 ? "-" : "") : (term.weight < 0 ? " - " : " + ")
      return sign + factor + term.target.description
    }.joined()
  }
}

extension MaximizationObjective.Target: CustomStringConvertible {
  public var description: String {
    switch self {
    case .channel(let unit): "\(unit)"
    case .neuron(let unit, let position): position.map { "\(unit)@\($0.row)x\($0.column)" } ?? "\(unit)@centre"
    case .layer(let name): "layer=\(name)"
    case .logit(let label): "logit=\(label)"
    case .probability(let label): "probability=\(label)"
    case .direction(let layer, _, let name): "direction=\(layer)=\(name)"
    }
  }
}
