// Register tiles: sums of products for a few output channels and pixels, eight images a vector.
//
// Every tile reads products by number: offsets[k] is where product k's input lies, chosen[k] which element of an
// output's row of weights it takes. So one table leaves out inputs, another outputs, and nothing is ever repacked.

// What all tiles of one call share.
typedef struct {
  int64_t steps;
  // Null where the inputs lie side by side.
  const int32_t *offsets;
  const int32_t *chosen;
  // Bytes from an output to where its sum before the activation is kept; 0 for nowhere.
  int64_t kept;
  ns_activation activation;
} NAME(tiling);

// What sums begin with. The tiles take it, and whether sums end here, as arguments: known constants cost nothing.
enum { NAME(from_zero), NAME(from_bias), NAME(from_kept), NAME(from_output) };

#define BEGIN(y, b)                                                                                                  \
  (begin == NAME(from_zero)   ? ZERO()                                                                               \
   : begin == NAME(from_bias) ? SPREAD(b)                                                                            \
                              : LOAD((y) + (begin == NAME(from_kept) ? t->kept : 0)))

// Where sums end they are kept and activated.
TARGET INLINE void NAME(put)(const NAME(tiling) *t, char *y, V v, int last, V low, V high) {
  if (last) {
    if (t->kept) STORE(y + t->kept, v);
    v = NAME(activate)(v, t->activation, low, high);
  }
  STORE(y, v);
}

#define END(y, v) NAME(put)(t, y, v, last, low, high)

// 4 output channels × 3 pixels: 12 sums, 3 inputs and 1 weight fill 16 registers. Only `live` of the outputs are
// stored; the rows and places of the others repeat the last live one's.
TARGET INLINE void NAME(tile4x3)(
    const NAME(tiling) *t, const float *weights, const int32_t *rows, const char *x0, const char *x1, const char *x2, char *y0, char *y1,
    char *y2, const int32_t *channels, int64_t live, const float *b0, const float *b1, const float *b2,
    int begin, int last) {
  const int64_t o0 = channels[0], o1 = channels[live > 1 ? 1 : 0], o2 = channels[live > 2 ? 2 : 0];
  const int64_t o3 = channels[live > 3 ? 3 : 0];
  V a00 = BEGIN(y0 + o0, b0), a01 = BEGIN(y1 + o0, b1), a02 = BEGIN(y2 + o0, b2);
  V a10 = BEGIN(y0 + o1, b0 + 1), a11 = BEGIN(y1 + o1, b1 + 1), a12 = BEGIN(y2 + o1, b2 + 1);
  V a20 = BEGIN(y0 + o2, b0 + 2), a21 = BEGIN(y1 + o2, b1 + 2), a22 = BEGIN(y2 + o2, b2 + 2);
  V a30 = BEGIN(y0 + o3, b0 + 3), a31 = BEGIN(y1 + o3, b1 + 3), a32 = BEGIN(y2 + o3, b2 + 3);
  const float *restrict w0 = weights + rows[0], *restrict w1 = weights + rows[live > 1 ? 1 : 0];
  const float *restrict w2 = weights + rows[live > 2 ? 2 : 0], *restrict w3 = weights + rows[live > 3 ? 3 : 0];
  const int32_t *restrict offsets = t->offsets, *restrict chosen = t->chosen;
  const int64_t steps = t->steps;
  for (int64_t k = 0; k < steps; k++) {
    const int64_t o = offsets ? offsets[k] : k * 32, i = chosen[k];
    V v0 = LOAD(x0 + o), v1 = LOAD(x1 + o), v2 = LOAD(x2 + o), c;
    c = SPREAD(w0 + i), a00 = FMA(c, v0, a00), a01 = FMA(c, v1, a01), a02 = FMA(c, v2, a02);
    c = SPREAD(w1 + i), a10 = FMA(c, v0, a10), a11 = FMA(c, v1, a11), a12 = FMA(c, v2, a12);
    c = SPREAD(w2 + i), a20 = FMA(c, v0, a20), a21 = FMA(c, v1, a21), a22 = FMA(c, v2, a22);
    c = SPREAD(w3 + i), a30 = FMA(c, v0, a30), a31 = FMA(c, v1, a31), a32 = FMA(c, v2, a32);
  }
  const V low = SPREAD(&t->activation.low), high = SPREAD(&t->activation.high);
  END(y0 + o0, a00), END(y1 + o0, a01), END(y2 + o0, a02);
  if (live > 1) END(y0 + o1, a10), END(y1 + o1, a11), END(y2 + o1, a12);
  if (live > 2) END(y0 + o2, a20), END(y1 + o2, a21), END(y2 + o2, a22);
  if (live > 3) END(y0 + o3, a30), END(y1 + o3, a31), END(y2 + o3, a32);
}

