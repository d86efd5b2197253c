#include "gradients_dispatch.h"

static inline const ns_gradient_kernels *kernels(int instruction_set) {
#if defined(__x86_64__)
  if (instruction_set == ns_avx512) return &ns_gradient_kernels_avx512;
  if (instruction_set == ns_avx2) return &ns_gradient_kernels_avx2;
#endif
  return &ns_gradient_kernels_portable;
}

void ns_gather(int set, const ns_gathering *plan, const float *input, float *output) {
  kernels(set)->gather(plan, input, output);
}

void ns_gather_channels(int set, const ns_channel_gathering *plan, const float *input, float *output) {
  kernels(set)->gather_channels(plan, input, output);
}

void ns_differentiate_weights(
    int set, const ns_weight_gradient *plan, const char *input, const char *gradient, float *weights) {
  kernels(set)->differentiate_weights(plan, input, gradient, weights);
}

void ns_differentiate_channel_weights(
    int set, const ns_weight_gradient *plan, const char *input, const char *gradient, float *weights) {
  kernels(set)->differentiate_channel_weights(plan, input, gradient, weights);
}

void ns_differentiate(
    int set, const ns_derivative *derivative, const ns_map *x, const ns_map *y, const ns_map *gradient,
    const ns_map *output, int64_t rows, int64_t columns, int64_t channels) {
  kernels(set)->differentiate(derivative, x, y, gradient, output, rows, columns, channels);
}

void ns_project(
    int set, const ns_map *gradient, const ns_map *value, const ns_map *kept, const ns_map *mean, const float *lanes,
    int64_t rows, int64_t columns, int64_t channels, float *sums) {
  kernels(set)->project(gradient, value, kept, mean, lanes, rows, columns, channels, sums);
}

void ns_add_gradient(
    int set, int operation, float sign, int adds, const ns_map *gradient, const ns_map *a, const ns_map *b,
    const ns_map *output, int64_t rows, int64_t columns, int64_t channels) {
  kernels(set)->add_gradient(operation, sign, adds, gradient, a, b, output, rows, columns, channels);
}

void ns_pool_gradient(
    int set, const ns_pooling *plan, const float *input, const float *output, const float *gradient,
    float *input_gradient) {
  kernels(set)->pool_gradient(plan, input, output, gradient, input_gradient);
}

void ns_channel_sums(
    int set, int kind, const ns_map *a, const ns_map *b, int64_t rows, int64_t columns, int64_t channels,
    const float *centre, const float *lanes, double *sums) {
  kernels(set)->channel_sums(kind, a, b, rows, columns, channels, centre, lanes, sums);
}

void ns_mix(
    int set, int adds, const ns_map *a, const ns_map *b, const ns_map *output, int64_t rows, int64_t columns,
    int64_t channels, const float *p, const float *q, const float *r, const float *lanes) {
  kernels(set)->mix(adds, a, b, output, rows, columns, channels, p, q, r, lanes);
}
