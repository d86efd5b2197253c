import CKernels

/// Shares independent work among threads and waits for all of it.
enum WorkSharing {
  /// Calls `body` with 0 to `count` − 1 on some threads, the caller's included; each call must touch memory of its own.
  static func run(workers: Int, count: Int, _ body: (Int) -> Void) {
    guard workers > 1, count > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var work = Work(body: body)
      withUnsafeMutablePointer(to: &work) { work in
        ns_share(Int64(workers), Int64(count), work) { context, index in
          context?.assumingMemoryBound(to: Work.self).pointee.body(Int(index))
        }
      }
    }
  }

  private struct Work {
    let body: (Int) -> Void
  }
}
