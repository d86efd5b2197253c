import Images
import Inference

/// The buffers of eight images and, where the ablation needs them, of their eight donors.
struct AblationBlock {
  private let pass: ForwardPass
  private let donorPass: ForwardPass?
  /// For each player, the lanes in which it was absent in the last run, and the same for each unit of the plan.
  private var absent: [UInt8]
  private var removed: [UInt8]

  init(_ game: AblationGame) {
    pass = ForwardPass(game.plan)
    donorPass = game.ablation.donors.map { _ in ForwardPass(game.plan) }
    absent = [UInt8](repeating: 0, count: game.players.count)
    removed = [UInt8](repeating: 0, count: game.plan.unitCount)
  }

  /// Whether passes may add differences to kept sums; set before a load.
  var usesDeltas: Bool {
    get { pass.usesDeltas }
    nonmutating set { pass.usesDeltas = newValue }
  }

  var multiplyAdds: UInt64 { pass.multiplyAdds + (donorPass?.multiplyAdds ?? 0) }

  /// Puts `count` images into the lanes; `image` and `donor` tell each lane's index in its set.
  mutating func load(count: Int, _ game: AblationGame, image: (Int) -> Int, donor: (Int) -> Int) {
    pass.load(count: count) { lane, buffer in game.images.copyPixels(of: image(lane), into: buffer) }
    guard let donorPass, let donors = game.ablation.donors else { return }
    donorPass.load(count: count) { lane, buffer in donors.images.copyPixels(of: donor(lane), into: buffer) }
    donorPass.run()
  }

  /// Runs the network with each player absent in the given lanes.
  mutating func run(removing lanes: [UInt8], _ game: AblationGame) {
    for player in lanes.indices where absent[player] != lanes[player] {
      absent[player] = lanes[player]
      for unit in game.players.units[player] { removed[unit] = lanes[player] }
    }
    pass.run(removing: removed, replacement: game.ablation.replacement, donor: donorPass)
  }

  /// Copies the logits of one image, one value a class.
  func copyLogits(lane: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    pass.copyLogits(lane: lane, into: buffer)
  }
}
