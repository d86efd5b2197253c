// Eight floats in one AVX register, with fused multiply-add. Scheduling for Haswell matters: tuned for a generic
// processor, clang spills the tile's accumulators and loses more than half of the speed.
#include "dispatch.h"
#include "gradients_dispatch.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,tune=haswell")))
#define NAME(x) x##_avx2
#define V __m256
#define LOAD(p) _mm256_loadu_ps((const float *)(p))
#define STORE(p, v) _mm256_storeu_ps((float *)(p), v)
#define SPREAD(p) _mm256_broadcast_ss(p)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUB(a, b) _mm256_sub_ps(a, b)
#define MUL(a, b) _mm256_mul_ps(a, b)
#define DIV(a, b) _mm256_div_ps(a, b)
#define MAX(a, b) _mm256_max_ps(a, b)
#define MIN(a, b) _mm256_min_ps(a, b)
#define ZERO() _mm256_setzero_ps()
#define AND(a, m) _mm256_and_ps(a, m)
#define NOT(a, m) _mm256_andnot_ps(m, a)
#define OVER(a, b) _mm256_cmp_ps(a, b, _CMP_GT_OQ)
#define SAME(a, b) _mm256_cmp_ps(a, b, _CMP_EQ_OQ)
#define IN_ORDER(a, b, c) __asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c)::"memory")
#include "body.h"
#include "gradients_body.h"

const ns_kernels ns_kernels_avx2 = {
    convolve_avx2, convolve_winograd_avx2, convolve_depthwise_avx2, pool_avx2, accumulate_avx2, affine_avx2, combine_avx2, largest_avx2, fill_avx2,
};

const ns_gradient_kernels ns_gradient_kernels_avx2 = {
    gather_avx2, gather_channels_avx2, differentiate_weights_avx2, differentiate_channel_weights_avx2,
    differentiate_avx2, project_avx2, add_gradient_avx2, pool_gradient_avx2, channel_sums_avx2, mix_avx2,
};
#endif
