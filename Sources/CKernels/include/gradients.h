#pragma once
#include "kernels.h"

// Microkernels of derivatives, over the same layout as the forward ones: [row][pixel][channel][8 images]. Offsets and
// strides are in bytes.

/// Sums of weighted inputs, gathered by tables: a convolution's input gradient, a convolution of weights that change.
typedef struct {
  int64_t steps;                  // products a value
  const int32_t *step_offsets;    // [steps] offset of each product's input from the pixel's first input
  int64_t outputs;
  const int32_t *output_channels; // [4 · ceil(outputs / 4)] offset of each output from the pixel's first one
  const float *weights;           // [ceil(outputs / 4)][steps][4], zero where there is no output
  const float *bias;              // [4 · ceil(outputs / 4)], or null for none
  int32_t accumulates;            // 1: added to what the output holds, and no bias
  int64_t pixels;
  const int32_t *input_offsets;   // [pixels]
  const int32_t *output_offsets;  // [pixels]
  ns_activation activation;
} ns_gathering;
void ns_gather(int instruction_set, const ns_gathering *plan, const float *input, float *output);

/// The same where output channel c gathers from input channel c alone.
typedef struct {
  int64_t channels;
  int64_t taps;
  const int32_t *tap_offsets;     // [taps]
  const float *weights;           // [channels][taps]
  const float *bias;              // [channels], or null for none
  int32_t accumulates;
  int64_t pixels;
  const int32_t *input_offsets;
  const int32_t *output_offsets;
  ns_activation activation;
} ns_channel_gathering;
void ns_gather_channels(int instruction_set, const ns_channel_gathering *plan, const float *input, float *output);

/// A convolution's weight gradient: weights[o][c][tap] += sum over points and images of gradient[o] · input[c, tap].
typedef struct {
  int64_t inputs;                 // input channels, 32 bytes apart
  int64_t taps;
  const int32_t *tap_offsets;     // [taps] offset of each tap's pixel from the point's first input
  int64_t outputs;                // channels of the gradient
  const int32_t *output_channels; // [outputs] offset of each within a pixel of the gradient
  int64_t points;                 // pixels of all blocks
  const int64_t *input_offsets;   // [points]
  const int64_t *gradient_offsets;// [points]
} ns_weight_gradient;
void ns_differentiate_weights(
    int instruction_set, const ns_weight_gradient *plan, const char *input, const char *gradient, float *weights);

/// The same where output channel c reads input channel c alone: weights[c][tap].
void ns_differentiate_channel_weights(
    int instruction_set, const ns_weight_gradient *plan, const char *input, const char *gradient, float *weights);

/// A function's derivative, from its value y or its argument x.
enum {
  ns_slope_one = 0,        // 1
  ns_slope_inside = 1,     // factor where low < y < high
  ns_slope_leaky = 2,      // slope where x ≤ 0, else 1
  ns_slope_elu = 3,        // y + factor where x ≤ 0, else 1
  ns_slope_sigmoid = 4,    // y (1 − y)
  ns_slope_tanh = 5,       // 1 − y²
  ns_slope_hard_swish = 6, // 0 where x ≤ −3, 1 where x ≥ 3, else x / 3 + ½
  ns_slope_redirected = 7, // 1 where low < y < high, or where following the gradient leads back there
};
typedef struct {
  int32_t kind;
  int32_t rectifies;       // 1: negative results become 0
  float low, high, factor;
  const float *slopes;     // [channels] of a leaky function
  const float *lanes;      // [channels][8] all bits where the image's value was computed, none where it was replaced;
                           // null where all were computed
} ns_derivative;
/// output = gradient · derivative; x is y where the derivative follows from the value.
void ns_differentiate(
    int instruction_set, const ns_derivative *derivative, const ns_map *x, const ns_map *y, const ns_map *gradient,
    const ns_map *output, int64_t rows, int64_t columns, int64_t channels);

/// sums[c][8] += gradient · (value − mean), over all pixels; `kept` is read instead of `value` where the image's unit
/// was replaced (lanes as in ns_derivative).
void ns_project(
    int instruction_set, const ns_map *gradient, const ns_map *value, const ns_map *kept, const ns_map *mean,
    const float *lanes, int64_t rows, int64_t columns, int64_t channels, float *sums);

enum { ns_direct = 0, ns_times = 1, ns_over = 2, ns_over_square = 3 };
/// output (+)= sign · gradient · {1, a, 1 / a, b / a²}; strides of 0 repeat what is read and sum what is written.
void ns_add_gradient(
    int instruction_set, int operation, float sign, int adds, const ns_map *gradient, const ns_map *a,
    const ns_map *b, const ns_map *output, int64_t rows, int64_t columns, int64_t channels);

/// Adds a pooling's input gradient; a maximum's goes to the window's first pixel that has it.
void ns_pool_gradient(
    int instruction_set, const ns_pooling *plan, const float *input, const float *output, const float *gradient,
    float *input_gradient);

enum { ns_sum = 0, ns_sum_squares = 1, ns_sum_products = 2 };
/// sums[c] += over pixels and images: a, (a − centre)², a (b − centre); images where `lanes` [8] is 0 do not count.
void ns_channel_sums(
    int instruction_set, int kind, const ns_map *a, const ns_map *b, int64_t rows, int64_t columns, int64_t channels,
    const float *centre, const float *lanes, double *sums);

/// output (+)= lanes · (p[c] · a + q[c] · b + r[c])
void ns_mix(
    int instruction_set, int adds, const ns_map *a, const ns_map *b, const ns_map *output, int64_t rows,
    int64_t columns, int64_t channels, const float *p, const float *q, const float *r, const float *lanes);
