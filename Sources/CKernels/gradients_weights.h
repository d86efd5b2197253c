// Weights' derivatives by tiles of 4 outputs × 3 inputs.

// 4 outputs × 3 inputs of one tap over a run of points.
TARGET INLINE void NAME(weight_tile)(
    const ns_weight_gradient *p, const char *x, const char *g, const int64_t *o, const int64_t *c, int64_t n0,
    int64_t n1, V *sums) {
  V a[3][4];
  UNROLL for (int j = 0; j < 3; j++) UNROLL for (int m = 0; m < 4; m++) a[j][m] = sums[j * 4 + m];
  for (int64_t n = n0; n < n1; n++) {
    const char *xn = x + p->input_offsets[n], *gn = g + p->gradient_offsets[n];
    V v[3];
    UNROLL for (int j = 0; j < 3; j++) v[j] = LOAD(xn + c[j]);
    UNROLL for (int m = 0; m < 4; m++) {
      const V w = LOAD(gn + o[m]);
      UNROLL for (int j = 0; j < 3; j++) a[j][m] = FMA(w, v[j], a[j][m]);
      // Four read at once would be more than there are registers for.
      IN_ORDER(a[0][m], a[1][m], a[2][m]);
    }
  }
  UNROLL for (int j = 0; j < 3; j++) UNROLL for (int m = 0; m < 4; m++) sums[j * 4 + m] = a[j][m];
}

// Order: outputs, inputs, taps, points: a run of points stays in cache while all taps use it.
TARGET static void NAME(differentiate_weights)(
    const ns_weight_gradient *p, const char *x, const char *g, float *weights) {
  V sums[NAME(tap_block) * 12];
  for (int64_t o0 = 0; o0 < p->outputs; o0 += 4)
    for (int64_t c0 = 0; c0 < p->inputs; c0 += 3)
      for (int64_t t0 = 0; t0 < p->taps; t0 += NAME(tap_block)) {
        const int64_t tn = p->taps - t0 < NAME(tap_block) ? p->taps - t0 : NAME(tap_block);
        int64_t o[4], c[3];
        // Places past the last repeat it and are not stored.
        for (int m = 0; m < 4; m++) o[m] = p->output_channels[o0 + m < p->outputs ? o0 + m : p->outputs - 1];
        for (int j = 0; j < 3; j++) c[j] = 32 * (c0 + j < p->inputs ? c0 + j : p->inputs - 1);
        for (int64_t s = 0; s < tn * 12; s++) sums[s] = ZERO();
        for (int64_t n0 = 0; n0 < p->points; n0 += NAME(point_block)) {
          const int64_t n1 = n0 + NAME(point_block) < p->points ? n0 + NAME(point_block) : p->points;
          for (int64_t t = 0; t < tn; t++)
            NAME(weight_tile)(p, x + p->tap_offsets[t0 + t], g, o, c, n0, n1, sums + t * 12);
        }
        for (int64_t t = 0; t < tn; t++)
          for (int j = 0; j < 3 && c0 + j < p->inputs; j++)
            for (int m = 0; m < 4 && o0 + m < p->outputs; m++)
              weights[((o0 + m) * p->inputs + c0 + j) * p->taps + t0 + t] += NAME(total)(sums[t * 12 + j * 4 + m]);
      }
}
