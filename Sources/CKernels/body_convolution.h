// Direct convolution: input [row][pixel][inputs][8], output [row][pixel][outputs][8], weights [output][product].

#define INPUT(i) OFFSET(x, inputs[(i) - i0])
#define OUTPUT(i) OFFSET_OUT(y, p->output_offsets[i])
#define BIAS(i, q) (p->bias + (p->bias_classes ? p->bias_classes[i] * p->bias_stride : 0) + (q))

// All outputs of one pixel, from a block of products.
TARGET INLINE void NAME(convolve_pixel)(
    const NAME(tiling) *t, const ns_convolution *p, const char *input, int64_t i, float *y, int begin, int last) {
  int64_t q = 0;
#define TILE(outputs, dense)                                                                                         \
  NAME(pixel_tile)(                                                                                                  \
      t, outputs, dense, p->weights, p->weight_rows + q, input, OUTPUT(i), p->output_channels + q, BIAS(i, q), begin, last)
#ifdef WIDE
#define TILES(dense)                                                                                                 \
  do {                                                                                                               \
    for (; q + 16 <= p->outputs; q += 16) TILE(16, dense);                                                           \
    for (; q + 8 <= p->outputs; q += 8) TILE(8, dense);                                                              \
  } while (0)
#else
#define TILES(dense)                                                                                                 \
  for (; q + 8 <= p->outputs; q += 8) TILE(8, dense)
#endif
  const int is_dense = p->is_dense && t->steps > 0;
  // Offsets ascend, so that the last tells whether there is a gap.
  const int is_compact =
      is_dense && (!t->offsets || t->offsets[t->steps - 1] - t->offsets[0] == (t->steps - 1) * 32);
  if (is_compact) TILES(NAME(compact));
  else if (is_dense) TILES(NAME(dense));
  else TILES(NAME(scattered));
#undef TILE
#undef TILES
  for (; q < p->outputs; q += 4)
    NAME(tile4x1)(
        t, p->weights, p->weight_rows + q, input, OUTPUT(i), p->output_channels + q, p->outputs - q, BIAS(i, q), begin,
        last);
}

#ifdef WIDE
#include "body_wide_convolution.h"
#else
// All outputs of the pixels of a block, from a block of products; `inputs` are the pixels' offsets from x.
TARGET INLINE void NAME(convolve_block)(
    const NAME(tiling) *t, const ns_convolution *p, int64_t i0, int64_t i1, const float *x, const int32_t *inputs,
    float *y, int begin, int last) {
#define TILE(live)                                                                                                   \
  NAME(tile4x3)(                                                                                                     \
      t, p->weights, p->weight_rows + q, INPUT(i), INPUT(i + 1), INPUT(i + 2), OUTPUT(i), OUTPUT(i + 1),             \
      OUTPUT(i + 2), p->output_channels + q, live, BIAS(i, q), BIAS(i + 1, q), BIAS(i + 2, q), begin, last)
  const int64_t whole = i0 + (i1 - i0) / 3 * 3;
  if (whole > i0) {
    int64_t q = 0;
    for (; q + 4 <= p->outputs; q += 4)
      for (int64_t i = i0; i < whole; i += 3) TILE(4);
    if (q < p->outputs)
      for (int64_t i = i0; i < whole; i += 3) TILE(p->outputs - q);
  }
#undef TILE
  for (int64_t i = whole; i < i1; i++) NAME(convolve_pixel)(t, p, INPUT(i), i, y, begin, last);
}

// The inputs of a block's pixels side by side, so that the tiles read whole cache lines although inputs are left out.
TARGET static void NAME(collect)(
    const ns_convolution *p, int64_t i0, int64_t i1, const float *x, float *gathered, int32_t *inputs) {
  char *to = (char *)gathered;
  for (int64_t i = i0; i < i1; i++) {
    const char *from = OFFSET(x, p->input_offsets[i]);
    inputs[i - i0] = (int32_t)(to - (char *)gathered);
    for (int64_t k = 0; k < p->steps; k++, to += 32) STORE(to, LOAD(from + p->step_offsets[k]));
  }
}

// Order: pixel block, step block, four outputs, pixel. Inputs of a pixel block stay in cache while all outputs use
// them.
TARGET static void NAME(convolve)(const ns_convolution *p, const float *x, float *y) {
  const ns_activation activation = NAME(bounded)(p->activation);
  for (int64_t i0 = 0; i0 < p->pixels; i0 += p->pixel_block) {
    const int64_t i1 = i0 + p->pixel_block < p->pixels ? i0 + p->pixel_block : p->pixels;
    const float *from = x;
    const int32_t *inputs = p->input_offsets + i0, *offsets = p->step_offsets;
    int32_t gathered[ns_gathered_pixels];
    if (p->gathered && !p->is_dense && p->pixel_block <= ns_gathered_pixels) {
      NAME(collect)(p, i0, i1, x, p->gathered, gathered);
      from = p->gathered, inputs = gathered, offsets = p->gathered_offsets;
    }
    if (activation.kind == ns_clamp && !p->kept_offset && !p->accumulates && p->steps <= p->step_block) {
      // The usual case with nothing left to ask within the tiles: it is a fifth faster for a few products.
      const NAME(tiling) t = {
          .steps = p->steps, .offsets = offsets, .chosen = p->weight_steps, .kept = 0,
          .activation = {ns_clamp, activation.low, activation.high}};
      NAME(convolve_block)(&t, p, i0, i1, from, inputs, y, NAME(from_bias), 1);
      continue;
    }
    int64_t k0 = 0;
    do {
      const int64_t kn = p->steps - k0 < p->step_block ? p->steps - k0 : p->step_block;
      const NAME(tiling) t = {
          .steps = kn, .offsets = offsets + k0, .chosen = p->weight_steps + k0, .kept = p->kept_offset,
          .activation = activation};
      NAME(convolve_block)(
          &t, p, i0, i1, from, inputs, y, k0 > 0 ? NAME(from_output) : p->accumulates ? NAME(from_kept) : NAME(from_bias),
          k0 + kn == p->steps);
      k0 += kn;
    } while (k0 < p->steps);
  }
}
#endif

#undef INPUT
#undef OUTPUT
#undef BIAS
