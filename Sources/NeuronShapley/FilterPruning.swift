import Inference
import InputErrors
import Networks
import Pruning

extension PrunedNetwork {
  /// Takes filters out of a network for good, with what an ablation puts in their place.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when a filter is unknown, when the ablation is
  ///   ``Ablation/resample``, whose replacements differ from image to image, or as
  ///   ``Pruning/PrunedNetwork/init(_:removing:)``.
  public init(_ plan: ExecutionPlan, removing filters: [Filter], ablation: CalibratedAblation) throws {
    let catalog = FilterCatalog(plan)
    let removals = try filters.map { filter in
      let unit = try catalog.unit(of: filter), layer = try catalog.layer(named: filter.layer)
      let site = plan.sites[layer.site]
      let value: ChannelValue
      switch ablation.replacement {
      case .constants(let constants): value = .uniform(Double(constants[unit]))
      case .maps(let maps):
        let area = site.shape.area
        value = ChannelValue(
          maps[layer.site][filter.channel * area..<(filter.channel + 1) * area].map(Double.init))
      case .donor:
        throw InputError(
          .usage, "no network can hold another image's outputs: filters are taken out with constants in their place",
          at: .init(key: "--ablation"), expected: "mean, meanMap, zero or batchNormShift", found: "resample")
      }
      return FilterRemoval(node: site.site.source, channel: filter.channel, value: value)
    }
    try self.init(plan.network, removing: removals)
  }
}
