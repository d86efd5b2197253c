/// The addresses of several arrays at once, for a kernel's plan; valid within `body` alone.
@inline(__always)
func withPointers<A, B, Result>(
  _ a: [A], _ b: [B], _ body: (UnsafePointer<A>?, UnsafePointer<B>?) -> Result
) -> Result {
  a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { b in body(a.baseAddress, b.baseAddress) } }
}

/// The addresses of several arrays at once, for a kernel's plan; valid within `body` alone.
@inline(__always)
func withPointers<A, B, C, D, Result>(
  _ a: [A], _ b: [B], _ c: [C], _ d: [D],
  _ body: (UnsafePointer<A>?, UnsafePointer<B>?, UnsafePointer<C>?, UnsafePointer<D>?) -> Result
) -> Result {
  withPointers(a, b) { a, b in withPointers(c, d) { c, d in body(a, b, c, d) } }
}
