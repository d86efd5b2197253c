// The derivatives' kernels, compiled once for each instruction set with the macros of body.h, and AND, NOT, OVER
// (a > b as all bits or none), SAME (a = b likewise), IN_ORDER (nothing after it is read before these are known).

#define INLINE static inline __attribute__((always_inline))
#define AT(pointer, bytes) ((const char *)(pointer) + (bytes))
#define AT_OUT(pointer, bytes) ((char *)(pointer) + (bytes))
#define UNROLL _Pragma("clang loop unroll(full)")

#include "gradients_tiles.h"
#ifdef WIDE
#include "gradients_wide_tiles.h"
#endif

TARGET static void NAME(gather)(const ns_gathering *p, const float *x, float *y) {
  const int64_t panels = (p->outputs + 3) / 4, pixel_block = 24, step_block = 1280;
  for (int64_t i0 = 0; i0 < p->pixels; i0 += pixel_block) {
    const int64_t i1 = i0 + pixel_block < p->pixels ? i0 + pixel_block : p->pixels;
    int64_t k0 = 0;
    do {
      const int64_t kn = p->steps - k0 < step_block ? p->steps - k0 : step_block;
      int64_t q = 0;
      if (i1 - i0 == 1)
        for (; q + 3 <= panels; q += 3) NAME(gather_tile)(p, k0, kn, q, 3, i0, 1, x, y, p->activation);
#ifdef WIDE
      for (; i1 - i0 > 1 && q < panels; q += 2) {
        int64_t i = i0;
#define PAIRS(panels, count) NAME(gather_pairs)(p, k0, kn, q, panels, count, i, i1, x, y, p->activation)
        if (q + 1 < panels) {
          for (; i + 5 <= i1; i += 6) PAIRS(2, 3);
          if (i + 3 <= i1) PAIRS(2, 2);
          else if (i < i1) PAIRS(2, 1);
        } else {
          for (; i + 5 <= i1; i += 6) PAIRS(1, 3);
          if (i + 3 <= i1) PAIRS(1, 2);
          else if (i < i1) PAIRS(1, 1);
        }
#undef PAIRS
      }
#endif
      for (; q < panels; q++) {
        int64_t i = i0;
        for (; i + 3 <= i1; i += 3) NAME(gather_tile)(p, k0, kn, q, 1, i, 3, x, y, p->activation);
        for (; i < i1; i++) NAME(gather_tile)(p, k0, kn, q, 1, i, 1, x, y, p->activation);
      }
      k0 += kn;
    } while (k0 < p->steps);
  }
}

TARGET static void NAME(gather_channels)(const ns_channel_gathering *p, const float *x, float *y) {
  const V low = SPREAD(&p->activation.low), high = SPREAD(&p->activation.high);
#ifdef WIDE
  const W wide_low = W_SPREAD(&p->activation.low), wide_high = W_SPREAD(&p->activation.high);
#endif
  for (int64_t c0 = 0; c0 < p->channels; c0 += 16) {
    const int64_t c1 = c0 + 16 < p->channels ? c0 + 16 : p->channels;
    for (int64_t i0 = 0; i0 < p->pixels; i0 += 8) {
      int64_t in[8], out[8];
      // A last, shorter run repeats its final pixel; all its values are read before any is stored.
      for (int j = 0; j < 8; j++) {
        const int64_t i = i0 + j < p->pixels ? i0 + j : p->pixels - 1;
        in[j] = p->input_offsets[i], out[j] = p->output_offsets[i];
      }
      for (int64_t c = c0; c < c1; c++) {
        const float *w = p->weights + c * p->taps;
        char *yc = AT_OUT(y, c * 32);
#ifdef WIDE
        if (c + 1 < c1) {
          c++;
          W a[8];
          UNROLL for (int j = 0; j < 8; j++)
            a[j] = p->accumulates ? W_LOAD(yc + out[j]) : p->bias ? W_SPREAD_TWO(p->bias + c - 1, p->bias + c) : W_ZERO();
          for (int64_t k = 0; k < p->taps; k++) {
            const char *xk = AT(x, p->tap_offsets[k] + (c - 1) * 32);
            const W v = W_SPREAD_TWO(w + k, w + p->taps + k);
            UNROLL for (int j = 0; j < 8; j++) a[j] = W_FMA(v, W_LOAD(xk + in[j]), a[j]);
          }
          UNROLL for (int j = 0; j < 8; j++)
            W_STORE(yc + out[j], NAME(activate_wide)(a[j], p->activation, wide_low, wide_high));
          continue;
        }
#endif
        V a[8];
        UNROLL for (int j = 0; j < 8; j++)
          a[j] = p->accumulates ? LOAD(yc + out[j]) : p->bias ? SPREAD(p->bias + c) : ZERO();
        for (int64_t k = 0; k < p->taps; k++) {
          const char *xk = AT(x, p->tap_offsets[k] + c * 32);
          const V v = SPREAD(w + k);
          UNROLL for (int j = 0; j < 8; j++) a[j] = FMA(v, LOAD(xk + in[j]), a[j]);
        }
        UNROLL for (int j = 0; j < 8; j++) STORE(yc + out[j], NAME(activate)(a[j], p->activation, low, high));
      }
    }
  }
}

