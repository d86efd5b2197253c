// Tiles of whole registers for derivatives, two pixels in each.

// 4 · `panels` outputs × `pairs` pairs of pixels; an odd last pixel is there twice. Sums have the order of gather_tile().
TARGET INLINE void NAME(gather_pairs)(
    const ns_gathering *p, int64_t k0, int64_t kn, int64_t panel, int panels, int pairs, int64_t i, int64_t i1,
    const float *x, float *y, ns_activation activation) {
  const int first = k0 == 0, last = k0 + kn == p->steps;
  const int64_t size = p->steps * 4;
  const float *w = p->weights + panel * size + k0 * 4;
  const int32_t *offsets = p->step_offsets + k0, *channels = p->output_channels + panel * 4;
  const float *bias = p->bias ? p->bias + panel * 4 : 0;
  const char *in[6];
  char *out[6];
  W a[8][3];
  UNROLL for (int j = 0; j < 2 * pairs; j++) {
    const int64_t n = i + j < i1 ? i + j : i1 - 1;
    in[j] = AT(x, p->input_offsets[n]), out[j] = AT_OUT(y, p->output_offsets[n]);
  }
  UNROLL for (int m = 0; m < 4 * panels; m++) {
    UNROLL for (int j = 0; j < pairs; j++) {
      if (!first || p->accumulates) a[m][j] = W_LOAD_TWO(out[2 * j] + channels[m], out[2 * j + 1] + channels[m]);
      else a[m][j] = bias ? W_SPREAD(bias + m) : W_ZERO();
    }
  }
  for (int64_t k = 0; k < kn; k++) {
    const int64_t o = offsets[k];
    W v[3];
    UNROLL for (int j = 0; j < pairs; j++) v[j] = W_LOAD_TWO(in[2 * j] + o, in[2 * j + 1] + o);
    UNROLL for (int m = 0; m < 4 * panels; m++) {
      const W c = W_SPREAD(w + m / 4 * size + m % 4);
      UNROLL for (int j = 0; j < pairs; j++) a[m][j] = W_FMA(c, v[j], a[m][j]);
      W_IN_ORDER(a[m][0], a[m][pairs > 1 ? 1 : 0], a[m][pairs > 2 ? 2 : 0]);
    }
    w += 4;
  }
  const W low = W_SPREAD(&activation.low), high = W_SPREAD(&activation.high);
  const int64_t live = p->outputs - panel * 4;
  UNROLL for (int m = 0; m < 4 * panels; m++) {
    UNROLL for (int j = 0; j < pairs; j++) {
      if (last && activation.kind != ns_keep) a[m][j] = NAME(activate_wide)(a[m][j], activation, low, high);
      if (m < live) W_STORE_TWO(out[2 * j] + channels[m], out[2 * j + 1] + channels[m], a[m][j]);
    }
  }
}
