import CKernels
import TestSupport
import Testing

@Suite("Kernels over rows")
struct RowKernelTests {
  private struct Results: Equatable {
    var products: [Double]
    var sums: [Double]
    var squares: [Double]
    var standardized: [Double]
    var gram: [Double]
    var solution: [Double]
    var point: [Double]
    var dot: Double
  }

  /// Everything that the kernels do, on floats or doubles.
  private func results<Element: BinaryFloatingPoint>(
    _ set: Int, of values: [Element], hasDoubles: Bool, columns: Int, outputs: Int
  ) -> Results {
    let set = Int32(set), rows = values.count / columns, stride = (columns + 7) / 8 * 8
    var random = SeededRandom(7)
    let weights = random.floats(outputs * columns).map(Double.init)
    let factors = random.floats(outputs * rows).map(Double.init)
    let places = (0..<rows).map { Int32((7 * $0) % rows) }
    var results = Results(
      products: [Double](repeating: 0, count: rows * outputs), sums: weights,
      squares: [Double](repeating: 0, count: columns), standardized: [Double](repeating: 0, count: rows * stride),
      gram: [Double](repeating: 0, count: stride * stride), solution: [Double](repeating: 1, count: stride),
      point: [Double](repeating: 0, count: stride), dot: ns_dot(set, Int64(weights.count), weights, weights))
    for place in 0..<stride { results.gram[place * stride + place] = 1 }
    values.withUnsafeBytes { bytes in
      places.withUnsafeBufferPointer { places in
        var x = ns_rows(
          values: bytes.baseAddress, has_doubles: hasDoubles ? 1 : 0, columns: Int64(columns), rows: places.baseAddress)
        let count = Int64(rows)
        ns_row_products(set, &x, 0, count, Int64(outputs), weights, &results.products)
        ns_row_sums(set, &x, 0, count, Int64(outputs), factors, &results.sums)
        ns_square_sums(set, &x, 0, count, weights, &results.squares)
        ns_standardize(set, &x, 0, count, weights, weights, factors, &results.standardized, Int64(stride))
      }
    }
    ns_add_gram(
      set, 1, Int64(rows), Int64(stride), results.standardized, Int64(stride), &results.gram, Int64(stride))
    var slopes = [Double](repeating: 0.3, count: stride)
    ns_descend_coordinates(set, Int64(stride), results.gram, Int64(stride), 0.01, 1e-9, 5, &results.point, &slopes)
    let isPositive = ns_factor(set, Int64(stride), &results.gram, Int64(stride))
    #expect(isPositive == 1)
    ns_solve(set, Int64(stride), results.gram, Int64(stride), &results.solution)
    return results
  }

  @Test("all instruction sets give the same bits", arguments: [(5, 3, 1), (13, 9, 1), (30, 40, 2), (70, 37, 3)])
  func sameBits(rows: Int, columns: Int, outputs: Int) {
    guard ns_supports(Int32(ns_avx2)) == 1 else { return }
    var random = SeededRandom(UInt64(columns))
    let floats = random.floats(rows * columns), doubles = floats.map { Double($0) / 3 }
    let portable = results(ns_portable, of: floats, hasDoubles: false, columns: columns, outputs: outputs)
    let wide = results(ns_avx2, of: floats, hasDoubles: false, columns: columns, outputs: outputs)
    #expect(portable == wide)
    let portableDoubles = results(ns_portable, of: doubles, hasDoubles: true, columns: columns, outputs: outputs)
    let wideDoubles = results(ns_avx2, of: doubles, hasDoubles: true, columns: columns, outputs: outputs)
    #expect(portableDoubles == wideDoubles)
  }

  @Test("products, sums and solutions are those of plain loops", arguments: [(5, 3, 1), (30, 40, 2), (70, 37, 3)])
  func plainLoops(rows: Int, columns: Int, outputs: Int) {
    var random = SeededRandom(UInt64(rows))
    let floats = random.floats(rows * columns)
    let own = results(ns_portable, of: floats, hasDoubles: false, columns: columns, outputs: outputs)
    var again = SeededRandom(7)
    let weights = again.floats(outputs * columns).map(Double.init)
    let factors = again.floats(outputs * rows).map(Double.init)
    func value(_ row: Int, _ column: Int) -> Double { Double(floats[(7 * row) % rows * columns + column]) }
    var sums = weights, largest = 0.0
    for row in 0..<rows {
      for output in 0..<outputs {
        let product = (0..<columns).reduce(0) { $0 + value(row, $1) * weights[output * columns + $1] }
        largest = max(largest, abs(product - own.products[row * outputs + output]))
        for column in 0..<columns {
          sums[output * columns + column] += factors[row * outputs + output] * value(row, column)
        }
      }
    }
    for (a, b) in zip(sums, own.sums) { largest = max(largest, abs(a - b)) }
    // (1 + aᵀa) x is the vector of ones.
    let stride = own.solution.count
    func product(_ i: Int, _ j: Int) -> Double {
      (0..<rows).reduce(i == j ? 1 : 0) { $0 + own.standardized[$1 * stride + i] * own.standardized[$1 * stride + j] }
    }
    for row in 0..<stride {
      let right = (0..<stride).reduce(0) { $0 + product(row, $1) * own.solution[$1] }
      largest = max(largest, abs(right - 1))
    }
    #expect(largest < 1e-9)
  }
}