TARGET INLINE float NAME(total)(V v) {
  float lanes[8];
  STORE(lanes, v);
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

enum { NAME(point_block) = 96, NAME(tap_block) = 32 };

#ifdef WIDE
#include "gradients_wide_weights.h"
#else
#include "gradients_weights.h"
#endif

TARGET static void NAME(differentiate_channel_weights)(
    const ns_weight_gradient *p, const char *x, const char *g, float *weights) {
  for (int64_t c = 0; c < p->outputs; c++)
    for (int64_t t0 = 0; t0 < p->taps; t0 += 9) {
      V a[9];
      const char *xt[9];
      UNROLL for (int t = 0; t < 9; t++) {
        a[t] = ZERO();
        xt[t] = x + c * 32 + p->tap_offsets[t0 + t < p->taps ? t0 + t : p->taps - 1];
      }
      const char *gc = g + p->output_channels[c];
      for (int64_t n = 0; n < p->points; n++) {
        const V v = LOAD(gc + p->gradient_offsets[n]);
        const int64_t i = p->input_offsets[n];
        UNROLL for (int t = 0; t < 9; t++) a[t] = FMA(v, LOAD(xt[t] + i), a[t]);
      }
      for (int t = 0; t < 9 && t0 + t < p->taps; t++) weights[c * p->taps + t0 + t] += NAME(total)(a[t]);
    }
}

#define EACH_VECTOR(BODY)                                                                                            \
  for (int64_t r = 0; r < rows; r++)                                                                                 \
    for (int64_t s = 0; s < columns; s++) {                                                                          \
      const char *xs = AT(x->base, r * x->row_stride + s * x->pixel_stride);                                         \
      const char *ys = AT(y->base, r * y->row_stride + s * y->pixel_stride);                                         \
      const char *gs = AT(g->base, r * g->row_stride + s * g->pixel_stride);                                         \
      char *zs = AT_OUT(z->base, r * z->row_stride + s * z->pixel_stride);                                           \
      (void)xs, (void)ys;                                                                                            \
      for (int64_t c = 0; c < channels; c++) {                                                                       \
        V d = LOAD(gs + c * 32);                                                                                     \
        BODY                                                                                                         \
        if (f->rectifies) d = AND(d, OVER(d, ZERO()));                                                               \
        if (f->lanes) d = AND(d, LOAD(f->lanes + c * 8));                                                            \
        STORE(zs + c * 32, d);                                                                                       \
      }                                                                                                              \
    }
#define X LOAD(xs + c * 32)
#define Y LOAD(ys + c * 32)

TARGET static void NAME(differentiate)(
    const ns_derivative *f, const ns_map *x, const ns_map *y, const ns_map *g, const ns_map *z, int64_t rows,
    int64_t columns, int64_t channels) {
  const float unit = 1, third = 1.0f / 3, half = 0.5f, three = 3, minus_three = -3;
  const V one = SPREAD(&unit), low = SPREAD(&f->low), high = SPREAD(&f->high), factor = SPREAD(&f->factor);
  switch (f->kind) {
    case ns_slope_one: EACH_VECTOR() break;
    case ns_slope_inside: EACH_VECTOR(V v = Y; d = AND(MUL(d, factor), AND(OVER(v, low), OVER(high, v)));) break;
    case ns_slope_leaky:
      EACH_VECTOR(V m = OVER(X, ZERO()); V b = MUL(d, SPREAD(f->slopes + c)); d = ADD(AND(d, m), NOT(b, m));) break;
    case ns_slope_elu:
      EACH_VECTOR(V m = OVER(X, ZERO()); V b = MUL(d, ADD(Y, factor)); d = ADD(AND(d, m), NOT(b, m));) break;
    case ns_slope_sigmoid: EACH_VECTOR(V v = Y; d = MUL(d, MUL(v, SUB(one, v)));) break;
    case ns_slope_tanh: EACH_VECTOR(V v = Y; d = MUL(d, SUB(one, MUL(v, v)));) break;
    case ns_slope_hard_swish:
      EACH_VECTOR(
          V v = X; V m = OVER(SPREAD(&three), v); V b = MUL(d, FMA(v, SPREAD(&third), SPREAD(&half)));
          d = ADD(NOT(d, m), AND(AND(b, m), OVER(v, SPREAD(&minus_three))));) break;
    case ns_slope_redirected:
      EACH_VECTOR(
          V v = Y; V a = OVER(v, low); V b = OVER(high, v); V up = AND(d, OVER(d, ZERO()));
          V down = AND(d, OVER(ZERO(), d)); d = ADD(AND(d, AND(a, b)), ADD(NOT(up, a), NOT(down, b)));) break;
  }
}
#undef EACH_VECTOR
#undef X
#undef Y

TARGET static void NAME(project)(
    const ns_map *g, const ns_map *y, const ns_map *kept, const ns_map *mean, const float *lanes, int64_t rows,
    int64_t columns, int64_t channels, float *sums) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t s = 0; s < columns; s++) {
      const char *gs = AT(g->base, r * g->row_stride + s * g->pixel_stride);
      const char *ys = AT(y->base, r * y->row_stride + s * y->pixel_stride);
      const char *ks = AT(kept->base, r * kept->row_stride + s * kept->pixel_stride);
      const char *ms = AT(mean->base, r * mean->row_stride + s * mean->pixel_stride);
      for (int64_t c = 0; c < channels; c++) {
        V v = LOAD(ys + c * 32);
        if (lanes) {
          const V m = LOAD(lanes + c * 8);
          v = ADD(AND(v, m), NOT(LOAD(ks + c * 32), m));
        }
        const V d = SUB(v, LOAD(ms + c * mean->channel_stride));
        STORE(sums + c * 8, FMA(LOAD(gs + c * 32), d, LOAD(sums + c * 8)));
      }
    }
}

