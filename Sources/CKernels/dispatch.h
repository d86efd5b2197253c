#pragma once
#include "include/kernels.h"

/// Bytes between a Winograd transform's frequencies.
int64_t ns_winograd_stride(int64_t tiles, int64_t channels);

typedef struct {
  void (*convolve)(const ns_convolution *, const float *, float *);
  void (*convolve_winograd)(const ns_winograd *, const float *, float *, float *);
  void (*convolve_depthwise)(const ns_depthwise *, const float *, float *);
  void (*pool)(const ns_pooling *, const float *, float *);
  void (*accumulate)(double *, double, const float *, int64_t);
  void (*affine)(
      const ns_map *, const ns_map *, int64_t, int64_t, ns_channels, const float *, const float *, ns_activation);
  void (*combine)(
      int, const ns_map *, const ns_map *, const ns_map *, int64_t, int64_t, ns_channels, ns_activation);
  void (*largest)(const ns_map *, int64_t, int64_t, ns_channels, float *);
  void (*fill)(const ns_map *, int64_t, int64_t, const float *, int64_t, uint32_t);
} ns_kernels;

extern const ns_kernels ns_kernels_portable;
#if defined(__x86_64__)
extern const ns_kernels ns_kernels_avx2;
extern const ns_kernels ns_kernels_avx512;
#endif
