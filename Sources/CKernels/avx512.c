// Eight floats in half of an AVX-512 register, and sixteen in a whole one: two pixels of a channel, or two channels of a
// pixel. Every sum has the order that it has with AVX2, and so the same bits.
#include "dispatch.h"
#include "gradients_dispatch.h"

#if defined(__x86_64__)

#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma,tune=skylake-avx512")))
#define NAME(x) x##_avx512
#include "avx_vectors.h"
#define IN_ORDER(a, b, c) __asm__ volatile("" : "+v"(a), "+v"(b), "+v"(c)::"memory")

// Two vectors side by side; what ends in _TWO takes an address for each.
#define WIDE
#define W __m512
#define W_LOAD(p) _mm512_loadu_ps((const float *)(p))
#define W_LOAD_TWO(p, q) _mm512_insertf32x8(_mm512_castps256_ps512(LOAD(p)), LOAD(q), 1)
#define W_STORE(p, v) _mm512_storeu_ps((float *)(p), v)
#define W_LOW(v) _mm512_castps512_ps256(v)
#define W_HIGH(v) _mm512_extractf32x8_ps(v, 1)
#define W_STORE_TWO(p, q, v) (STORE(p, W_LOW(v)), STORE(q, W_HIGH(v)))
#define W_SPREAD(p) _mm512_set1_ps(*(p))
#define W_SPREAD_TWO(p, q) _mm512_mask_broadcastss_ps(_mm512_set1_ps(*(p)), 0xff00, _mm_load_ss(q))
#define W_TWICE(p) _mm512_broadcast_f32x8(LOAD(p))
#define W_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define W_ADD(a, b) _mm512_add_ps(a, b)
#define W_SUB(a, b) _mm512_sub_ps(a, b)
#define W_MUL(a, b) _mm512_mul_ps(a, b)
#define W_DIV(a, b) _mm512_div_ps(a, b)
#define W_MAX(a, b) _mm512_max_ps(a, b)
#define W_MIN(a, b) _mm512_min_ps(a, b)
#define W_IN_ORDER(a, b, c) __asm__ volatile("" : "+v"(a), "+v"(b), "+v"(c)::"memory")
#define W_ZERO() _mm512_setzero_ps()
#include "body.h"
#include "gradients_body.h"

const ns_kernels ns_kernels_avx512 = {
    convolve_avx512, convolve_winograd_avx512, convolve_depthwise_avx512, pool_avx512, accumulate_avx512, affine_avx512,
    combine_avx512, largest_avx512, fill_avx512,
};

const ns_gradient_kernels ns_gradient_kernels_avx512 = {
    gather_avx512, gather_channels_avx512, differentiate_weights_avx512, differentiate_channel_weights_avx512,
    differentiate_avx512, project_avx512, add_gradient_avx512, pool_gradient_avx512, channel_sums_avx512, mix_avx512,
};
#endif
