// The kernels' bodies, compiled once for each instruction set. The including file defines TARGET (function
// attributes), NAME(x) (the suffixed name), the vector type V and LOAD, STORE, SPREAD, FMA, MAX, MIN, ZERO.

TARGET static inline V NAME(activate)(V v, ns_activation a, V low, V high) {
  // The value stands second, where both instructions keep a NaN: a broken input must not turn into a clean zero.
  if (a.kind == ns_clamp) return MIN(high, MAX(low, v));
  if (a.kind == ns_leaky) return FMA(MIN(ZERO(), v), low, MAX(ZERO(), v));
  return v;
}

#define INLINE static inline __attribute__((always_inline))
#define OFFSET(pointer, bytes) ((const char *)(pointer) + (bytes))
#define OFFSET_OUT(pointer, bytes) ((char *)(pointer) + (bytes))

// A tile of 4 output channels × 3 pixels × 8 images: 12 accumulators, 3 inputs and 1 weight fill 16 registers.
TARGET INLINE void NAME(tile4x3)(
    int64_t steps, const int32_t *restrict offsets, const float *restrict w, const char *x0, const char *x1,
    const char *x2, char *y0, char *y1, char *y2, const int32_t *channels, int64_t live, const float *b0, const float *b1, const float *b2,
    int first, int last, ns_activation activation) {
  // Channels past the last live one share the last one's place: their weights are zero and they are never stored.
  const int64_t o0 = channels[0], o1 = channels[live > 1 ? 1 : 0], o2 = channels[live > 2 ? 2 : 0];
  const int64_t o3 = channels[live > 3 ? 3 : 0];
  V a00, a01, a02, a10, a11, a12, a20, a21, a22, a30, a31, a32;
  if (first) {
    a00 = SPREAD(b0), a01 = SPREAD(b1), a02 = SPREAD(b2);
    a10 = SPREAD(b0 + 1), a11 = SPREAD(b1 + 1), a12 = SPREAD(b2 + 1);
    a20 = SPREAD(b0 + 2), a21 = SPREAD(b1 + 2), a22 = SPREAD(b2 + 2);
    a30 = SPREAD(b0 + 3), a31 = SPREAD(b1 + 3), a32 = SPREAD(b2 + 3);
  } else {
    a00 = LOAD(y0 + o0), a01 = LOAD(y1 + o0), a02 = LOAD(y2 + o0);
    a10 = LOAD(y0 + o1), a11 = LOAD(y1 + o1), a12 = LOAD(y2 + o1);
    a20 = LOAD(y0 + o2), a21 = LOAD(y1 + o2), a22 = LOAD(y2 + o2);
    a30 = LOAD(y0 + o3), a31 = LOAD(y1 + o3), a32 = LOAD(y2 + o3);
  }
  for (int64_t k = 0; k < steps; k++) {
    int64_t o = offsets[k];
    V v0 = LOAD(x0 + o), v1 = LOAD(x1 + o), v2 = LOAD(x2 + o), c;
    c = SPREAD(w), a00 = FMA(c, v0, a00), a01 = FMA(c, v1, a01), a02 = FMA(c, v2, a02);
    c = SPREAD(w + 1), a10 = FMA(c, v0, a10), a11 = FMA(c, v1, a11), a12 = FMA(c, v2, a12);
    c = SPREAD(w + 2), a20 = FMA(c, v0, a20), a21 = FMA(c, v1, a21), a22 = FMA(c, v2, a22);
    c = SPREAD(w + 3), a30 = FMA(c, v0, a30), a31 = FMA(c, v1, a31), a32 = FMA(c, v2, a32);
    w += 4;
  }
  if (last && activation.kind != ns_keep) {
    V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
#define APPLY(v) v = NAME(activate)(v, activation, low, high)
    APPLY(a00), APPLY(a01), APPLY(a02), APPLY(a10), APPLY(a11), APPLY(a12);
    APPLY(a20), APPLY(a21), APPLY(a22), APPLY(a30), APPLY(a31), APPLY(a32);
  }
  STORE(y0 + o0, a00), STORE(y1 + o0, a01), STORE(y2 + o0, a02);
  if (live > 1) STORE(y0 + o1, a10), STORE(y1 + o1, a11), STORE(y2 + o1, a12);
  if (live > 2) STORE(y0 + o2, a20), STORE(y1 + o2, a21), STORE(y2 + o2, a22);
  if (live > 3) STORE(y0 + o3, a30), STORE(y1 + o3, a31), STORE(y2 + o3, a32);
}

