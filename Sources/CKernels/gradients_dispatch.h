#pragma once
#include "include/gradients.h"

typedef struct {
  void (*gather)(const ns_gathering *, const float *, float *);
  void (*gather_channels)(const ns_channel_gathering *, const float *, float *);
  void (*differentiate_weights)(const ns_weight_gradient *, const char *, const char *, float *);
  void (*differentiate_channel_weights)(const ns_weight_gradient *, const char *, const char *, float *);
  void (*differentiate)(
      const ns_derivative *, const ns_map *, const ns_map *, const ns_map *, const ns_map *, int64_t, int64_t, int64_t);
  void (*project)(
      const ns_map *, const ns_map *, const ns_map *, const ns_map *, const float *, int64_t, int64_t, int64_t, float *);
  void (*add_gradient)(
      int, float, int, const ns_map *, const ns_map *, const ns_map *, const ns_map *, int64_t, int64_t, int64_t);
  void (*pool_gradient)(const ns_pooling *, const float *, const float *, const float *, float *);
  void (*channel_sums)(
      int, const ns_map *, const ns_map *, int64_t, int64_t, int64_t, const float *, const float *, double *);
  void (*mix)(
      int, const ns_map *, const ns_map *, const ns_map *, int64_t, int64_t, int64_t, const float *, const float *,
      const float *, const float *);
} ns_gradient_kernels;

extern const ns_gradient_kernels ns_gradient_kernels_portable;
#if defined(__x86_64__)
extern const ns_gradient_kernels ns_gradient_kernels_avx2;
extern const ns_gradient_kernels ns_gradient_kernels_avx512;
#endif
