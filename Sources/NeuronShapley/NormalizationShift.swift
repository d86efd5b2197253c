import Inference
import Networks

/// The constants of the ablation ``Ablation/batchNormShift``.
enum NormalizationShift {
  /// One value a unit of the plan: what its site holds when its weights are 0 and its batch normalization's moving mean
  /// and variance are 0 and 1.
  static func constants(of plan: ExecutionPlan) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(plan.unitCount)
    for site in plan.sites {
      for channel in 0..<site.channelCount { values.append(constant(site.site, channel: channel, plan.network)) }
    }
    return values
  }

  private static func constant(_ site: ActivationSite, channel: Int, _ network: Network) -> Float {
    var value: Float = 0
    var isNormalized = false
    for node in site.chain {
      switch network.nodes[node].layer {
      case .convolution(let layer): value = layer.bias?[channel] ?? 0
      case .transposedConvolution(let layer): value = layer.bias?[channel] ?? 0
      case .linear(let layer): value = layer.bias?[channel] ?? 0
      case .batchNormalization(let layer):
        if isNormalized {
          // Only the filter's own normalization, the first of the chain, is reset.
          let affine = layer.folded
          value = affine.scale[channel] * value + affine.shift[channel]
        } else {
          value = layer.shift[channel]
          isNormalized = true
        }
      case .affine(let layer): value = layer.scale[channel] * value + layer.shift[channel]
      case .activation(let activation): value = activation(value, channel: channel)
      case .identity: break
      case .input, .constant, .pool, .globalPool, .concatenate, .combine, .localResponseNormalization, .slice, .pad,
        .reshape, .softmax:
        preconditionFailure("a site's chain is affine up to its activation")
      }
    }
    return value
  }
}