#define ADD_GRADIENT(VALUE)                                                                                          \
  for (int64_t r = 0; r < rows; r++)                                                                                 \
    for (int64_t s = 0; s < columns; s++) {                                                                          \
      const char *gs = AT(g->base, r * g->row_stride + s * g->pixel_stride);                                         \
      const char *as = AT(a->base, r * a->row_stride + s * a->pixel_stride);                                         \
      const char *bs = AT(b->base, r * b->row_stride + s * b->pixel_stride);                                         \
      char *zs = AT_OUT(z->base, r * z->row_stride + s * z->pixel_stride);                                           \
      (void)as, (void)bs;                                                                                            \
      for (int64_t c = 0; c < channels; c++) {                                                                       \
        V v = MUL(LOAD(gs + c * g->channel_stride), signs);                                                          \
        VALUE                                                                                                        \
        char *zc = zs + c * z->channel_stride;                                                                       \
        STORE(zc, adds ? ADD(LOAD(zc), v) : v);                                                                      \
      }                                                                                                              \
    }
#define A LOAD(as + c * a->channel_stride)
#define B LOAD(bs + c * b->channel_stride)

TARGET static void NAME(add_gradient)(
    int operation, float sign, int adds, const ns_map *g, const ns_map *a, const ns_map *b, const ns_map *z,
    int64_t rows, int64_t columns, int64_t channels) {
  const V signs = SPREAD(&sign);
  switch (operation) {
    case ns_direct: ADD_GRADIENT() break;
    case ns_times: ADD_GRADIENT(v = MUL(v, A);) break;
    case ns_over: ADD_GRADIENT(v = DIV(v, A);) break;
    case ns_over_square: ADD_GRADIENT(V d = A; v = DIV(MUL(v, B), MUL(d, d));) break;
  }
}
#undef ADD_GRADIENT
#undef A
#undef B

