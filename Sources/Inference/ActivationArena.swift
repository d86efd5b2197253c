#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of one forward pass: one aligned allocation, zero at first, owned by one worker.
final class ActivationArena {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// What the system gave, where the memory is its own mapping; nil where the allocator gave it.
  private let mapping: (start: UnsafeMutableRawPointer, byteCount: Int)?

  /// Large pages save most of the address translations of a walk over big feature maps.
  private static let largePage = 1 << 21

  init(byteCount: Int) {
    let isLarge = byteCount >= Self.largePage
    let alignment = isLarge ? Self.largePage : 64
    let size = max((byteCount + alignment - 1) / alignment * alignment, alignment)
    self.byteCount = size
    #if os(Linux)
      if isLarge {
        // Fresh pages are zero, and those that nothing touches (gradients before the first layer that is asked for) cost
        // nothing.
        let whole = size + alignment
        guard let start = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
          start != MAP_FAILED
        else { preconditionFailure("out of memory: \(size) bytes of activations") }
        let misaligned = Int(bitPattern: start) % alignment
        base = misaligned == 0 ? start : start + (alignment - misaligned)
        mapping = (start, whole)
        madvise(base, size, Int32(MADV_HUGEPAGE))
        return
      }
    #endif
    guard let base = aligned_alloc(alignment, size) else {
      preconditionFailure("out of memory: \(size) bytes of activations")
    }
    memset(base, 0, size)
    self.base = base
    mapping = nil
  }

  deinit {
    if let mapping { munmap(mapping.start, mapping.byteCount) } else { free(base) }
  }
}
