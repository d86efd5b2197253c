// The kernels' bodies, compiled once for each instruction set. The including file defines TARGET (function
// attributes), NAME(x) (the suffixed name), the vector type V and LOAD, STORE, SPREAD, FMA, ADD, SUB, MUL, DIV, MAX,
// MIN, ZERO.

#ifdef WIDE
// Two channels that lie side by side share a register.
#define IN_PAIR(channels, n, end) ((n) + 1 < (end) && (channels).indices[(n) + 1] == (channels).indices[n] + 1)
#endif
#define UNROLL _Pragma("clang loop unroll(full)")

TARGET static inline V NAME(activate)(V v, ns_activation a, V low, V high) {
  // The value stands second, where both instructions keep a NaN: a broken input must not turn into a clean zero.
  if (a.kind == ns_clamp) return MIN(high, MAX(low, v));
  if (a.kind == ns_leaky) return FMA(MIN(ZERO(), v), low, MAX(ZERO(), v));
  return v;
}

#ifdef WIDE
TARGET static inline W NAME(activate_wide)(W v, ns_activation a, W low, W high) {
  if (a.kind == ns_clamp) return W_MIN(high, W_MAX(low, v));
  if (a.kind == ns_leaky) return W_FMA(W_MIN(W_ZERO(), v), low, W_MAX(W_ZERO(), v));
  return v;
}
#endif

// No activation as a clamp to everything, so that kernels ask less often.
TARGET static inline ns_activation NAME(bounded)(ns_activation a) {
  const ns_activation all = {ns_clamp, -__builtin_inff(), __builtin_inff()};
  return a.kind == ns_keep ? all : a;
}

#define INLINE static inline __attribute__((always_inline))
#define OFFSET(pointer, bytes) ((const char *)(pointer) + (bytes))
#define OFFSET_OUT(pointer, bytes) ((char *)(pointer) + (bytes))

#include "body_tiles.h"
// They use the tiles.
#include "body_convolution.h"
#ifdef WIDE
#include "body_wide_winograd.h"
#else
#include "body_winograd.h"
#endif

TARGET static void NAME(accumulate)(double *sums, double value, const float *row, int64_t count) {
  for (int64_t i = 0; i < count; i++) sums[i] += value * (double)row[i];
}

// Sixteen channels of eight pixels at a time, so that the taps' rows stay in the first cache.
TARGET static void NAME(convolve_depthwise)(const ns_depthwise *p, const float *x, float *y) {
  const ns_activation activation = NAME(bounded)(p->activation);
  V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
#ifdef WIDE
  const W wide_low = W_SPREAD(&activation.low), wide_high = W_SPREAD(&activation.high);
#endif
  for (int64_t n0 = 0; n0 < p->channels.count; n0 += 16) {
    int64_t n1 = n0 + 16 < p->channels.count ? n0 + 16 : p->channels.count;
    for (int64_t i0 = 0; i0 < p->pixels; i0 += 8) {
      int64_t in[8], out[8];
      // A last, shorter run repeats its final pixel; storing the same value again does no harm.
      for (int j = 0; j < 8; j++) {
        int64_t i = i0 + j < p->pixels ? i0 + j : p->pixels - 1;
        in[j] = p->input_offsets[i], out[j] = p->output_offsets[i];
      }
      for (int64_t n = n0; n < n1; n++) {
        const int64_t c = p->channels.indices[n];
        const float *w = p->weights + c * p->taps;
#ifdef WIDE
        if (IN_PAIR(p->channels, n, n1)) {
          n++;
          W a[8];
          UNROLL for (int j = 0; j < 8; j++) a[j] = W_SPREAD_TWO(p->bias + c, p->bias + c + 1);
          for (int64_t k = 0; k < p->taps; k++) {
            const char *xk = OFFSET(x, p->tap_offsets[k] + c * 32);
            const W v = W_SPREAD_TWO(w + k, w + p->taps + k);
            UNROLL for (int j = 0; j < 8; j++) a[j] = W_FMA(v, W_LOAD(xk + in[j]), a[j]);
          }
          char *yc = OFFSET_OUT(y, c * 32);
          UNROLL for (int j = 0; j < 8; j++)
            W_STORE(yc + out[j], NAME(activate_wide)(a[j], activation, wide_low, wide_high));
          continue;
        }
#endif
        V a[8];
        for (int j = 0; j < 8; j++) a[j] = SPREAD(p->bias + c);
        for (int64_t k = 0; k < p->taps; k++) {
          const char *xk = OFFSET(x, p->tap_offsets[k] + c * 32);
          V v = SPREAD(w + k);
          for (int j = 0; j < 8; j++) a[j] = FMA(v, LOAD(xk + in[j]), a[j]);
        }
        char *yc = OFFSET_OUT(y, c * 32);
        for (int j = 0; j < 8; j++) STORE(yc + out[j], NAME(activate)(a[j], activation, low, high));
      }
    }
  }
}

