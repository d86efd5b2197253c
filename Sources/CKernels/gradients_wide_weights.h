// Weights' derivatives by tiles of whole registers, two inputs in each.

// Taps whose sums are kept at a time: 24 registers each.
enum { NAME(kept_taps) = 12 };

// 8 outputs × 3 pairs of inputs of one tap over a run of points. Inputs lie side by side, or where `c` says.
TARGET INLINE void NAME(weight_tile)(
    const ns_weight_gradient *p, const char *x, const char *g, const int64_t *o, const int64_t *c, int side_by_side,
    int64_t n0, int64_t n1, W *sums) {
  W a[8][3];
  UNROLL for (int m = 0; m < 8; m++) UNROLL for (int j = 0; j < 3; j++) a[m][j] = sums[m * 3 + j];
  for (int64_t n = n0; n < n1; n++) {
    const char *xn = x + p->input_offsets[n], *gn = g + p->gradient_offsets[n];
    W v[3];
    UNROLL for (int j = 0; j < 3; j++)
      v[j] = side_by_side ? W_LOAD(xn + c[0] + j * 64) : W_LOAD_TWO(xn + c[2 * j], xn + c[2 * j + 1]);
    UNROLL for (int m = 0; m < 8; m++) {
      const W w = W_TWICE(gn + o[m]);
      UNROLL for (int j = 0; j < 3; j++) a[m][j] = W_FMA(w, v[j], a[m][j]);
      W_IN_ORDER(a[m][0], a[m][1], a[m][2]);
    }
  }
  UNROLL for (int m = 0; m < 8; m++) UNROLL for (int j = 0; j < 3; j++) sums[m * 3 + j] = a[m][j];
}

// Order: outputs, inputs, taps, points: a run of points stays in cache while all taps use it.
TARGET static void NAME(differentiate_weights)(
    const ns_weight_gradient *p, const char *x, const char *g, float *weights) {
  W sums[NAME(kept_taps) * 24];
  for (int64_t o0 = 0; o0 < p->outputs; o0 += 8)
    for (int64_t c0 = 0; c0 < p->inputs; c0 += 6)
      for (int64_t t0 = 0; t0 < p->taps; t0 += NAME(kept_taps)) {
        const int64_t tn = p->taps - t0 < NAME(kept_taps) ? p->taps - t0 : NAME(kept_taps);
        int64_t o[8], c[6];
        // Places past the last repeat it and are not stored.
        for (int m = 0; m < 8; m++) o[m] = p->output_channels[o0 + m < p->outputs ? o0 + m : p->outputs - 1];
        for (int j = 0; j < 6; j++) c[j] = 32 * (c0 + j < p->inputs ? c0 + j : p->inputs - 1);
        for (int64_t s = 0; s < tn * 24; s++) sums[s] = W_ZERO();
        for (int64_t n0 = 0; n0 < p->points; n0 += NAME(point_block)) {
          const int64_t n1 = n0 + NAME(point_block) < p->points ? n0 + NAME(point_block) : p->points;
          for (int64_t t = 0; t < tn; t++) {
            const char *xt = x + p->tap_offsets[t0 + t];
            if (c0 + 6 <= p->inputs) NAME(weight_tile)(p, xt, g, o, c, 1, n0, n1, sums + t * 24);
            else NAME(weight_tile)(p, xt, g, o, c, 0, n0, n1, sums + t * 24);
          }
        }
        for (int64_t t = 0; t < tn; t++)
          for (int m = 0; m < 8 && o0 + m < p->outputs; m++)
            for (int j = 0; j < 6 && c0 + j < p->inputs; j++) {
              const W s = sums[t * 24 + m * 3 + j / 2];
              weights[((o0 + m) * p->inputs + c0 + j) * p->taps + t0 + t] += NAME(total)(j % 2 ? W_HIGH(s) : W_LOW(s));
            }
      }
}
