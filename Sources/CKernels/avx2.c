// Eight floats in one AVX register, with fused multiply-add. Scheduling for Haswell matters: tuned for a generic
// processor, clang spills the tile's accumulators and loses more than half of the speed.
#include "dispatch.h"
#include "gradients_dispatch.h"

#if defined(__x86_64__)

#define TARGET __attribute__((target("avx2,fma,tune=haswell")))
#define NAME(x) x##_avx2
#include "avx_vectors.h"
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