// How products lie: anywhere, with weights one after the other, or with inputs one after the other too.
enum { NAME(scattered), NAME(dense), NAME(compact) };

// 8 output channels × 1 pixel (16 where there are registers), for pixels that are left over and linear layers: eight sums
// in flight hide the latency.
TARGET INLINE void NAME(pixel_tile)(
    const NAME(tiling) *t, int outputs, int order, const float *weights, const int32_t *rows, const char *x, char *y,
    const int32_t *channels, const float *b, int begin, int last) {
  const int32_t *restrict offsets = t->offsets, *restrict chosen = t->chosen;
  const int64_t steps = t->steps;
  V a[16];
  const float *w[16];
  UNROLL for (int m = 0; m < outputs; m++) {
    a[m] = BEGIN(y + channels[m], b + m);
    w[m] = weights + rows[m] + (order != NAME(scattered) ? chosen[0] : 0);
  }
  if (order == NAME(compact) && offsets) x += offsets[0];
  for (int64_t k = 0; k < steps; k++) {
    const V v = LOAD(x + (order == NAME(compact) || !offsets ? k * 32 : offsets[k]));
    const int64_t i = order == NAME(scattered) ? chosen[k] : k;
    UNROLL for (int m = 0; m < outputs; m++) a[m] = FMA(SPREAD(w[m] + i), v, a[m]);
  }
  const V low = SPREAD(&t->activation.low), high = SPREAD(&t->activation.high);
  UNROLL for (int m = 0; m < outputs; m++) END(y + channels[m], a[m]);
}

// Up to 4 output channels × 1 pixel.
TARGET INLINE void NAME(tile4x1)(
    const NAME(tiling) *t, const float *weights, const int32_t *rows, const char *x, char *y, const int32_t *channels, int64_t live,
    const float *b, int begin, int last) {
  const int64_t o0 = channels[0], o1 = channels[live > 1 ? 1 : 0], o2 = channels[live > 2 ? 2 : 0];
  const int64_t o3 = channels[live > 3 ? 3 : 0];
  V a0 = BEGIN(y + o0, b), a1 = BEGIN(y + o1, b + 1), a2 = BEGIN(y + o2, b + 2), a3 = BEGIN(y + o3, b + 3);
  const float *restrict w0 = weights + rows[0], *restrict w1 = weights + rows[live > 1 ? 1 : 0];
  const float *restrict w2 = weights + rows[live > 2 ? 2 : 0], *restrict w3 = weights + rows[live > 3 ? 3 : 0];
  const int32_t *restrict offsets = t->offsets, *restrict chosen = t->chosen;
  const int64_t steps = t->steps;
  for (int64_t k = 0; k < steps; k++) {
    const V v = LOAD(x + (offsets ? offsets[k] : k * 32));
    const int64_t i = chosen[k];
    a0 = FMA(SPREAD(w0 + i), v, a0), a1 = FMA(SPREAD(w1 + i), v, a1);
    a2 = FMA(SPREAD(w2 + i), v, a2), a3 = FMA(SPREAD(w3 + i), v, a3);
  }
  const V low = SPREAD(&t->activation.low), high = SPREAD(&t->activation.high);
  END(y + o0, a0);
  if (live > 1) END(y + o1, a1);
  if (live > 2) END(y + o2, a2);
  if (live > 3) END(y + o3, a3);
}

#undef BEGIN
#undef END

#ifdef WIDE
#include "body_wide_tiles.h"
#endif
