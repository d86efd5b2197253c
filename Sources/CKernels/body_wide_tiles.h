// Register tiles of whole registers, two pixels in each: `outputs` (8, 6, 4 or 2) output channels × `pairs` (3 to 1) pairs of
// pixels. Products are found by number and summed in order, as in body_tiles.h.
//
// 8 × 3 pairs: 24 sums, 3 inputs and 1 weight of 32 registers; 24 products for 14 loads.

// How a tile's pixels lie: each for itself, or the two of a pair side by side, as [channel][2 pixels][8].
enum { NAME(apart), NAME(paired) };

// x, y, b: one for each pixel, or for each pair of what is paired (inputs that are paired lie in the order of products).
// Only `live` outputs are stored; the rows and places of the others repeat the first.
TARGET INLINE void NAME(wide_tile)(
    const NAME(tiling) *t, int outputs, int pairs, int in, int out, const float *weights, const int32_t *rows,
    const char *const *x, char *const *y, const int32_t *channels, int64_t live, const float *const *b, int begin,
    int last) {
  W a[8][3];
  const float *w[8];
  UNROLL for (int m = 0; m < outputs; m++) {
    const int64_t n = m < live ? m : 0, o = channels[n] + (begin == NAME(from_kept) ? t->kept : 0);
    w[m] = weights + rows[n];
    UNROLL for (int j = 0; j < pairs; j++)
      a[m][j] = begin == NAME(from_zero)   ? W_ZERO()
                : begin == NAME(from_bias) ? W_SPREAD_TWO(b[2 * j] + n, b[2 * j + 1] + n)
                                           : W_LOAD_TWO(y[2 * j] + o, y[2 * j + 1] + o);
  }
  const int32_t *restrict offsets = t->offsets, *restrict chosen = t->chosen;
  const int64_t steps = t->steps;
  for (int64_t k = 0; k < steps; k++) {
    W v[3];
    if (in == NAME(paired)) {
      UNROLL for (int j = 0; j < pairs; j++) v[j] = W_LOAD(x[j] + k * 64);
    } else {
      const int64_t o = offsets ? offsets[k] : k * 32;
      UNROLL for (int j = 0; j < pairs; j++) v[j] = W_LOAD_TWO(x[2 * j] + o, x[2 * j + 1] + o);
    }
    const int64_t i = chosen[k];
    UNROLL for (int m = 0; m < outputs; m++) {
      const W c = W_SPREAD(w[m] + i);
      UNROLL for (int j = 0; j < pairs; j++) a[m][j] = W_FMA(c, v[j], a[m][j]);
      // All eight weights read at once would be more than there are registers for.
      W_IN_ORDER(a[m][0], a[m][pairs > 1 ? 1 : 0], a[m][pairs > 2 ? 2 : 0]);
    }
  }
  const W low = W_SPREAD(&t->activation.low), high = W_SPREAD(&t->activation.high);
  UNROLL for (int m = 0; m < outputs; m++) {
    if (m >= live) break;
    const int64_t o = channels[m];
    UNROLL for (int j = 0; j < pairs; j++) {
      W s = a[m][j];
      if (out == NAME(paired)) {
        W_STORE(y[j] + 2 * o, s);
        continue;
      }
      if (last) {
        if (t->kept) W_STORE_TWO(y[2 * j] + o + t->kept, y[2 * j + 1] + o + t->kept, s);
        s = NAME(activate_wide)(s, t->activation, low, high);
      }
      W_STORE_TWO(y[2 * j] + o, y[2 * j + 1] + o, s);
    }
  }
}
