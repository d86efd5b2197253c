// Eight floats as a compiler vector: whatever the machine has (two SSE or NEON registers, or one of AVX).
#include "dispatch.h"
#include "gradients_dispatch.h"
#include <string.h>

// The vector never crosses a function that another file could call, so its calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float ns_vector __attribute__((vector_size(32)));
typedef int32_t ns_mask __attribute__((vector_size(32)));

static inline ns_vector load(const void *p) {
  ns_vector v;
  memcpy(&v, p, sizeof v);
  return v;
}
static inline void store(void *p, ns_vector v) { memcpy(p, &v, sizeof v); }
static inline ns_vector spread(float s) { return (ns_vector){s, s, s, s, s, s, s, s}; }
// As the processors' own instructions: the second operand where either is NaN.
static inline ns_vector larger(ns_vector a, ns_vector b) {
  ns_mask m = a > b;
  return (ns_vector)(((ns_mask)a & m) | ((ns_mask)b & ~m));
}
static inline ns_vector smaller(ns_vector a, ns_vector b) {
  ns_mask m = a < b;
  return (ns_vector)(((ns_mask)a & m) | ((ns_mask)b & ~m));
}

#define TARGET
#define NAME(x) x##_portable
#define V ns_vector
#define LOAD(p) load(p)
#define STORE(p, v) store(p, v)
#define SPREAD(p) spread(*(p))
#define FMA(a, b, c) ((a) * (b) + (c))
#define ADD(a, b) ((a) + (b))
#define SUB(a, b) ((a) - (b))
#define MUL(a, b) ((a) * (b))
#define DIV(a, b) ((a) / (b))
#define MAX(a, b) larger(a, b)
#define MIN(a, b) smaller(a, b)
#define ZERO() ((ns_vector){0})
#define AND(a, m) ((ns_vector)((ns_mask)(a) & (ns_mask)(m)))
#define NOT(a, m) ((ns_vector)((ns_mask)(a) & ~(ns_mask)(m)))
#define OVER(a, b) ((ns_vector)((a) > (b)))
#define SAME(a, b) ((ns_vector)((a) == (b)))
#define IN_ORDER(a, b, c)
#include "body.h"
#include "gradients_body.h"

const ns_kernels ns_kernels_portable = {
    convolve_portable, convolve_winograd_portable, convolve_depthwise_portable, pool_portable, accumulate_portable, affine_portable, combine_portable, largest_portable, fill_portable,
};

const ns_gradient_kernels ns_gradient_kernels_portable = {
    gather_portable, gather_channels_portable, differentiate_weights_portable, differentiate_channel_weights_portable,
    differentiate_portable, project_portable, add_gradient_portable, pool_gradient_portable, channel_sums_portable,
    mix_portable,
};
