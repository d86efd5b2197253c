// Tiles for derivatives, a pixel a register.

// A tile of 4 outputs × `pixels` pixels, or of 4 · `panels` outputs × 1 pixel: the sums stay in registers.
TARGET INLINE void NAME(gather_tile)(
    const ns_gathering *p, int64_t k0, int64_t kn, int64_t panel, int panels, int64_t i, int pixels, const float *x,
    float *y, ns_activation activation) {
  const int first = k0 == 0, last = k0 + kn == p->steps;
  const int64_t size = p->steps * 4;
  const float *w = p->weights + panel * size + k0 * 4;
  const int32_t *offsets = p->step_offsets + k0, *channels = p->output_channels + panel * 4;
  const float *bias = p->bias ? p->bias + panel * 4 : 0;
  const char *in[3];
  char *out[3];
  V a[3][4];
  const int groups = panels > 1 ? panels : pixels;
  UNROLL for (int j = 0; j < pixels; j++) {
    in[j] = AT(x, p->input_offsets[i + j]);
    out[j] = AT_OUT(y, p->output_offsets[i + j]);
  }
  UNROLL for (int j = 0; j < groups; j++) {
    const int64_t q = panels > 1 ? 4 * j : 0;
    char *o = out[panels > 1 ? 0 : j];
    UNROLL for (int m = 0; m < 4; m++) {
      if (!first || p->accumulates) a[j][m] = LOAD(o + channels[q + m]);
      else a[j][m] = bias ? SPREAD(bias + q + m) : ZERO();
    }
  }
  for (int64_t k = 0; k < kn; k++) {
    const int64_t o = offsets[k];
    if (panels > 1) {
      const V v = LOAD(in[0] + o);
      UNROLL for (int j = 0; j < panels; j++)
        UNROLL for (int m = 0; m < 4; m++) a[j][m] = FMA(SPREAD(w + j * size + m), v, a[j][m]);
    } else {
      V v[3];
      UNROLL for (int j = 0; j < pixels; j++) v[j] = LOAD(in[j] + o);
      UNROLL for (int m = 0; m < 4; m++) {
        const V c = SPREAD(w + m);
        UNROLL for (int j = 0; j < pixels; j++) a[j][m] = FMA(c, v[j], a[j][m]);
      }
    }
    w += 4;
  }
  const V low = SPREAD(&activation.low), high = SPREAD(&activation.high);
  const int64_t live = p->outputs - panel * 4;
  UNROLL for (int j = 0; j < groups; j++) {
    const int64_t q = panels > 1 ? 4 * j : 0;
    char *o = out[panels > 1 ? 0 : j];
    UNROLL for (int m = 0; m < 4; m++) {
      if (last && activation.kind != ns_keep) a[j][m] = NAME(activate)(a[j][m], activation, low, high);
      // Outputs past the last have zero weights and are never stored.
      if (q + m < live) STORE(o + channels[q + m], a[j][m]);
    }
  }
}
