// Winograd's F(2×2, 3×3) with two tiles in a register, as body_winograd.h: transforms lie as
// [frequency][pair of tiles][channel][2][8].

#define WIDE_TWO(x, r, c) W_LOAD_TWO((x)[0] + (r) * row + (c) * pixel, (x)[1] + (r) * row + (c) * pixel)

// One channel of two tiles to sixteen frequencies, `stride` bytes apart.
TARGET INLINE void NAME(winograd_forward)(const char *const *x, int64_t row, int64_t pixel, char *v, int64_t stride) {
#define D(r, c) WIDE_TWO(x, r, c)
#define ROW(i, t0, t1, t2, t3)                                                                                       \
  W_STORE(v + (4 * i) * stride, W_SUB(t0, t2)), W_STORE(v + (4 * i + 1) * stride, W_ADD(t1, t2));                    \
  W_STORE(v + (4 * i + 2) * stride, W_SUB(t2, t1)), W_STORE(v + (4 * i + 3) * stride, W_SUB(t1, t3))
  const W a0 = D(1, 0), a1 = D(1, 1), a2 = D(1, 2), a3 = D(1, 3), b0 = D(2, 0), b1 = D(2, 1), b2 = D(2, 2), b3 = D(2, 3);
  {
    const W t0 = W_SUB(D(0, 0), b0), t1 = W_SUB(D(0, 1), b1), t2 = W_SUB(D(0, 2), b2), t3 = W_SUB(D(0, 3), b3);
    ROW(0, t0, t1, t2, t3);
  }
  {
    const W t0 = W_ADD(a0, b0), t1 = W_ADD(a1, b1), t2 = W_ADD(a2, b2), t3 = W_ADD(a3, b3);
    ROW(1, t0, t1, t2, t3);
  }
  {
    const W t0 = W_SUB(b0, a0), t1 = W_SUB(b1, a1), t2 = W_SUB(b2, a2), t3 = W_SUB(b3, a3);
    ROW(2, t0, t1, t2, t3);
  }
  {
    const W t0 = W_SUB(a0, D(3, 0)), t1 = W_SUB(a1, D(3, 1)), t2 = W_SUB(a2, D(3, 2)), t3 = W_SUB(a3, D(3, 3));
    ROW(3, t0, t1, t2, t3);
  }
#undef D
#undef ROW
}

// Sixteen frequencies of one output of two tiles, `stride` bytes apart, to their 2×2 pixels; `bias` has eight places.
TARGET INLINE void NAME(winograd_backward)(
    const ns_winograd *p, ns_activation activation, const char *m, int64_t stride, char *const *y,
    const float *const *bias, int64_t q, W low, W high) {
#define M(f) W_LOAD(m + (f) * stride)
  W s0[4], s1[4];
  UNROLL for (int j = 0; j < 4; j++) {
    const W a = M(j), b = M(4 + j), c = M(8 + j), d = M(12 + j);
    s0[j] = W_ADD(W_ADD(a, b), c);
    s1[j] = W_SUB(W_SUB(b, c), d);
  }
#undef M
  W r[4] = {
      W_ADD(W_ADD(s0[0], s0[1]), s0[2]), W_SUB(W_SUB(s0[1], s0[2]), s0[3]), W_ADD(W_ADD(s1[0], s1[1]), s1[2]),
      W_SUB(W_SUB(s1[1], s1[2]), s1[3])};
  const int64_t places[4] = {0, p->output_pixel, p->output_row, p->output_row + p->output_pixel};
  UNROLL for (int j = 0; j < 4; j++) r[j] = W_ADD(r[j], W_SPREAD_TWO(bias[j] + q, bias[4 + j] + q));
  // All of the first tile before the second, which may lie over it.
  if (p->kept_offset) {
    UNROLL for (int j = 0; j < 4; j++) STORE(y[0] + places[j] + p->kept_offset, W_LOW(r[j]));
    UNROLL for (int j = 0; j < 4; j++) STORE(y[1] + places[j] + p->kept_offset, W_HIGH(r[j]));
  }
  UNROLL for (int j = 0; j < 4; j++) r[j] = NAME(activate_wide)(r[j], activation, low, high);
  UNROLL for (int j = 0; j < 4; j++) STORE(y[0] + places[j], W_LOW(r[j]));
  UNROLL for (int j = 0; j < 4; j++) STORE(y[1] + places[j], W_HIGH(r[j]));
}

