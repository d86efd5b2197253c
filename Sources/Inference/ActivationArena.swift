#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The memory of one forward pass: one aligned allocation, zeroed once, owned by one worker.
final class ActivationArena {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int) {
    // Large pages save most of the address translations of a walk over big feature maps.
    let alignment = byteCount >= 1 << 21 ? 1 << 21 : 64
    let size = max((byteCount + alignment - 1) / alignment * alignment, alignment)
    guard let base = aligned_alloc(alignment, size) else {
      preconditionFailure("out of memory: \(size) bytes of activations")
    }
    #if os(Linux)
      if alignment > 64 { madvise(base, size, Int32(MADV_HUGEPAGE)) }
    #endif
    memset(base, 0, size)
    self.base = base
    self.byteCount = size
  }

  deinit { free(base) }
}
