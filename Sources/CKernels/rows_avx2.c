// Four doubles in one AVX register; without fused multiply-add, so that sums have the bits of the portable kernels.
#include "rows_dispatch.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,tune=haswell")))
#define NAME(x) x##_avx2
#include "rows_body.h"

const ns_row_kernels ns_row_kernels_avx2 = {
    row_products_avx2, row_sums_avx2, square_sums_avx2, standardize_avx2, add_gram_avx2, factor_avx2,
    solve_avx2, solve_upper_avx2, descend_coordinates_avx2, dot_avx2, add_scaled_avx2,
};
#endif