// A tile of 4 output channels × 1 pixel × 8 images, for the pixels that are left over. With `chosen`, each product's
// weight is the one of that number instead of the next.
TARGET INLINE void NAME(tile4x1)(
    int64_t steps, const int32_t *restrict offsets, const int32_t *restrict chosen, const float *restrict w,
    const char *x0, char *y0, const int32_t *channels, int64_t live, const float *b0, int first, int last,
    ns_activation activation) {
  const int64_t o0 = channels[0], o1 = channels[live > 1 ? 1 : 0], o2 = channels[live > 2 ? 2 : 0];
  const int64_t o3 = channels[live > 3 ? 3 : 0];
  V a0, a1, a2, a3;
  if (first) {
    a0 = SPREAD(b0), a1 = SPREAD(b0 + 1), a2 = SPREAD(b0 + 2), a3 = SPREAD(b0 + 3);
  } else {
    a0 = LOAD(y0 + o0), a1 = LOAD(y0 + o1), a2 = LOAD(y0 + o2), a3 = LOAD(y0 + o3);
  }
  for (int64_t k = 0; k < steps; k++) {
    V v = LOAD(x0 + offsets[k]);
    const float *u = w + 4 * (chosen ? chosen[k] : k);
    a0 = FMA(SPREAD(u), v, a0), a1 = FMA(SPREAD(u + 1), v, a1);
    a2 = FMA(SPREAD(u + 2), v, a2), a3 = FMA(SPREAD(u + 3), v, a3);
  }
  if (last && activation.kind != ns_keep) {
    V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
    APPLY(a0), APPLY(a1), APPLY(a2), APPLY(a3);
  }
  STORE(y0 + o0, a0);
  if (live > 1) STORE(y0 + o1, a1);
  if (live > 2) STORE(y0 + o2, a2);
  if (live > 3) STORE(y0 + o3, a3);
}

// A tile of 12 output channels × 1 pixel × 8 images, for linear layers and maps of one pixel: three panels share each
// input, which keeps twelve sums in flight. All twelve channels are live.
TARGET INLINE void NAME(tile12x1)(
    int64_t steps, const int32_t *restrict offsets, const int32_t *restrict chosen, const float *restrict w,
    int64_t panel, const char *x0, char *y0, const int32_t *channels, const float *b0, int first, int last,
    ns_activation activation) {
  V a[12];
  for (int j = 0; j < 12; j++) a[j] = first ? SPREAD(b0 + j) : LOAD(y0 + channels[j]);
  for (int64_t k = 0; k < steps; k++) {
    V v = LOAD(x0 + offsets[k]);
    const float *u = w + 4 * (chosen ? chosen[k] : k), *u1 = u + panel, *u2 = u1 + panel;
    a[0] = FMA(SPREAD(u), v, a[0]), a[1] = FMA(SPREAD(u + 1), v, a[1]);
    a[2] = FMA(SPREAD(u + 2), v, a[2]), a[3] = FMA(SPREAD(u + 3), v, a[3]);
    a[4] = FMA(SPREAD(u1), v, a[4]), a[5] = FMA(SPREAD(u1 + 1), v, a[5]);
    a[6] = FMA(SPREAD(u1 + 2), v, a[6]), a[7] = FMA(SPREAD(u1 + 3), v, a[7]);
    a[8] = FMA(SPREAD(u2), v, a[8]), a[9] = FMA(SPREAD(u2 + 1), v, a[9]);
    a[10] = FMA(SPREAD(u2 + 2), v, a[10]), a[11] = FMA(SPREAD(u2 + 3), v, a[11]);
  }
  if (last && activation.kind != ns_keep) {
    V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
    for (int j = 0; j < 12; j++) APPLY(a[j]);
  }
  for (int j = 0; j < 12; j++) STORE(y0 + channels[j], a[j]);
}

#define INPUT(i) OFFSET(x, p->input_offsets[i])
#define OUTPUT(i) OFFSET_OUT(y, p->output_offsets[i])
#define BIAS(i) (p->bias + (p->bias_classes ? p->bias_classes[i] * panels * 4 : 0) + q * 4)

// Chosen weights, a pixel at a time: for maps of so few pixels that packing the weights would cost more than it saves.
TARGET static void NAME(convolve_chosen)(const ns_convolution *p, const float *x, float *y) {
  const int64_t panels = (p->outputs + 3) / 4, panel = p->panel_steps * 4;
  for (int64_t i = 0; i < p->pixels; i++) {
    int64_t q = 0;
    for (; 4 * q + 12 <= p->outputs; q += 3)
      NAME(tile12x1)(
          p->steps, p->step_offsets, p->weight_steps, p->weights + q * panel, panel, INPUT(i), OUTPUT(i),
          p->output_channels + q * 4, BIAS(i), 1, 1, p->activation);
    for (; q < panels; q++)
      NAME(tile4x1)(
          p->steps, p->step_offsets, p->weight_steps, p->weights + q * panel, INPUT(i), OUTPUT(i),
          p->output_channels + q * 4, p->outputs - 4 * q < 4 ? p->outputs - 4 * q : 4, BIAS(i), 1, 1, p->activation);
  }
}