TARGET static void NAME(pool_gradient)(
    const ns_pooling *p, const float *x, const float *y, const float *g, float *dx) {
  for (int64_t i = 0; i < p->pixels; i++) {
    const int32_t *window = p->window_offsets + p->window_starts[i];
    const int64_t size = p->window_starts[i + 1] - p->window_starts[i], o = p->output_offsets[i];
    if (p->reciprocals) {
      const V share = SPREAD(p->reciprocals + i);
      for (int64_t k = 0; k < size; k++) {
        char *out = AT_OUT(dx, window[k]);
        for (int64_t n = 0; n < p->channels.count; n++) {
          const int64_t c = p->channels.indices[n] * 32;
          STORE(out + c, FMA(LOAD(AT(g, o + c)), share, LOAD(out + c)));
        }
      }
    } else {
      for (int64_t n = 0; n < p->channels.count; n++) {
        const int64_t c = p->channels.indices[n] * 32;
        const V largest = LOAD(AT(y, o + c));
        V left = LOAD(AT(g, o + c));
        for (int64_t k = 0; k < size; k++) {
          char *out = AT_OUT(dx, window[k] + c);
          const V m = SAME(LOAD(AT(x, window[k] + c)), largest);
          STORE(out, ADD(LOAD(out), AND(left, m)));
          left = NOT(left, m);
        }
      }
    }
  }
}

TARGET static void NAME(channel_sums)(
    int kind, const ns_map *a, const ns_map *b, int64_t rows, int64_t columns, int64_t channels, const float *centre,
    const float *lanes, double *sums) {
  const V count = LOAD(lanes);
  for (int64_t c0 = 0; c0 < channels; c0 += 8) {
    const int64_t cn = channels - c0 < 8 ? channels - c0 : 8;
    V t[8];
    for (int j = 0; j < 8; j++) t[j] = ZERO();
    int64_t pending = 0;
    for (int64_t r = 0; r < rows; r++)
      for (int64_t s = 0; s < columns; s++) {
        const char *as = AT(a->base, r * a->row_stride + s * a->pixel_stride + c0 * 32);
        const char *bs = AT(b->base, r * b->row_stride + s * b->pixel_stride + c0 * 32);
        for (int j = 0; j < cn; j++) {
          V v = LOAD(as + j * 32);
          if (kind == ns_sum_squares) {
            v = SUB(v, SPREAD(centre + c0 + j));
            v = MUL(v, v);
          } else if (kind == ns_sum_products) {
            v = MUL(v, SUB(LOAD(bs + j * 32), SPREAD(centre + c0 + j)));
          }
          t[j] = FMA(v, count, t[j]);
        }
        // Short runs in single precision, their sums in double.
        if (++pending == 64 || (r == rows - 1 && s == columns - 1)) {
          for (int j = 0; j < cn; j++) sums[c0 + j] += (double)NAME(total)(t[j]), t[j] = ZERO();
          pending = 0;
        }
      }
  }
}

TARGET static void NAME(mix)(
    int adds, const ns_map *a, const ns_map *b, const ns_map *y, int64_t rows, int64_t columns, int64_t channels,
    const float *p, const float *q, const float *r, const float *lanes) {
  const V count = LOAD(lanes);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t s = 0; s < columns; s++) {
      const char *as = AT(a->base, i * a->row_stride + s * a->pixel_stride);
      const char *bs = AT(b->base, i * b->row_stride + s * b->pixel_stride);
      char *ys = AT_OUT(y->base, i * y->row_stride + s * y->pixel_stride);
      for (int64_t c = 0; c < channels; c++) {
        V v = FMA(LOAD(as + c * 32), SPREAD(p + c), FMA(LOAD(bs + c * 32), SPREAD(q + c), SPREAD(r + c)));
        v = MUL(v, count);
        STORE(ys + c * 32, adds ? ADD(LOAD(ys + c * 32), v) : v);
      }
    }
}

#undef AT
#undef AT_OUT
#undef UNROLL
#undef INLINE
