// Winograd's F(2×2, 3×3): four outputs of a 3×3 convolution of stride 1 from sixteen products instead of thirty-six
// (Lavin & Gray 2016, arXiv:1509.09308, section 4.1). Input [row][pixel][inputs][8], output [row][pixel][outputs][8],
// weights [frequency 16][output][input], each the transform of a 3×3 kernel.
//
// Tiles of 2×2 outputs go in blocks: transform the inputs to [frequency][tile][input][8], multiply for each frequency
// to [frequency][tile][output][8] for a chunk of outputs, transform back.

// One channel of one tile to sixteen frequencies, `stride` bytes apart.
TARGET INLINE void NAME(winograd_forward)(const char *x, int64_t row, int64_t pixel, char *v, int64_t stride) {
#define D(r, c) LOAD(x + (r) * row + (c) * pixel)
#define ROW(i, t0, t1, t2, t3)                                                                                       \
  STORE(v + (4 * i) * stride, SUB(t0, t2)), STORE(v + (4 * i + 1) * stride, ADD(t1, t2));                            \
  STORE(v + (4 * i + 2) * stride, SUB(t2, t1)), STORE(v + (4 * i + 3) * stride, SUB(t1, t3))
  {
    V t0 = SUB(D(0, 0), D(2, 0)), t1 = SUB(D(0, 1), D(2, 1)), t2 = SUB(D(0, 2), D(2, 2)), t3 = SUB(D(0, 3), D(2, 3));
    ROW(0, t0, t1, t2, t3);
  }
  {
    V a0 = D(1, 0), a1 = D(1, 1), a2 = D(1, 2), a3 = D(1, 3), b0 = D(2, 0), b1 = D(2, 1), b2 = D(2, 2), b3 = D(2, 3);
    V t0 = ADD(a0, b0), t1 = ADD(a1, b1), t2 = ADD(a2, b2), t3 = ADD(a3, b3);
    ROW(1, t0, t1, t2, t3);
    t0 = SUB(b0, a0), t1 = SUB(b1, a1), t2 = SUB(b2, a2), t3 = SUB(b3, a3);
    ROW(2, t0, t1, t2, t3);
  }
  {
    V t0 = SUB(D(1, 0), D(3, 0)), t1 = SUB(D(1, 1), D(3, 1)), t2 = SUB(D(1, 2), D(3, 2)), t3 = SUB(D(1, 3), D(3, 3));
    ROW(3, t0, t1, t2, t3);
  }
#undef D
#undef ROW
}

// Sixteen frequencies of one output of one tile, `stride` bytes apart, to its 2×2 pixels.
TARGET INLINE void NAME(winograd_backward)(
    const ns_winograd *p, ns_activation activation, const char *m, int64_t stride, char *y, const float *const *bias,
    V low, V high) {
#define M(f) LOAD(m + (f) * stride)
  V s0[4], s1[4];
  for (int j = 0; j < 4; j++) {
    V a = M(j), b = M(4 + j), c = M(8 + j), d = M(12 + j);
    s0[j] = ADD(ADD(a, b), c);
    s1[j] = SUB(SUB(b, c), d);
  }
#undef M
#define PIXEL(place, b, v)                                                                                           \
  do {                                                                                                               \
    V r = ADD(v, SPREAD(b));                                                                                         \
    if (p->kept_offset) STORE((place) + p->kept_offset, r);                                                          \
    STORE(place, NAME(activate)(r, activation, low, high));                                                       \
  } while (0)
  PIXEL(y, bias[0], ADD(ADD(s0[0], s0[1]), s0[2]));
  PIXEL(y + p->output_pixel, bias[1], SUB(SUB(s0[1], s0[2]), s0[3]));
  PIXEL(y + p->output_row, bias[2], ADD(ADD(s1[0], s1[1]), s1[2]));
  PIXEL(y + p->output_row + p->output_pixel, bias[3], SUB(SUB(s1[1], s1[2]), s1[3]));
#undef PIXEL
}

