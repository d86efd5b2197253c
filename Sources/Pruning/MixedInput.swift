import InputErrors
import Networks
import Tensors

/// What a layer that mixes channels reads in the pruned network, as sums over channels of the original one.
struct MixedInput {
  typealias Share = (channel: Int, factor: Double)

  /// The node that it reads.
  let node: Int
  /// For each channel of that node the original channels that it stands for, each with what its weights are multiplied
  /// with.
  var columns: [[Share]]
  /// What the bias holds: weights, summed over all taps, times these.
  var bias: [Share]
}

extension NetworkRewriting {
  /// Makes the input of a layer that mixes channels.
  ///
  /// - Parameters:
  ///   - isInside: whether no tap ever lies in padding, so that a uniform constant contributes the same everywhere.
  ///   - reads: whether a channel has a weight that counts.
  mutating func mixedInput(
    _ reader: Int, from source: Int, isInside: Bool, reads: (_ channel: Int) -> Bool
  ) throws -> MixedInput {
    var columns = layout.kept[source].map { channel -> [MixedInput.Share] in
      isLive(source, channel) ? [(channel, 1)] : []
    }
    var uniform: [MixedInput.Share] = [], maps: [(channel: Int, elements: [Double])] = []
    for (channel, value) in values[source].enumerated() where !value.isZero {
      switch value {
      case .varying: break
      case .uniform(let number): if reads(channel) { uniform.append((channel, number)) }
      case .map(let elements): if reads(channel) { maps.append((channel, elements)) }
      }
    }
    // Where a stored channel is constant itself, its weights can stand for all constants.
    if !isInside, !uniform.isEmpty,
      let carrier = layout.kept[source].indices.first(where: { position in
        isRight(source, at: position) && values[source][layout.kept[source][position]].uniformValue ?? 0 != 0
      })
    {
      let value = values[source][layout.kept[source][carrier]].uniformValue ?? 1
      columns[carrier] = uniform.map { ($0.channel, $0.factor / value) }
      uniform = []
    }
    let needsOnes = !isInside && !uniform.isEmpty
    var bias = isInside ? uniform : []
    guard let area = maps.first?.elements.count else {
      guard needsOnes else { return MixedInput(node: place(source), columns: columns, bias: bias) }
      return MixedInput(node: try addingOnes(to: source), columns: columns + [uniform], bias: [])
    }

    // Positions at which all maps agree form a class; few classes need fewer inputs than many maps.
    var classes: [[Double]] = [], members: [[Int]] = [], known: [[Double]: Int] = [:]
    for position in 0..<area {
      let values = maps.map { $0.elements[position] }
      if let place = known[values] {
        members[place].append(position)
      } else {
        known[values] = classes.count
        classes.append(values)
        members.append([position])
      }
    }
    var inputs: [[Double]] = []
    if maps.count + (needsOnes ? 1 : 0) <= classes.count - (isInside ? 1 : 0) {
      inputs = maps.map(\.elements)
      columns += maps.map { [($0.channel, 1)] }
      if needsOnes {
        inputs.append([Double](repeating: 1, count: area))
        columns.append(uniform)
      }
    } else {
      let largest = members.indices.max { (members[$0].count, $1) < (members[$1].count, $0) } ?? 0
      if isInside { bias += zip(maps, classes[largest]).map { ($0.channel, $1) } }
      for place in classes.indices where !isInside || place != largest {
        var indicator = [Double](repeating: 0, count: area)
        for position in members[place] { indicator[position] = 1 }
        inputs.append(indicator)
        let base = isInside ? classes[largest] : [Double](repeating: 0, count: maps.count)
        let shares = maps.indices.map { (maps[$0].channel, classes[place][$0] - base[$0]) }
        columns.append(shares + (needsOnes ? uniform : []))
      }
    }
    return MixedInput(node: try adding(inputs, to: source, for: reader), columns: columns, bias: bias)
  }

  /// The weights and the bias of the outputs that are stored. An output that is constant has no weights, and its value
  /// as its bias.
  ///
  /// - Parameters:
  ///   - taps: weights of an output and an input.
  ///   - weight: where the weights of an output, an original input channel begin.
  /// - Returns: weights `[output][column][tap]`, and which outputs are right.
  func parameters(
    _ index: Int, _ input: MixedInput, taps: Int, weights: [Float], bias: [Float]?,
    start: (_ output: Int, _ channel: Int) -> Int
  ) -> (weights: [Float], bias: [Float]?, right: [Bool]) {
    let kept = layout.kept[index]
    var result: [Float] = [], sums: [Float] = [], right: [Bool] = []
    result.reserveCapacity(kept.count * input.columns.count * taps)
    for output in kept {
      guard isLive(index, output) else {
        result += [Float](repeating: 0, count: input.columns.count * taps)
        sums.append(Float(constant(index, output) ?? 0))
        right.append(values[index][output].uniformValue != nil)
        continue
      }
      for column in input.columns {
        if column.count == 1, column[0].factor == 1 {
          let first = start(output, column[0].channel)
          result += weights[first..<first + taps]
          continue
        }
        var row = [Double](repeating: 0, count: taps)
        for share in column {
          let first = start(output, share.channel)
          for tap in 0..<taps { row[tap] += Double(weights[first + tap]) * share.factor }
        }
        result += row.map { Float($0) }
      }
      var sum = Double(bias?[output] ?? 0)
      for share in input.bias {
        let first = start(output, share.channel)
        for tap in 0..<taps { sum += Double(weights[first + tap]) * share.factor }
      }
      sums.append(Float(sum))
      right.append(true)
    }
    return (result, bias == nil && sums.allSatisfy { $0 == 0 } ? nil : sums, right)
  }

  /// Whether an output that matters has a weight for a channel.
  func reads(
    _ index: Int, taps: Int, _ weights: [Float], start: @escaping (_ output: Int, _ channel: Int) -> Int
  ) -> (_ channel: Int) -> Bool {
    let outputs = layout.kept[index].filter { isLive(index, $0) }
    return { channel in
      outputs.contains { output in
        let first = start(output, channel)
        return weights[first..<first + taps].contains { $0 != 0 }
      }
    }
  }
}
