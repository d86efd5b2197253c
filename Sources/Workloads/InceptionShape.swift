import Networks

/// Inception-v3: the blocks A to E of Szegedy et al. 2016 (figures 5, 6, 7 and the two reductions), as torchvision has
/// them.
extension NetworkSketch {
  mutating func addInceptionV3() throws {
    var node = try unit("stem1", from: 0, 32, Extent(3), stride: 2, isPadded: false)
    node = try unit("stem2", from: node, 32, Extent(3), isPadded: false)
    node = try unit("stem3", from: node, 64, Extent(3))
    node = try maximum("pool3", from: node, kernel: 3, stride: 2)
    node = try unit("stem4", from: node, 80, Extent(1))
    node = try unit("stem5", from: node, 192, Extent(3), isPadded: false)
    node = try maximum("pool5", from: node, kernel: 3, stride: 2)
    for (name, pooled) in [("mixed1", 32), ("mixed2", 64), ("mixed3", 64)] {
      node = try addBlockA(name, from: node, pooled: pooled)
    }
    node = try addReductionB("mixed4", from: node)
    for (name, width) in [("mixed5", 128), ("mixed6", 160), ("mixed7", 160), ("mixed8", 192)] {
      node = try addBlockC(name, from: node, width: width)
    }
    node = try addReductionD("mixed9", from: node)
    for name in ["mixed10", "mixed11"] { node = try addBlockE(name, from: node) }
    node = try globalMean("mean", from: node)
    _ = try linear("classifier", from: node, outputs: 1000)
  }

  /// Convolution, batch normalization, ReLU; padded so that a stride of 1 keeps the size.
  private mutating func unit(
    _ name: String, from: Int, _ outputs: Int, _ kernel: Extent, stride: Int = 1, isPadded: Bool = true
  ) throws -> Int {
    let vertical = isPadded ? kernel.height / 2 : 0, horizontal = isPadded ? kernel.width / 2 : 0
    return try convolution(
      name, from: from, outputs: outputs, kernel: kernel, stride: stride,
      padding: Insets(top: vertical, left: horizontal, bottom: vertical, right: horizontal), normalized: 0.9...1.3,
      epsilon: 1e-3)
  }

  /// Units one behind the other: outputs and kernel of each.
  private mutating func chain(_ name: String, from: Int, _ units: [(Int, Extent)]) throws -> Int {
    var node = from
    for (index, (outputs, kernel)) in units.enumerated() {
      node = try unit("\(name).\(index + 1)", from: node, outputs, kernel)
    }
    return node
  }

  private mutating func pooledUnit(_ name: String, from: Int, _ outputs: Int) throws -> Int {
    let pooling = Pooling(
      .average(countsPadding: true), kernel: Extent(3), stride: Extent(1), padding: Insets(1))
    let pooled = try add(name + ".mean", .pool(pooling), from)
    return try unit(name, from: pooled, outputs, Extent(1))
  }

  private mutating func addBlockA(_ name: String, from: Int, pooled: Int) throws -> Int {
    let a = try unit(name + ".a", from: from, 64, Extent(1))
    let b = try chain(name + ".b", from: from, [(48, Extent(1)), (64, Extent(5))])
    let c = try chain(name + ".c", from: from, [(64, Extent(1)), (96, Extent(3)), (96, Extent(3))])
    let d = try pooledUnit(name + ".d", from: from, pooled)
    return try add(name, .concatenate, a, b, c, d)
  }

  private mutating func addReductionB(_ name: String, from: Int) throws -> Int {
    let a = try unit(name + ".a", from: from, 384, Extent(3), stride: 2, isPadded: false)
    let chained = try chain(name + ".b", from: from, [(64, Extent(1)), (96, Extent(3))])
    let b = try unit(name + ".b.3", from: chained, 96, Extent(3), stride: 2, isPadded: false)
    let c = try maximum(name + ".c", from: from, kernel: 3, stride: 2)
    return try add(name, .concatenate, a, b, c)
  }

  private mutating func addBlockC(_ name: String, from: Int, width: Int) throws -> Int {
    let row = Extent(height: 1, width: 7), column = Extent(height: 7, width: 1)
    let a = try unit(name + ".a", from: from, 192, Extent(1))
    let b = try chain(name + ".b", from: from, [(width, Extent(1)), (width, row), (192, column)])
    let c = try chain(
      name + ".c", from: from, [(width, Extent(1)), (width, column), (width, row), (width, column), (192, row)])
    let d = try pooledUnit(name + ".d", from: from, 192)
    return try add(name, .concatenate, a, b, c, d)
  }

  private mutating func addReductionD(_ name: String, from: Int) throws -> Int {
    let row = Extent(height: 1, width: 7), column = Extent(height: 7, width: 1)
    let first = try unit(name + ".a.1", from: from, 192, Extent(1))
    let a = try unit(name + ".a.2", from: first, 320, Extent(3), stride: 2, isPadded: false)
    let chained = try chain(name + ".b", from: from, [(192, Extent(1)), (192, row), (192, column)])
    let b = try unit(name + ".b.4", from: chained, 192, Extent(3), stride: 2, isPadded: false)
    let c = try maximum(name + ".c", from: from, kernel: 3, stride: 2)
    return try add(name, .concatenate, a, b, c)
  }

  private mutating func addBlockE(_ name: String, from: Int) throws -> Int {
    let row = Extent(height: 1, width: 3), column = Extent(height: 3, width: 1)
    let a = try unit(name + ".a", from: from, 320, Extent(1))
    let b = try unit(name + ".b", from: from, 384, Extent(1))
    let bRow = try unit(name + ".b.row", from: b, 384, row)
    let bColumn = try unit(name + ".b.column", from: b, 384, column)
    let c = try chain(name + ".c", from: from, [(448, Extent(1)), (384, Extent(3))])
    let cRow = try unit(name + ".c.row", from: c, 384, row)
    let cColumn = try unit(name + ".c.column", from: c, 384, column)
    let d = try pooledUnit(name + ".d", from: from, 192)
    return try add(name, .concatenate, a, bRow, bColumn, cRow, cColumn, d)
  }
}
