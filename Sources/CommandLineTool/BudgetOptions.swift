import InputErrors
import NeuronShapley

/// The options that say when the estimation ends.
struct BudgetOptions: Sendable {
  static let evaluations = CommandOption<Int>.count(
    "evaluations", "N", "Spend at most N evaluations; one is one coalition on one image.",
    default:
      "where no limit is given, as many as 32 orders and their reverses take; none for tmab, exact, leave-one-out")
  static let multiplyAdds = CommandOption<Int>.count(
    "multiply-adds", "N",
    "End after the round of work behind which another one, at the mean cost of those done, would exceed N multiplications "
      + "with addition. One round is always done.")
  static let time = CommandOption<Double>.time(
    "time",
    "End after this time, but not before the first unit of work is finished; the only limit that depends on the machine."
  )
  static let standardError = CommandOption<Double>.real(
    "standard-error", "S",
    "permutation, stars, msr, stratified, gradient: end once no player's standard error is larger than S.",
    expected: "a number above 0"
  ) { $0 > 0 }
  static let group = CommandDescription.OptionGroup(
    "budget (give one)",
    [evaluations.declaration, multiplyAdds.declaration, time.declaration, standardError.declaration])

  /// Units of work that the default budget pays for.
  static let defaultUnits = 32

  let evaluations: Int?
  let multiplyAdds: Int?
  let seconds: Double?
  let standardError: Double?

  init(_ arguments: Arguments) throws {
    evaluations = try arguments.value(Self.evaluations)
    multiplyAdds = try arguments.value(Self.multiplyAdds)
    seconds = try arguments.value(Self.time)
    standardError = try arguments.value(Self.standardError)
  }

  var isUnlimited: Bool { evaluations == nil && multiplyAdds == nil && seconds == nil && standardError == nil }
}
