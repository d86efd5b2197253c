/// Which of a site's units a pass wants, and which it had removed before: a bit for each image lane.
struct UnitRequest {
  /// For the site's units from its first; nil when nothing is or was removed, or the step is no site.
  let masks: UnsafePointer<UInt8>?
  let removedBefore: UnsafePointer<UInt8>?

  /// True when the unit must be computed: not removed in all lanes, and its inputs changed or a lane of it is back.
  func wants(_ unit: Int, inputsChanged: Bool) -> Bool {
    let mask = masks?[unit] ?? 0
    if mask == 0xff { return false }
    return inputsChanged || (removedBefore?[unit] ?? 0) & ~mask != 0
  }

  /// True when the unit is removed in no lane.
  func isWhole(_ unit: Int) -> Bool { (masks?[unit] ?? 0) == 0 }

  /// True when any of the units is wanted.
  func wantsAny(_ count: Int, inputsChanged: Bool) -> Bool {
    for unit in 0..<count where wants(unit, inputsChanged: inputsChanged) { return true }
    return false
  }
}
