// Four doubles as a compiler vector: whatever the machine has.
#include "rows_dispatch.h"

#define TARGET
#define NAME(x) x##_portable
#include "rows_body.h"

const ns_row_kernels ns_row_kernels_portable = {
    row_products_portable, row_sums_portable, square_sums_portable, standardize_portable, add_gram_portable, factor_portable,
    solve_portable, solve_upper_portable, descend_coordinates_portable, dot_portable, add_scaled_portable,
};
