/// How a list of stored channels becomes another list.
enum ChannelMove: Hashable {
  /// The lists are the same.
  case none
  /// Channels are added at both ends, all with one value.
  case pad(before: Int, after: Int, value: Double)
  /// Some of the channels at even distances.
  case slice(start: Int, step: Int)
  /// Anything else: a product with a matrix of zeros and ones.
  case matrix

  /// - Parameters:
  ///   - stored: channels in the order in which they lie there; not empty.
  ///   - wanted: channels in the order in which they are to lie; not empty.
  ///   - constant: the number that a wanted channel without a stored one is to hold; nil when a single number will not do.
  init(from stored: [Int], to wanted: [Int], constant: (_ channel: Int) -> Double?) {
    if stored == wanted {
      self = .none
      return
    }
    if let before = wanted.firstIndex(of: stored[0]), before + stored.count <= wanted.count,
      wanted[before..<before + stored.count].elementsEqual(stored)
    {
      let added = wanted[..<before] + wanted[(before + stored.count)...]
      let numbers = added.map(constant)
      if let value = numbers[0], numbers.allSatisfy({ $0 == value }) {
        self = .pad(before: before, after: wanted.count - before - stored.count, value: value)
        return
      }
    }
    let places = wanted.map { stored.firstIndex(of: $0) ?? -1 }
    let step = places.count > 1 ? places[1] - places[0] : 1
    if !places.contains(-1), step != 0, places.indices.allSatisfy({ places[$0] == places[0] + $0 * step }) {
      self = .slice(start: places[0], step: step)
      return
    }
    self = .matrix
  }
}