// For each frequency [pairs][inputs] × [inputs][outputs] of outputs q0 to q1.
TARGET INLINE void NAME(winograd_multiply)(
    const ns_winograd *p, int64_t pairs, int64_t q0, int64_t q1, const char *v, int64_t v_stride, char *m,
    int64_t m_stride) {
  const NAME(tiling) tiling = {.steps = p->inputs, .offsets = 0, .chosen = p->weight_steps}, *t = &tiling;
  const int64_t v_pair = p->inputs * 64, m_pair = (q1 - q0) * 64;
  // Known constants cost nothing: whole tiles do not ask whether an output is there.
#define TILE(outputs, live, count)                                                                                   \
  NAME(wide_tile)(                                                                                                   \
      t, outputs, count, NAME(paired), NAME(paired), weights, p->weight_rows + q, x, y, p->places + (q - q0), live, 0,   \
      NAME(from_zero), 0)
  for (int f = 0; f < 16; f++) {
    const float *weights = p->weights + f * p->frequency_stride;
    for (int64_t i = 0; i < pairs; i += 3) {
      const char *x[3];
      char *y[3];
      for (int64_t j = 0; j < 3 && i + j < pairs; j++)
        x[j] = v + f * v_stride + (i + j) * v_pair, y[j] = m + f * m_stride + (i + j) * m_pair;
      int64_t q = q0;
      if (pairs - i >= 3)
        for (; q + 8 <= q1; q += 8) TILE(8, 8, 3);
#define REST(outputs)                                                                                                \
  do {                                                                                                               \
    if (pairs - i >= 3) TILE(outputs, q1 - q, 3);                                                                    \
    else if (pairs - i == 2) TILE(outputs, q1 - q, 2);                                                               \
    else TILE(outputs, q1 - q, 1);                                                                                   \
  } while (0)
      for (; q + 6 < q1; q += 8) REST(8);
      if (q + 4 < q1) REST(6);
      else if (q + 2 < q1) REST(4);
      else if (q < q1) REST(2);
#undef REST
    }
  }
#undef TILE
}

TARGET static void NAME(convolve_winograd)(const ns_winograd *p, const float *x, float *y, float *scratch) {
  const ns_activation activation = NAME(bounded)(p->activation);
  const W low = W_SPREAD(&activation.low), high = W_SPREAD(&activation.high);
  const int64_t v_stride = ns_winograd_stride(p->tile_block, p->inputs);
  const int64_t m_stride = ns_winograd_stride(p->tile_block, p->output_chunk);
  char *v = (char *)scratch, *m = v + 16 * v_stride;
  for (int64_t t0 = 0; t0 < p->tiles; t0 += p->tile_block) {
    const int64_t tiles = p->tiles - t0 < p->tile_block ? p->tiles - t0 : p->tile_block, pairs = (tiles + 1) / 2;
    for (int64_t i = 0; i < pairs; i++) {
      // An odd last tile is there twice.
      const int64_t first = t0 + 2 * i, second = 2 * i + 1 < tiles ? first + 1 : first;
      const char *a = OFFSET(x, p->tile_inputs[first]), *b = OFFSET(x, p->tile_inputs[second]);
      for (int64_t c = 0; c < p->inputs; c++) {
        const char *in[2] = {a + p->input_channels[c], b + p->input_channels[c]};
        NAME(winograd_forward)(in, p->input_row, p->input_pixel, v + (i * p->inputs + c) * 64, v_stride);
      }
    }
    for (int64_t q0 = 0; q0 < p->outputs; q0 += p->output_chunk) {
      const int64_t q1 = q0 + p->output_chunk < p->outputs ? q0 + p->output_chunk : p->outputs;
      NAME(winograd_multiply)(p, pairs, q0, q1, v, v_stride, m, m_stride);
      for (int64_t i = 0; i < pairs; i++) {
        const int64_t tile[2] = {t0 + 2 * i, 2 * i + 1 < tiles ? t0 + 2 * i + 1 : t0 + 2 * i};
        const float *bias[8];
        for (int j = 0; j < 8; j++)
          bias[j] = p->bias + (p->bias_classes ? p->bias_classes[4 * tile[j / 4] + j % 4] * p->bias_stride : 0);
        char *a = OFFSET_OUT(y, p->tile_outputs[tile[0]]), *b = OFFSET_OUT(y, p->tile_outputs[tile[1]]);
        for (int64_t q = q0; q < q1; q++) {
          char *out[2] = {a + p->output_channels[q], b + p->output_channels[q]};
          NAME(winograd_backward)(
              p, activation, m + (i * (q1 - q0) + q - q0) * 64, m_stride, out, bias, q, low, high);
        }
      }
    }
  }
}
#undef WIDE_TWO
