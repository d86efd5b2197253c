#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Discrete Fourier transforms of one length along the outer axis of `[length][vectors]`, for all places of the inner
/// axis at once.
///
/// X[k] = Σ x[j] · exp(−2πi·jk/length), unscaled. Stockham's order of passes: no reordering at the end, and every inner
/// loop runs over whole vectors. Passes of radix 4 and 2, and one for each odd prime factor p, which takes
/// O(p) additions and multiplications a value.
struct FourierTransform: Sendable {
  typealias Values = UnsafeMutablePointer<SIMD8<Float>>

  let length: Int
  private let passes: [Pass]

  private struct Pass: Sendable {
    let radix: Int
    /// Butterflies with different twiddle factors.
    let sections: Int
    /// Places between one butterfly's result and the next, in units of the inner axis.
    let stride: Int
    /// Cosine and sine of 2π·pk/(radix · sections) at `2 · (p · radix + k)`.
    let twiddles: [Float]
    /// Cosine and sine of 2π·j/radix at `2 · j`.
    let roots: [Float]
  }

  /// - Precondition: `length > 0`. Complexity: O(length).
  init(length: Int) {
    precondition(length > 0, "a transform has at least one value")
    self.length = length
    var passes: [Pass] = [], rest = length, stride = 1
    func circle(_ numerator: Int, _ denominator: Int) -> [Float] {
      let angle = 2 * Double.pi * Double(numerator % denominator) / Double(denominator)
      return [Float(cos(angle)), Float(sin(angle))]
    }
    while rest > 1 {
      let radix = rest % 4 == 0 ? 4 : (2...rest).first { rest % $0 == 0 } ?? rest
      let sections = rest / radix
      passes.append(
        Pass(
          radix: radix, sections: sections, stride: stride,
          twiddles: (0..<rest).flatMap { circle(($0 / radix) * ($0 % radix), rest) },
          roots: (0..<radix).flatMap { circle($0, radix) }))
      rest = sections
      stride *= radix
    }
    self.passes = passes
  }

  /// Transforms in place; with real and imaginary parts exchanged it is the unscaled inverse.
  ///
  /// - Parameters:
  ///   - vectors: vectors of the inner axis.
  ///   - scratch: two more planes of `length · vectors`, overwritten.
  func run(real: Values, imaginary: Values, scratch: (Values, Values), vectors: Int) {
    var from = (real, imaginary), to = scratch
    for pass in passes {
      switch pass.radix {
      case 2: Self.two(pass, from, to, vectors)
      case 4: Self.four(pass, from, to, vectors)
      default: Self.odd(pass, from, to, vectors)
      }
      swap(&from, &to)
    }
    if from.0 != real {
      real.update(from: from.0, count: length * vectors)
      imaginary.update(from: from.1, count: length * vectors)
    }
  }

  private static func two(_ pass: Pass, _ from: (Values, Values), _ to: (Values, Values), _ vectors: Int) {
    let run = pass.stride * vectors, apart = run * pass.sections
    for section in 0..<pass.sections {
      let cosine = pass.twiddles[4 * section + 2], sine = pass.twiddles[4 * section + 3]
      let ar = from.0 + section * run, ai = from.1 + section * run
      let br = ar + apart, bi = ai + apart
      let xr = to.0 + 2 * section * run, xi = to.1 + 2 * section * run
      let yr = xr + run, yi = xi + run
      for place in 0..<run {
        let (a, b, c, d) = (ar[place], ai[place], br[place], bi[place])
        xr[place] = a + c
        xi[place] = b + d
        let (r, i) = (a - c, b - d)
        yr[place] = r * cosine + i * sine
        yi[place] = i * cosine - r * sine
      }
    }
  }

