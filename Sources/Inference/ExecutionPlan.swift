import InputErrors
import Networks
import Tensors

/// A network made ready to run: affine maps folded into the weights, weights packed, buffers laid out.
///
/// A plan is an immutable value that all workers share; ``ForwardPass`` holds one worker's buffers. Blocks of eight
/// images run together, one image a vector lane. All results stay in memory, so that a later change recomputes only what
/// depends on it.
public struct ExecutionPlan: Sendable {
  /// Images that run together.
  public static let laneCount = BufferLayout.lanes
  /// The most memory that one worker's activations may take.
  public static let maximumBytes = 64 << 30

  public let network: Network
  public let instructionSet: InstructionSet
  /// What passes through the plan may be followed by.
  public let purpose: PlanPurpose
  /// The places where units can be read and replaced, in node order.
  public let sites: [UnitSite]
  /// Units of all sites together: output channels of convolutions and outputs of linear layers.
  public let unitCount: Int
  /// Memory of one block of eight images, in bytes.
  public let bytesPerBlock: Int
  let steps: [Step]
  let layout: PlanLayout

  /// Multiplications with an addition of a full forward pass of one image.
  public var multiplyAdds: Int { steps.reduce(0) { $0 + $1.multiplyAdds } }

  /// - Throws: ``InputError`` (data) when the activations do not fit in memory. Complexity: O(parameters + pixels).
  public init(
    _ network: Network, instructionSet: InstructionSet = .fastest, purpose: PlanPurpose = .inference
  ) throws {
    precondition(instructionSet.isSupported, "this processor lacks the instruction set")
    self.network = network
    self.instructionSet = instructionSet
    self.purpose = purpose
    layout = try PlanLayout(network, purpose: purpose)
    bytesPerBlock = layout.byteCount
    var builder = StepBuilder(network: network, layout: layout)
    builder.build()
    steps = builder.steps
    sites = builder.sites
    unitCount = builder.unitCount
  }

  /// True when passes keep arguments of activations for their derivatives.
  var keepsArguments: Bool { steps.contains { $0.keepsArgument } }

  /// Scratch memory of one worker's kernels, in bytes.
  var scratchByteCount: Int {
    steps.reduce(0) { most, step in
      if case .convolution(let step) = step.work { return max(most, step.scratchByteCount) }
      return most
    }
  }

  /// The site of a node's units: of the convolution itself or of any node of its chain.
  public func site(ofNode node: Int) -> UnitSite? { sites.first { $0.site.chain.contains(node) } }

  /// True when the node's activations exist after a forward pass; nodes fused into a later one have none.
  public func isStored(node: Int) -> Bool { layout.isStored(node) }
}

/// A convolution's or linear layer's units as a plan knows them.
public struct UnitSite: Sendable {
  public let site: ActivationSite
  /// `[channels, height, width]` of the site's activations, or `[features]`.
  public let shape: Shape
  /// The number of its first unit among all units of the plan; channel c is unit `firstUnit + c`.
  public let firstUnit: Int
  let place: MapPlace

  public var channelCount: Int { shape.channels }
  public var units: Range<Int> { firstUnit..<firstUnit + channelCount }
}
