// Direct convolution by tiles of whole registers, as body_convolution.h. Where there is room for it, the inputs of a block
// of pixels are put side by side first, pair by pair: whole registers are then loaded at once, and pixels whose distance
// is a large power of two do not compete for the same cache lines.

// Bytes between pairs of gathered pixels: an odd number of cache lines.
#define PAIR_STRIDE(steps) (((steps) | 1) * 64)

// At most eight outputs of at most three pairs of pixels; an odd last pixel is there twice.
TARGET INLINE void NAME(convolve_pairs)(
    const NAME(tiling) *t, const ns_convolution *p, int pairs, int in, int64_t i0, int64_t i, int64_t i1, int64_t q,
    const float *x, const int32_t *inputs, int64_t stride, float *y, int begin, int last) {
  const int64_t live = p->outputs - q;
  const char *from[6];
  char *to[6];
  const float *bias[6];
  UNROLL for (int j = 0; j < 2 * pairs; j++) {
    const int64_t n = i + j < i1 ? i + j : i1 - 1;
    to[j] = OUTPUT(n), bias[j] = BIAS(n, q);
    if (in == NAME(apart)) from[j] = INPUT(n);
  }
  if (in == NAME(paired)) {
    UNROLL for (int j = 0; j < pairs; j++) from[j] = OFFSET(x, ((i - i0) / 2 + j) * stride);
  }
#define TILE(outputs)                                                                                                \
  NAME(wide_tile)(                                                                                                   \
      t, outputs, pairs, in, NAME(apart), p->weights, p->weight_rows + q, from, to, p->output_channels + q, live, bias, \
      begin, last)
  if (live > 6) TILE(8);
  else if (live > 4) TILE(6);
  else if (live > 2) TILE(4);
  else TILE(2);
#undef TILE
}

// All outputs of the pixels of a block, from a block of products; `inputs` are the pixels' offsets from x, or `stride`
// lies between the pairs.
TARGET INLINE void NAME(convolve_block)(
    const NAME(tiling) *t, const ns_convolution *p, int in, int64_t i0, int64_t i1, const float *x,
    const int32_t *inputs, int64_t stride, float *y, int begin, int last) {
  if (in == NAME(apart) && i1 - i0 == 1) {
    NAME(convolve_pixel)(t, p, INPUT(i0), i0, y, begin, last);
    return;
  }
#define PAIRS(count) NAME(convolve_pairs)(t, p, count, in, i0, i, i1, q, x, inputs, stride, y, begin, last)
  for (int64_t q = 0; q < p->outputs; q += 8) {
    int64_t i = i0;
    for (; i + 5 <= i1; i += 6) PAIRS(3);
    if (i + 3 <= i1) PAIRS(2);
    else if (i < i1) PAIRS(1);
  }
#undef PAIRS
}

TARGET static void NAME(collect)(const ns_convolution *p, int64_t i0, int64_t i1, const float *x, float *gathered) {
  for (int64_t i = i0; i < i1; i += 2) {
    const char *a = OFFSET(x, p->input_offsets[i]), *b = OFFSET(x, p->input_offsets[i + 1 < i1 ? i + 1 : i]);
    char *to = (char *)gathered + (i - i0) / 2 * PAIR_STRIDE(p->steps);
    for (int64_t k = 0; k < p->steps; k++, to += 64)
      W_STORE(to, W_LOAD_TWO(a + p->step_offsets[k], b + p->step_offsets[k]));
  }
}

TARGET static void NAME(convolve)(const ns_convolution *p, const float *x, float *y) {
  const ns_activation activation = NAME(bounded)(p->activation);
  // Blocks of about one size, of whole tiles: few pixels that are left over would use half a tile.
  const int64_t blocks = (p->pixels + p->pixel_block - 1) / p->pixel_block;
  const int64_t block = blocks > 1 ? ((p->pixels + blocks - 1) / blocks + 5) / 6 * 6 : p->pixels;
  const int gathers = p->gathered && block <= ns_gathered_pixels && p->pixels > 1;
  for (int64_t i0 = 0; i0 < p->pixels; i0 += block) {
    const int64_t i1 = i0 + block < p->pixels ? i0 + block : p->pixels;
    const int32_t *inputs = p->input_offsets + i0;
    const int64_t stride = PAIR_STRIDE(p->steps);
    if (gathers) NAME(collect)(p, i0, i1, x, p->gathered);
    if (activation.kind == ns_clamp && !p->kept_offset && !p->accumulates && p->steps <= p->step_block) {
      // The usual case, with nothing left to ask within the tiles.
      const NAME(tiling) t = {
          .steps = p->steps, .offsets = p->step_offsets, .chosen = p->weight_steps, .kept = 0,
          .activation = {ns_clamp, activation.low, activation.high}};
      if (gathers)
        NAME(convolve_block)(&t, p, NAME(paired), i0, i1, p->gathered, 0, stride, y, NAME(from_bias), 1);
      else
        NAME(convolve_block)(&t, p, NAME(apart), i0, i1, x, inputs, 0, y, NAME(from_bias), 1);
      continue;
    }
    int64_t k0 = 0;
    do {
      const int64_t kn = p->steps - k0 < p->step_block ? p->steps - k0 : p->step_block;
      const NAME(tiling) t = {
          .steps = kn, .offsets = p->step_offsets + k0, .chosen = p->weight_steps + k0, .kept = p->kept_offset,
          .activation = activation};
      const int begin = k0 > 0 ? NAME(from_output) : p->accumulates ? NAME(from_kept) : NAME(from_bias);
      const int last = k0 + kn == p->steps;
      if (gathers)
        NAME(convolve_block)(&t, p, NAME(paired), i0, i1, p->gathered + k0 * 16, 0, stride, y, begin, last);
      else
        NAME(convolve_block)(&t, p, NAME(apart), i0, i1, x, inputs, 0, y, begin, last);
      k0 += kn;
    } while (k0 < p->steps);
  }
}

#undef PAIR_STRIDE
