import InputErrors
import Probing
import Testing

@Suite("Stratified folds")
struct StratifiedFoldsTests {
  @Test("folds differ by at most one row, in all and in each class", arguments: [2, 3, 5, 10])
  func evenness(count: Int) throws {
    let labels = (0..<137).map { $0 % 10 == 0 ? 2 : $0 % 3 == 0 ? 1 : 0 }
    let target = ProbeTarget.classes(labels, count: 3)
    let folds = try StratifiedFolds.assign(target, count: count, seed: 5)
    func sizes(_ rows: [Int]) -> [Int] { (0..<count).map { fold in rows.filter { folds[$0] == fold }.count } }
    for rows in [Array(labels.indices)] + (0..<3).map({ label in labels.indices.filter { labels[$0] == label } }) {
      let sizes = sizes(rows)
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    let again = try StratifiedFolds.assign(target, count: count, seed: 5)
    let other = try StratifiedFolds.assign(target, count: count, seed: 6)
    #expect(folds == again)
    #expect(folds != other)
  }

  @Test("numbers are dealt evenly and at random")
  func numbers() throws {
    let folds = try StratifiedFolds.assign(.values((0..<23).map(Double.init)), count: 4, seed: 1)
    #expect((0..<4).map { fold in folds.filter { $0 == fold }.count }.sorted() == [5, 6, 6, 6])
    #expect(folds != folds.sorted())
  }

  @Test("too few rows are refused with the number that is needed")
  func tooFew() {
    let error = #expect(throws: InputError.self) {
      try StratifiedFolds.assign(.classes([0, 0, 0, 1, 1], count: 2), count: 3, seed: 0)
    }
    #expect(error?.description.contains("class 1 has too few rows for 3 folds (expected at least 3, found 2)") == true)
    #expect(throws: InputError.self) { try StratifiedFolds.assign(.values([1, 2, 3]), count: 4, seed: 0) }
    #expect(throws: InputError.self) { try StratifiedFolds.assign(.classes([0, 1], count: 2), count: 1, seed: 0) }
  }
}
