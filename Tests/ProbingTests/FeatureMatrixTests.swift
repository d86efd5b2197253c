import Probing
import Testing

@Suite("Feature matrices")
struct FeatureMatrixTests {
  private let matrix = FeatureMatrix(rowCount: 2, columnCount: 3, values: [1, 2, 3, 4, 5, 6])

  @Test("rows and columns are picked in the order asked for")
  func picking() {
    #expect(matrix.rows([1, 0, 1]).values == [4, 5, 6, 1, 2, 3, 4, 5, 6])
    #expect(matrix.columns([2, 0]).values == [3, 1, 6, 4])
    #expect(matrix.column(1) == [2, 5])
    #expect(matrix[1, 0] == 4)
  }
}