TARGET static void NAME(pool)(const ns_pooling *p, const float *x, float *y) {
  for (int64_t i = 0; i < p->pixels; i++) {
    const int32_t *window = p->window_offsets + p->window_starts[i];
    int64_t size = p->window_starts[i + 1] - p->window_starts[i];
    char *out = OFFSET_OUT(y, p->output_offsets[i]);
    for (int64_t n = 0; n < p->channels.count; n++) {
      const int64_t c = p->channels.indices[n];
#ifdef WIDE
      if (size > 0 && IN_PAIR(p->channels, n, p->channels.count)) {
        n++;
        W v = p->reciprocals ? W_ZERO() : W_LOAD(OFFSET(x, window[0] + c * 32));
        if (p->reciprocals) {
          for (int64_t k = 0; k < size; k++) v = W_ADD(v, W_LOAD(OFFSET(x, window[k] + c * 32)));
          v = W_MUL(v, W_SPREAD(p->reciprocals + i));
        } else {
          for (int64_t k = 1; k < size; k++) v = W_MAX(v, W_LOAD(OFFSET(x, window[k] + c * 32)));
        }
        W_STORE(out + c * 32, v);
        continue;
      }
#endif
      V v;
      if (size == 0) {
        // A dilated window may fall between the pixels of a small map: the maximum of nothing, the mean of nothing.
        const float lowest = -__builtin_inff(), none = 0;
        v = p->reciprocals ? SPREAD(&none) : SPREAD(&lowest);
      } else if (p->reciprocals) {
        v = ZERO();
        for (int64_t k = 0; k < size; k++) v = ADD(v, LOAD(OFFSET(x, window[k] + c * 32)));
        v = MUL(v, SPREAD(p->reciprocals + i));
      } else {
        v = LOAD(OFFSET(x, window[0] + c * 32));
        for (int64_t k = 1; k < size; k++) v = MAX(v, LOAD(OFFSET(x, window[k] + c * 32)));
      }
      STORE(out + c * 32, v);
    }
  }
}

TARGET static void NAME(affine)(
    const ns_map *x, const ns_map *y, int64_t rows, int64_t columns, ns_channels channels, const float *scale,
    const float *shift, ns_activation activation) {
  V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
#ifdef WIDE
  const W wide_low = W_SPREAD(&activation.low), wide_high = W_SPREAD(&activation.high);
#endif
  const float one = 1, none = 0;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t q = 0; q < columns; q++) {
      const char *in = OFFSET(x->base, r * x->row_stride + q * x->pixel_stride);
      char *out = OFFSET_OUT(y->base, r * y->row_stride + q * y->pixel_stride);
      for (int64_t n = 0; n < channels.count; n++) {
        const int64_t c = channels.indices[n];
#ifdef WIDE
        if (x->channel_stride == 32 && IN_PAIR(channels, n, channels.count)) {
          n++;
          W v = W_LOAD(in + c * 32);
          if (scale || shift)
            v = W_FMA(
                v, W_SPREAD_TWO(scale ? scale + c : &one, scale ? scale + c + 1 : &one),
                W_SPREAD_TWO(shift ? shift + c : &none, shift ? shift + c + 1 : &none));
          W_STORE(out + c * 32, NAME(activate_wide)(v, activation, wide_low, wide_high));
          continue;
        }
#endif
        V v = LOAD(in + c * x->channel_stride);
        if (scale || shift) v = FMA(v, SPREAD(scale ? scale + c : &one), SPREAD(shift ? shift + c : &none));
        STORE(out + c * 32, NAME(activate)(v, activation, low, high));
      }
    }
}

#ifdef WIDE
#define COMBINE_PAIR(W_OP)                                                                                           \
  if (left->channel_stride == 32 && right->channel_stride == 32 && IN_PAIR(channels, n, channels.count)) {           \
    n++;                                                                                                             \
    const W v = W_OP(W_LOAD(l + c * 32), W_LOAD(s + c * 32));                                                        \
    W_STORE(out + c * 32, NAME(activate_wide)(v, activation, wide_low, wide_high));                                  \
    continue;                                                                                                        \
  }
