import Inference
import Networks
import Statistics

/// A removal walk: every filter but the classifier's goes, one after another in a random order, with an evaluation after
/// each; all of it, or a stratified sample of its steps.
///
/// A removed filter's output becomes the filter's mean over the loaded images.
package struct FilterRemoval: Sendable {
  /// Which steps are done.
  package enum Part: Sendable, Hashable {
    case whole
    /// `windows` runs of `steps` consecutive steps each. The windows' places are stratified over the walk and the
    /// filters that go in them over the network's filters, so that the mean over the steps done estimates the mean over
    /// the walk without bias and with little noise. Reaching a window's first coalition is no step.
    case sample(windows: Int, steps: Int)
  }

  /// Filters that have gone already, and those that go now, one by one; as indices of ``players``.
  package struct Window: Sendable, Hashable {
    package let removedBefore: [Int]
    package let removed: [Int]
  }

  package let windows: [Window]
  /// The plan's units that can be removed: those of all convolutions but the classifier's, in network order.
  package let players: [Int]

  /// Evaluations of an image: steps of all windows.
  package var stepCount: Int { windows.reduce(0) { $0 + $1.removed.count } }

  package init(_ plan: ExecutionPlan, _ part: Part, seed: UInt64) {
    players = Self.players(of: plan)
    windows = Self.windows(part, playerCount: players.count, seed: seed)
  }

  /// The windows of a walk over so many players.
  package static func windows(_ part: Part, playerCount: Int, seed: UInt64) -> [Window] {
    var random = RandomStream(seed: seed, purpose: .init(code: 1002))
    switch part {
    case .whole: return [Window(removedBefore: [], removed: random.permutation(of: playerCount))]
    case .sample(let count, let steps):
      let length = min(max(1, steps), playerCount), count = max(1, count)
      // Filters in strata of network order, dealt to the windows at random.
      let total = count * length
      let strata = random.permutation(of: total)
      return (0..<count).map { window in
        var now: [Int] = []
        for stratum in strata[window * length..<(window + 1) * length] {
          let place = (Double(stratum) + random.uniform()) / Double(total) * Double(playerCount)
          let player = min(playerCount - 1, Int(place))
          if !now.contains(player) { now.append(player) }
        }
        let room = playerCount - now.count + 1
        let before = min(room - 1, Int((Double(window) + random.uniform()) / Double(count) * Double(room)))
        let chosen = Set(now)
        var others = (0..<playerCount).filter { !chosen.contains($0) }
        random.shuffle(&others)
        return Window(removedBefore: Array(others.prefix(before)), removed: now)
      }
    }
  }

  /// Units of all convolutions but the classifier's, in network order.
  package static func players(of plan: ExecutionPlan) -> [Int] {
    let classifiers = Set(plan.network.classifierSources)
    return plan.sites.filter { site in
      switch plan.network.nodes[site.site.source].layer {
      case .convolution, .transposedConvolution: !classifiers.contains(site.site.source)
      case .input, .constant, .linear, .batchNormalization, .affine, .activation, .pool, .globalPool, .concatenate,
        .combine, .localResponseNormalization, .slice, .pad, .reshape, .softmax, .identity:
        false
      }
    }.flatMap { Array($0.units) }
  }

  /// Every unit's mean over the images of passes that have just run unablated.
  package static func means(of passes: [ForwardPass]) -> [Float] {
    let count = passes.reduce(0) { $0 + $1.imageCount }
    guard let plan = passes.first?.plan, count > 0 else { return [] }
    return plan.sites.flatMap { site -> [Float] in
      let area = site.shape.area
      var sums = [Double](repeating: 0, count: site.channelCount)
      for pass in passes {
        for (index, value) in pass.activationSums(of: site).enumerated() { sums[index / area] += value }
      }
      return sums.map { Float($0 / Double(count * area)) }
    }
  }

  /// Multiply-adds for one image of all steps, as ``IncrementalCost`` counts them.
  package func multiplyAdds(countedBy cost: IncrementalCost) -> Int {
    windows.reduce(0) { $0 + cost.multiplyAdds(removing: $1.removed, after: $1.removedBefore) }
  }

  /// Does the walk's steps on every pass, whose images are loaded.
  ///
  /// - Parameters:
  ///   - means: one a unit.
  ///   - body: given the steps of one window to do; times or counts them.
  package func run(on passes: [ForwardPass], means: [Float], measuring body: (() -> Void) -> Void) {
    guard let plan = passes.first?.plan else { return }
    for window in windows {
      var masks = [UInt8](repeating: 0, count: plan.unitCount)
      for player in window.removedBefore { masks[players[player]] = 0xff }
      for pass in passes { pass.run(removing: masks, replacement: .constants(means)) }
      body {
        for pass in passes {
          var masks = masks
          for player in window.removed {
            masks[players[player]] = 0xff
            pass.run(removing: masks, replacement: .constants(means))
          }
        }
      }
    }
  }
}