  private static func four(_ pass: Pass, _ from: (Values, Values), _ to: (Values, Values), _ vectors: Int) {
    let run = pass.stride * vectors, apart = run * pass.sections
    pass.twiddles.withUnsafeBufferPointer { twiddles in
      for section in 0..<pass.sections {
        let (c1, s1) = (twiddles[8 * section + 2], twiddles[8 * section + 3])
        let (c2, s2) = (twiddles[8 * section + 4], twiddles[8 * section + 5])
        let (c3, s3) = (twiddles[8 * section + 6], twiddles[8 * section + 7])
        let fr = from.0 + section * run, fi = from.1 + section * run
        let tr = to.0 + 4 * section * run, ti = to.1 + 4 * section * run
        for place in 0..<run {
          let (ar, ai) = (fr[place], fi[place])
          let (br, bi) = (fr[place + apart], fi[place + apart])
          let (cr, ci) = (fr[place + 2 * apart], fi[place + 2 * apart])
          let (dr, di) = (fr[place + 3 * apart], fi[place + 3 * apart])
          let (er, ei, gr, gi) = (ar + cr, ai + ci, ar - cr, ai - ci)
          let (hr, hi, ur, ui) = (br + dr, bi + di, br - dr, bi - di)
          tr[place] = er + hr
          ti[place] = ei + hi
          let (pr, pi) = (gr + ui, gi - ur)
          tr[place + run] = pr * c1 + pi * s1
          ti[place + run] = pi * c1 - pr * s1
          let (qr, qi) = (er - hr, ei - hi)
          tr[place + 2 * run] = qr * c2 + qi * s2
          ti[place + 2 * run] = qi * c2 - qr * s2
          let (vr, vi) = (gr - ui, gi + ur)
          tr[place + 3 * run] = vr * c3 + vi * s3
          ti[place + 3 * run] = vi * c3 - vr * s3
        }
      }
    }
  }

  /// Sums and differences of the inputs j and radix − j: results k and radix − k then share their products.
  private static func odd(_ pass: Pass, _ from: (Values, Values), _ to: (Values, Values), _ vectors: Int) {
    let radix = pass.radix, half = radix / 2
    let run = pass.stride * vectors, apart = run * pass.sections
    withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: 4 * half) { folded in
      pass.twiddles.withUnsafeBufferPointer { twiddles in
        pass.roots.withUnsafeBufferPointer { roots in
          for section in 0..<pass.sections {
            let fr = from.0 + section * run, fi = from.1 + section * run
            let tr = to.0 + radix * section * run, ti = to.1 + radix * section * run
            let factors = 2 * radix * section
            for place in 0..<run {
              let (ar, ai) = (fr[place], fi[place])
              var (sumR, sumI) = (ar, ai)
              for j in 1...half {
                let (br, bi) = (fr[place + j * apart], fi[place + j * apart])
                let (cr, ci) = (fr[place + (radix - j) * apart], fi[place + (radix - j) * apart])
                folded[4 * j - 4] = br + cr
                folded[4 * j - 3] = bi + ci
                folded[4 * j - 2] = br - cr
                folded[4 * j - 1] = bi - ci
                sumR += br + cr
                sumI += bi + ci
              }
              tr[place] = sumR
              ti[place] = sumI
              for k in 1...half {
                var (evenR, evenI) = (ar, ai)
                var (oddR, oddI) = (SIMD8<Float>(), SIMD8<Float>())
                var root = 0
                for j in 0..<half {
                  root += k
                  if root >= radix { root -= radix }
                  let cosine = roots[2 * root], sine = roots[2 * root + 1]
                  evenR += folded[4 * j] * cosine
                  evenI += folded[4 * j + 1] * cosine
                  oddR += folded[4 * j + 3] * sine
                  oddI -= folded[4 * j + 2] * sine
                }
                store(evenR + oddR, evenI + oddI, k)
                store(evenR - oddR, evenI - oddI, radix - k)
              }
              func store(_ real: SIMD8<Float>, _ imaginary: SIMD8<Float>, _ k: Int) {
                let cosine = twiddles[factors + 2 * k], sine = twiddles[factors + 2 * k + 1]
                tr[place + k * run] = real * cosine + imaginary * sine
                ti[place + k * run] = imaginary * cosine - real * sine
              }
            }
          }
        }
      }
    }
  }
}