// Order: pixel block, step block, panel, pixel. Inputs of a pixel block stay in cache while all panels use them.
TARGET static void NAME(convolve)(const ns_convolution *p, const float *x, float *y) {
  if (p->weight_steps) return NAME(convolve_chosen)(p, x, y);
  const int64_t steps = p->steps, panels = (p->outputs + 3) / 4, panel = p->panel_steps * 4;
  for (int64_t i0 = 0; i0 < p->pixels; i0 += p->pixel_block) {
    int64_t i1 = i0 + p->pixel_block < p->pixels ? i0 + p->pixel_block : p->pixels;
    int64_t k0 = 0;
    do {
      int64_t kn = steps - k0 < p->step_block ? steps - k0 : p->step_block;
      int first = k0 == 0, last = k0 + kn == steps;
      const int32_t *offsets = p->step_offsets + k0;
      int64_t q = 0;
      if (i1 - i0 == 1) {
        for (; 4 * q + 12 <= p->outputs; q += 3)
          NAME(tile12x1)(
              kn, offsets, 0, p->weights + q * panel + k0 * 4, panel, INPUT(i0), OUTPUT(i0),
              p->output_channels + q * 4, BIAS(i0), first, last, p->activation);
      }
      for (; q < panels; q++) {
        const float *w = p->weights + q * panel + k0 * 4;
        const int32_t *channels = p->output_channels + q * 4;
        int64_t live = p->outputs - 4 * q < 4 ? p->outputs - 4 * q : 4, i = i0;
        for (; i + 3 <= i1; i += 3)
          NAME(tile4x3)(
              kn, offsets, w, INPUT(i), INPUT(i + 1), INPUT(i + 2), OUTPUT(i), OUTPUT(i + 1), OUTPUT(i + 2), channels,
              live, BIAS(i), BIAS(i + 1), BIAS(i + 2), first, last, p->activation);
        for (; i < i1; i++)
          NAME(tile4x1)(kn, offsets, 0, w, INPUT(i), OUTPUT(i), channels, live, BIAS(i), first, last, p->activation);
      }
      k0 += kn;
    } while (k0 < steps);
  }
}

#undef INPUT
#undef OUTPUT
#undef BIAS

TARGET static void NAME(accumulate)(double *sums, double value, const float *row, int64_t count) {
  for (int64_t i = 0; i < count; i++) sums[i] += value * (double)row[i];
}

// Sixteen channels of eight pixels at a time, so that the taps' rows stay in the first cache.
TARGET static void NAME(convolve_depthwise)(const ns_depthwise *p, const float *x, float *y) {
  V low = SPREAD(&p->activation.low), high = SPREAD(&p->activation.high);
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
        V a[8];
        for (int j = 0; j < 8; j++) a[j] = SPREAD(p->bias + c);
        for (int64_t k = 0; k < p->taps; k++) {
          const char *xk = OFFSET(x, p->tap_offsets[k] + c * 32);
          V v = SPREAD(w + k);
          for (int j = 0; j < 8; j++) a[j] = FMA(v, LOAD(xk + in[j]), a[j]);
        }
        char *yc = OFFSET_OUT(y, c * 32);
        for (int j = 0; j < 8; j++) STORE(yc + out[j], NAME(activate)(a[j], p->activation, low, high));
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
  const float one = 1, none = 0;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t q = 0; q < columns; q++) {
      const char *in = OFFSET(x->base, r * x->row_stride + q * x->pixel_stride);
      char *out = OFFSET_OUT(y->base, r * y->row_stride + q * y->pixel_stride);
      for (int64_t n = 0; n < channels.count; n++) {
        const int64_t c = channels.indices[n];
        V v = LOAD(in + c * x->channel_stride);
        if (scale || shift) v = FMA(v, SPREAD(scale ? scale + c : &one), SPREAD(shift ? shift + c : &none));
        STORE(out + c * 32, NAME(activate)(v, activation, low, high));
      }
    }
}

#define COMBINE(OP)                                                                                                  \
  for (int64_t r = 0; r < rows; r++)                                                                                 \
    for (int64_t q = 0; q < columns; q++) {                                                                          \
      const char *l = OFFSET(left->base, r * left->row_stride + q * left->pixel_stride);                             \
      const char *s = OFFSET(right->base, r * right->row_stride + q * right->pixel_stride);                          \
      char *out = OFFSET_OUT(y->base, r * y->row_stride + q * y->pixel_stride);                                      \
      for (int64_t n = 0; n < channels.count; n++) {                                                                 \
        const int64_t c = channels.indices[n];                                                                       \
        V v = OP(LOAD(l + c * left->channel_stride), LOAD(s + c * right->channel_stride));                           \
        STORE(out + c * 32, NAME(activate)(v, activation, low, high));                                               \
      }                                                                                                              \
    }

TARGET static void NAME(combine)(
    int operation, const ns_map *left, const ns_map *right, const ns_map *y, int64_t rows, int64_t columns,
    ns_channels channels, ns_activation activation) {
  V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
  switch (operation) {
    case ns_add: COMBINE(ADD) break;
    case ns_subtract: COMBINE(SUB) break;
    case ns_multiply: COMBINE(MUL) break;
    case ns_divide: COMBINE(DIV) break;
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

#undef APPLY
#undef COMBINE
#undef OFFSET
#undef OFFSET_OUT
#undef INLINE