#else
#define COMBINE_PAIR(W_OP)
#endif
#define COMBINE(OP)                                                                                                  \
  for (int64_t r = 0; r < rows; r++)                                                                                 \
    for (int64_t q = 0; q < columns; q++) {                                                                          \
      const char *l = OFFSET(left->base, r * left->row_stride + q * left->pixel_stride);                             \
      const char *s = OFFSET(right->base, r * right->row_stride + q * right->pixel_stride);                          \
      char *out = OFFSET_OUT(y->base, r * y->row_stride + q * y->pixel_stride);                                      \
      for (int64_t n = 0; n < channels.count; n++) {                                                                 \
        const int64_t c = channels.indices[n];                                                                       \
        COMBINE_PAIR(W_##OP)                                                                                         \
        V v = OP(LOAD(l + c * left->channel_stride), LOAD(s + c * right->channel_stride));                           \
        STORE(out + c * 32, NAME(activate)(v, activation, low, high));                                               \
      }                                                                                                              \
    }

TARGET static void NAME(combine)(
    int operation, const ns_map *left, const ns_map *right, const ns_map *y, int64_t rows, int64_t columns,
    ns_channels channels, ns_activation activation) {
  V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
#ifdef WIDE
  const W wide_low = W_SPREAD(&activation.low), wide_high = W_SPREAD(&activation.high);
#endif
  switch (operation) {
    case ns_add: COMBINE(ADD) break;
    case ns_subtract: COMBINE(SUB) break;
    case ns_multiply: COMBINE(MUL) break;
    case ns_divide: COMBINE(DIV) break;
  }
}

// The largest of eight values, or NaN where one of `broken` is.
TARGET INLINE float NAME(largest_lane)(V most, V broken) {
  float values[8], lanes[8], result = 0;
  STORE(values, most), STORE(lanes, broken);
  for (int j = 0; j < 8; j++) result = values[j] > result ? values[j] : result;
  for (int j = 0; j < 8; j++) result += lanes[j];
  return result;
}

TARGET static void NAME(largest)(
    const ns_map *x, int64_t rows, int64_t columns, ns_channels channels, float *largest) {
  for (int64_t n = 0; n < channels.count; n++) {
    const int64_t c = channels.indices[n];
    // v − v is 0 for finite values and NaN for others.
#ifdef WIDE
    if (IN_PAIR(channels, n, channels.count)) {
      n++;
      W most = W_ZERO(), broken = W_ZERO();
      for (int64_t r = 0; r < rows; r++) {
        const char *in = OFFSET(x->base, r * x->row_stride + c * x->channel_stride);
        for (int64_t q = 0; q < columns; q++, in += x->pixel_stride) {
          const W v = W_LOAD(in);
          most = W_MAX(most, W_MAX(v, W_SUB(W_ZERO(), v))), broken = W_ADD(broken, W_SUB(v, v));
        }
      }
      largest[c] = NAME(largest_lane)(W_LOW(most), W_LOW(broken));
      largest[c + 1] = NAME(largest_lane)(W_HIGH(most), W_HIGH(broken));
      continue;
    }
#endif
    V most = ZERO(), broken = ZERO();
    for (int64_t r = 0; r < rows; r++) {
      const char *in = OFFSET(x->base, r * x->row_stride + c * x->channel_stride);
      for (int64_t q = 0; q < columns; q++, in += x->pixel_stride) {
        V v = LOAD(in);
        most = MAX(most, MAX(v, SUB(ZERO(), v))), broken = ADD(broken, SUB(v, v));
      }
    }
    largest[c] = NAME(largest_lane)(most, broken);
  }
}

TARGET static void NAME(fill)(
    const ns_map *y, int64_t rows, int64_t columns, const float *values, int64_t value_stride, uint32_t lanes) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t q = 0; q < columns; q++) {
      float *out = (float *)OFFSET_OUT(y->base, r * y->row_stride + q * y->pixel_stride);
      const float *in = values + (r * columns + q) * value_stride;
      if (lanes == 0xff)
        STORE(out, LOAD(in));
      else
        for (int j = 0; j < 8; j++)
          if (lanes >> j & 1) out[j] = in[j];
    }
}

#undef COMBINE
#undef COMBINE_PAIR
#undef OFFSET
#undef OFFSET_OUT
#undef INLINE
#ifdef WIDE
#undef IN_PAIR
#endif
#undef UNROLL
