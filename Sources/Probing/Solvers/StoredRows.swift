import CKernels

/// The instruction set of the kernels over rows; all sets give the same bits.
let rowInstructions: Int32 = Int32(ns_supports(Int32(ns_avx2)) == 1 ? ns_avx2 : ns_portable)

/// Some rows of a matrix, as they are stored, and the kernels that read them.
struct StoredRows: Sendable {
  enum Values: Sendable {
    case floats([Float])
    case doubles([Double])
  }

  let values: Values
  let columnCount: Int
  /// Which row of the matrix each place holds.
  let rows: [Int32]

  var count: Int { rows.count }

  /// - Parameter rows: which rows of the features; nil for all.
  init(_ x: FeatureMatrix, rows: [Int]? = nil) {
    self.init(.floats(x.values), columnCount: x.columnCount, rows: (rows ?? Array(0..<x.rowCount)).map(Int32.init))
  }

  init(_ values: Values, columnCount: Int, rows: [Int32]) {
    self.values = values
    self.columnCount = columnCount
    self.rows = rows
  }

  private func withRows(_ body: (UnsafePointer<ns_rows>) -> Void) {
    rows.withUnsafeBufferPointer { rows in
      func call(_ pointer: UnsafeRawPointer?, hasDoubles: Int32) {
        var x = ns_rows(
          values: pointer, has_doubles: hasDoubles, columns: Int64(columnCount), rows: rows.baseAddress)
        withUnsafePointer(to: &x, body)
      }
      switch values {
      case .floats(let values): values.withUnsafeBytes { call($0.baseAddress, hasDoubles: 0) }
      case .doubles(let values): values.withUnsafeBytes { call($0.baseAddress, hasDoubles: 1) }
      }
    }
  }

  /// products[place − first][output] = row · weights[output]
  func products(_ places: Range<Int>, weights: [Double], outputs: Int, into products: inout [Double]) {
    precondition(places.upperBound <= count && weights.count == outputs * columnCount, "a weight for each column")
    precondition(products.count >= places.count * outputs, "a place for each product")
    withRows { x in
      ns_row_products(
        rowInstructions, x, Int64(places.lowerBound), Int64(places.count), Int64(outputs), weights, &products)
    }
  }

  /// sums[output][column] += Σ factors[place − first][output] · row[column]
  func addSums(_ places: Range<Int>, factors: [Double], outputs: Int, to sums: inout [Double]) {
    precondition(places.upperBound <= count && sums.count == outputs * columnCount, "a sum for each column")
    precondition(factors.count >= places.count * outputs, "a factor for each row")
    withRows { x in
      ns_row_sums(rowInstructions, x, Int64(places.lowerBound), Int64(places.count), Int64(outputs), factors, &sums)
    }
  }

  /// The sums over rows of the squared differences from the centre, one a column.
  func squareSums(centre: [Double]) -> [Double] {
    precondition(centre.count == columnCount, "a centre for each column")
    var sums = [Double](repeating: 0, count: columnCount)
    withRows { ns_square_sums(rowInstructions, $0, 0, Int64(count), centre, &sums) }
    return sums
  }

  /// target[place − first][column] = (row[column] − centre[column]) · scale[column] · factors[place − first], in rows of
  /// `stride` numbers.
  func standardize(
    _ places: Range<Int>, _ centre: [Double], scales: [Double], factors: [Double], into target: inout [Double],
    stride: Int
  ) {
    precondition(places.upperBound <= count && centre.count == columnCount && scales.count == columnCount, "columns")
    precondition(stride >= columnCount && target.count >= places.count * stride, "a place for each number")
    precondition(factors.count >= places.count, "a factor for each row")
    withRows { x in
      ns_standardize(
        rowInstructions, x, Int64(places.lowerBound), Int64(places.count), centre, scales, factors, &target,
        Int64(stride))
    }
  }

  /// The standardised values of these columns, `[row][column]`.
  func standardized(columns: some RandomAccessCollection<Int>, means: [Double], scales: [Double]) -> [Double] {
    var picked = [Double](repeating: 0, count: count * columns.count)
    func fill<Element: BinaryFloatingPoint>(_ values: [Element]) {
      var slot = 0
      for row in rows {
        let first = Int(row) * columnCount
        for column in columns {
          picked[slot] = (Double(values[first + column]) - means[column]) * scales[column]
          slot += 1
        }
      }
    }
    switch values {
    case .floats(let values): fill(values)
    case .doubles(let values): fill(values)
    }
    return picked
  }

  /// How many rows are read at a time, so that they are still in the cache when they are read again.
  var blockSize: Int {
    let bytes: Int
    switch values {
    case .floats: bytes = 4
    case .doubles: bytes = 8
    }
    return max(8, min(512, (1 << 17) / (bytes * max(1, columnCount)) / 4 * 4))
  }
}
