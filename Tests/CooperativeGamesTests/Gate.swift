import CooperativeGames
import Foundation
import Synchronization

/// Holds evaluations back, so that a test decides what a run has done when it is cancelled, whatever the machine does.
final class Gate: Sendable {
  private let permits: Atomic<Int>
  private let isOpen = Atomic<Bool>(false)

  /// Lets so many evaluations through.
  init(permits: Int) { self.permits = Atomic(permits) }

  /// Lets all others through.
  func open() { isOpen.store(true, ordering: .releasing) }

  /// True once an evaluation waits.
  var isHolding: Bool { permits.load(ordering: .acquiring) < 0 }

  /// The same game, whose every evaluation of a component waits for a permit.
  func guarding(_ game: FunctionGame) -> FunctionGame {
    FunctionGame(playerCount: game.playerCount, componentCount: game.componentCount) { coalition, component in
      self.pass()
      return game.value(of: coalition, component: component)
    }
  }

  private func pass() {
    if permits.subtract(1, ordering: .relaxed).oldValue > 0 { return }
    while !isOpen.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.0002) }
  }
}

/// Something that happened.
final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isRaised: Bool { value.load(ordering: .acquiring) }
  func raise() { value.store(true, ordering: .releasing) }
}