// For each frequency [tiles][inputs] × [inputs][outputs] of outputs q0 to q1.
TARGET INLINE void NAME(winograd_multiply)(
    const ns_winograd *p, int64_t tiles, int64_t q0, int64_t q1, const char *v, int64_t v_stride, char *m,
    int64_t m_stride) {
  const NAME(tiling) tiling = {.steps = p->inputs, .offsets = 0, .chosen = p->weight_steps}, *t = &tiling;
  const int64_t v_tile = p->inputs * 32, m_tile = (q1 - q0) * 32;
  for (int f = 0; f < 16; f++) {
    const float *weights = p->weights + f * p->frequency_stride;
    const char *vf = v + f * v_stride;
    char *mf = m + f * m_stride;
    int64_t i = 0;
    for (; i + 3 <= tiles; i += 3) {
      const char *x = vf + i * v_tile;
      char *y = mf + i * m_tile;
      int64_t q = q0;
      for (; q + 4 <= q1; q += 4, y += 128)
        NAME(tile4x3)(
            t, weights, p->weight_rows + q, x, x + v_tile, x + 2 * v_tile, y, y + m_tile, y + 2 * m_tile, p->places, 4,
            0, 0, 0, NAME(from_zero), 0);
      if (q < q1)
        NAME(tile4x3)(
            t, weights, p->weight_rows + q, x, x + v_tile, x + 2 * v_tile, y, y + m_tile, y + 2 * m_tile, p->places,
            q1 - q, 0, 0, 0, NAME(from_zero), 0);
    }
    for (; i < tiles; i++) {
      const char *x = vf + i * v_tile;
      char *y = mf + i * m_tile;
      int64_t q = q0;
      for (; q + 8 <= q1; q += 8, y += 256)
        NAME(pixel_tile)(t, 8, NAME(scattered), weights, p->weight_rows + q, x, y, p->places, 0, NAME(from_zero), 0);
      for (; q < q1; q += 4, y += 128)
        NAME(tile4x1)(t, weights, p->weight_rows + q, x, y, p->places, q1 - q, 0, NAME(from_zero), 0);
    }
  }
}

TARGET static void NAME(convolve_winograd)(const ns_winograd *p, const float *x, float *y, float *scratch) {
  const ns_activation activation = NAME(bounded)(p->activation);
  const V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
  const int64_t v_stride = ns_winograd_stride(p->tile_block, p->inputs);
  const int64_t m_stride = ns_winograd_stride(p->tile_block, p->output_chunk);
  char *v = (char *)scratch, *m = v + 16 * v_stride;
  for (int64_t t0 = 0; t0 < p->tiles; t0 += p->tile_block) {
    const int64_t tiles = p->tiles - t0 < p->tile_block ? p->tiles - t0 : p->tile_block;
    for (int64_t i = 0; i < tiles; i++) {
      const char *in = OFFSET(x, p->tile_inputs[t0 + i]);
      for (int64_t c = 0; c < p->inputs; c++)
        NAME(winograd_forward)(
            in + p->input_channels[c], p->input_row, p->input_pixel, v + (i * p->inputs + c) * 32, v_stride);
    }
    for (int64_t q0 = 0; q0 < p->outputs; q0 += p->output_chunk) {
      const int64_t q1 = q0 + p->output_chunk < p->outputs ? q0 + p->output_chunk : p->outputs;
      NAME(winograd_multiply)(p, tiles, q0, q1, v, v_stride, m, m_stride);
      for (int64_t i = 0; i < tiles; i++) {
        char *out = OFFSET_OUT(y, p->tile_outputs[t0 + i]);
        const int32_t *classes = p->bias_classes ? p->bias_classes + 4 * (t0 + i) : 0;
        for (int64_t q = q0; q < q1; q++) {
          const float *bias[4];
          for (int j = 0; j < 4; j++) bias[j] = p->bias + (classes ? classes[j] * p->bias_stride : 0) + q;
          NAME(winograd_backward)(
              p, activation, m + (i * (q1 - q0) + q - q0) * 32, m_stride, out + p->output_channels[q], bias, low, high);
        }
      }
    }
  }
}
