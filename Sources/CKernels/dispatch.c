#include "dispatch.h"

int ns_supports(int instruction_set) {
  switch (instruction_set) {
    case ns_portable: return 1;
#if defined(__x86_64__)
    case ns_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ns_avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
             && ns_supports(ns_avx2);
#endif
    default: return 0;
  }
}

static inline const ns_kernels *kernels(int instruction_set) {
#if defined(__x86_64__)
  if (instruction_set == ns_avx512) return &ns_kernels_avx512;
  if (instruction_set == ns_avx2) return &ns_kernels_avx2;
#endif
  return &ns_kernels_portable;
}

void ns_convolve(int set, const ns_convolution *plan, const float *input, float *output) {
  kernels(set)->convolve(plan, input, output);
}

// Pairs of pixels lie an odd number of cache lines apart.
int64_t ns_gathered_bytes(int64_t steps) { return ns_gathered_pixels * 32 * (steps + 1); }

// An odd number of cache lines between frequencies, so that they do not compete for the same sets.
// Tiles go in pairs where registers hold two.
int64_t ns_winograd_stride(int64_t tiles, int64_t channels) { return ((tiles + 1) / 2 * channels | 1) * 64; }

int64_t ns_winograd_scratch(int64_t tile_block, int64_t output_chunk, int64_t inputs) {
  return 16 * (ns_winograd_stride(tile_block, inputs) + ns_winograd_stride(tile_block, output_chunk));
}

void ns_convolve_winograd(int set, const ns_winograd *plan, const float *input, float *output, float *scratch) {
  kernels(set)->convolve_winograd(plan, input, output, scratch);
}

void ns_convolve_depthwise(int set, const ns_depthwise *plan, const float *input, float *output) {
  kernels(set)->convolve_depthwise(plan, input, output);
}

void ns_pool(int set, const ns_pooling *plan, const float *input, float *output) {
  kernels(set)->pool(plan, input, output);
}

void ns_accumulate(int set, double *sums, double value, const float *row, int64_t count) {
  kernels(set)->accumulate(sums, value, row, count);
}

void ns_affine(
    int set, const ns_map *input, const ns_map *output, int64_t rows, int64_t columns, ns_channels channels,
    const float *scale, const float *shift, ns_activation activation) {
  kernels(set)->affine(input, output, rows, columns, channels, scale, shift, activation);
}

void ns_combine(
    int set, int operation, const ns_map *left, const ns_map *right, const ns_map *output, int64_t rows,
    int64_t columns, ns_channels channels, ns_activation activation) {
  kernels(set)->combine(operation, left, right, output, rows, columns, channels, activation);
}

void ns_largest(int set, const ns_map *map, int64_t rows, int64_t columns, ns_channels channels, float *largest) {
  kernels(set)->largest(map, rows, columns, channels, largest);
}

void ns_fill(
    int set, const ns_map *output, int64_t rows, int64_t columns, const float *values, int64_t value_stride,
    uint32_t lanes) {
  kernels(set)->fill(output, rows, columns, values, value_stride, lanes);
}
