#pragma once
#include <stdint.h>

// Microkernels over activations of eight images at a time: [row][pixel][channel][8 images] of 32-bit floats, so that
// one vector holds one channel of one pixel for eight images. Strides and offsets are in bytes unless a name says
// otherwise. Each entry point takes the instruction set as its first argument; the caller asks once which ones exist.

enum { ns_portable = 0, ns_avx2 = 1, ns_avx512 = 2 };

/// 1 when this processor runs that instruction set.
int ns_supports(int instruction_set);

/// What happens to a value before it is stored: nothing, a clamp to [low, high] (ReLU: [0, inf]), or a leaky ReLU of
/// slope `low`.
enum { ns_keep = 0, ns_clamp = 1, ns_leaky = 2 };
typedef struct {
  int32_t kind;
  float low;
  float high;
} ns_activation;

/// One convolution (or linear layer) of one block of eight images for one group: some of its output channels from some
/// of its input channels. What the other inputs, which are constant, contribute is in the bias.
typedef struct {
  int64_t steps;                  // products a value: live input channels × taps
  const int32_t *step_offsets;    // [steps] offset of each product's input from the pixel's first input
  const int32_t *weight_steps;    // [steps] which element of an output's row of weights each product takes
  int64_t outputs;                // output channels to compute
  const int32_t *output_channels; // [outputs] offset of each output channel from the pixel's first one
  const float *weights;
  const int32_t *weight_rows;     // [outputs] element at which each output's row of weights begins
  const float *bias;              // [classes][bias_stride ≥ outputs]
  int64_t bias_stride;
  const int32_t *bias_classes;    // [pixels] class of each pixel, or null when all are of class 0
  int64_t kept_offset;            // from an output to where its sum before the activation is kept; 0: it is not
  int32_t accumulates;            // 1: sums begin with what is kept instead of the bias
  int64_t pixels;                 // output pixels
  const int32_t *input_offsets;   // [pixels] offset of a pixel's first input
  const int32_t *output_offsets;  // [pixels] offset of a pixel's first output channel
  int64_t step_block;             // products a value before moving on, so that inputs stay in cache
  int64_t pixel_block;
  float *gathered;                // scratch for ns_gathered_bytes(steps) to put the pixels' inputs side by side, or null
  int32_t is_dense;               // 1: no input is left out, so that products take a row of weights in its order
  const int32_t *gathered_offsets; // [steps] 0, 32, 64, …
  ns_activation activation;
} ns_convolution;
enum { ns_gathered_pixels = 24 }; // the largest pixel block whose inputs are gathered
/// Bytes of scratch memory for the inputs of a block of pixels.
int64_t ns_gathered_bytes(int64_t steps);
void ns_convolve(int instruction_set, const ns_convolution *plan, const float *input, float *output);

/// The same for kernels of 3×3 and stride 1 by Winograd's F(2×2, 3×3): tiles of 2×2 outputs. Tiles may overlap.
typedef struct {
  int64_t inputs;                 // live input channels
  const int32_t *input_channels;  // [inputs] offset of each from the pixel's first input
  const int32_t *weight_steps;    // [inputs] which element of an output's row of weights each takes
  const int32_t *places;          // [max(inputs, output_chunk)] 0, 32, 64, …
  int64_t input_row;              // between rows and pixels of the input and of the output
  int64_t input_pixel;
  int64_t output_row;
  int64_t output_pixel;
  int64_t tiles;
  const int32_t *tile_inputs;     // [tiles] offset of a tile's first of 4×4 inputs
  const int32_t *tile_outputs;    // [tiles] offset of a tile's first of 2×2 outputs
  int64_t outputs;
  const int32_t *output_channels; // [outputs]
  const float *weights;           // [16 frequencies], transformed kernels
  int64_t frequency_stride;       // elements between frequencies
  const int32_t *weight_rows;     // [outputs]
  const float *bias;              // [classes][bias_stride]
  int64_t bias_stride;
  const int32_t *bias_classes;    // [tiles][2×2] or null
  int64_t kept_offset;
  int64_t tile_block;             // tiles that are transformed together
  int64_t output_chunk;           // outputs that are multiplied together, a multiple of 4
  ns_activation activation;
} ns_winograd;
/// Bytes of scratch memory that a plan needs.
int64_t ns_winograd_scratch(int64_t tile_block, int64_t output_chunk, int64_t inputs);
void ns_convolve_winograd(
    int instruction_set, const ns_winograd *plan, const float *input, float *output, float *scratch);

/// Channels of a step that are to be computed: indices, ascending.
typedef struct {
  const int32_t *indices;
  int64_t count;
} ns_channels;

/// One depthwise convolution of one block: output channel c reads input channel c.
typedef struct {
  ns_channels channels;
  int64_t taps;
  const int32_t *tap_offsets;    // [taps]
  const float *weights;          // [channels][taps]
  const float *bias;             // [channels]
  int64_t pixels;
  const int32_t *input_offsets;  // [pixels]
  const int32_t *output_offsets; // [pixels]
  ns_activation activation;
} ns_depthwise;
void ns_convolve_depthwise(int instruction_set, const ns_depthwise *plan, const float *input, float *output);

/// Pooling: for each output pixel, the window's input offsets.
typedef struct {
  ns_channels channels;
  int64_t pixels;
  const int32_t *output_offsets;  // [pixels]
  const int32_t *window_starts;   // [pixels + 1] into window_offsets
  const int32_t *window_offsets;  // input offsets of the window's pixels inside the map
  const float *reciprocals;       // [pixels] 1 / number that counts, for the mean; null for the maximum
} ns_pooling;
void ns_pool(int instruction_set, const ns_pooling *plan, const float *input, float *output);

/// sums[i] += value · row[i]
void ns_accumulate(int instruction_set, double *sums, double value, const float *row, int64_t count);

/// A feature map within a buffer: first pixel of the first row, strides between rows and pixels.
typedef struct {
  float *base;
  int64_t row_stride;
  int64_t pixel_stride;
  int64_t channel_stride;  // 32, or 0 for one channel repeated
} ns_map;

/// output = activation(scale[c] · input + shift[c]); a null scale is 1, a null shift is 0.
void ns_affine(
    int instruction_set, const ns_map *input, const ns_map *output, int64_t rows, int64_t columns,
    ns_channels channels, const float *scale, const float *shift, ns_activation activation);

enum { ns_add = 0, ns_subtract = 1, ns_multiply = 2, ns_divide = 3 };
/// output = activation(left (operation) right), element by element; strides of 0 repeat.
void ns_combine(
    int instruction_set, int operation, const ns_map *left, const ns_map *right, const ns_map *output, int64_t rows,
    int64_t columns, ns_channels channels, ns_activation activation);

/// largest[c] = the largest magnitude of each listed channel c in all eight images; NaN when a value is not finite.
void ns_largest(
    int instruction_set, const ns_map *map, int64_t rows, int64_t columns, ns_channels channels, float *largest);

/// Writes a value into the chosen images of one channel at every pixel: values [8] when `value_stride` is 0, else one
/// eight-image vector a pixel, `value_stride` floats apart. `lanes` has a bit for each image.
void ns_fill(
    int instruction_set, const ns_map *output, int64_t rows, int64_t columns, const float *values,
    int64_t value_stride, uint32_t lanes);
