import Probing
import Testing

@Suite struct ControlTaskTests {
  private let binary = ProbeTarget.classes([0, 1], count: 2)

  @Test func anImageAndItsMirrorImageShareALabelAndNoFold() {
    let control = ControlTask(source: .mirrorImages, identities: Array(0..<30) + Array(0..<30))
    for repetition in 0..<3 {
      guard case .classes(let labels, 2) = control.target(like: binary, seed: 4, repetition: repetition) else { return }
      let folds = control.folds(binary, count: 5, seed: 4, repetition: repetition)
      #expect(labels.prefix(30).elementsEqual(labels.suffix(30)))
      #expect(labels.prefix(30).count { $0 == 1 } == 15)
      #expect((0..<30).allSatisfy { folds[$0] != folds[30 + $0] })
      #expect((0..<5).allSatisfy { fold in folds.count { $0 == fold } == 12 })
    }
    let first = control.folds(binary, count: 5, seed: 4, repetition: 0)
    #expect(first != control.folds(binary, count: 5, seed: 4, repetition: 1))
  }

  @Test func recurringIdentitiesLieInAsManyFoldsAsTheyCan() {
    let identities = (0..<60).map { $0 % 6 }
    let control = ControlTask(source: .column("texture"), identities: identities)
    let folds = control.folds(binary, count: 5, seed: 1, repetition: 0)
    for identity in 0..<6 {
      let own = identities.indices.filter { identities[$0] == identity }.map { folds[$0] }
      #expect((0..<5).allSatisfy { fold in own.count { $0 == fold } == 2 })
    }
    guard case .values(let values) = control.target(like: .values([1, 2]), seed: 1, repetition: 0) else { return }
    #expect(Set(values).count == 6, "one number an identity")
  }
}
