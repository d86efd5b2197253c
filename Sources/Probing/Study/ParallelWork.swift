/// Independent pieces of work, shared by a few tasks.
package enum ParallelWork {
  /// What `body` makes of 0, 1, … `count` − 1, in that order whatever finishes first.
  ///
  /// - Parameter progress: called with the number of pieces that are done.
  /// - Throws: what `body` throws, and `CancellationError`.
  package static func map<Result: Sendable>(
    count: Int, workers: Int, progress: (@Sendable (_ done: Int) -> Void)? = nil,
    _ body: @escaping @Sendable (Int) throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: count)
      var next = 0, done = 0
      func start() {
        guard next < count else { return }
        let piece = next
        next += 1
        group.addTask {
          try Task.checkCancellation()
          return (piece, try body(piece))
        }
      }
      for _ in 0..<max(1, workers) { start() }
      for try await (piece, result) in group {
        results[piece] = result
        done += 1
        progress?(done)
        start()
      }
      return results.compactMap { $0 }
    }
  }
}
