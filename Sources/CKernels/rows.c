#include "rows_dispatch.h"

static inline const ns_row_kernels *kernels(int instruction_set) {
#if defined(__x86_64__)
  // Wider registers would split the sums differently: these have the bits of all other sets.
  if (instruction_set == ns_avx2 || instruction_set == ns_avx512) return &ns_row_kernels_avx2;
#endif
  return &ns_row_kernels_portable;
}

void ns_row_products(
    int set, const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *weights,
    double *products) {
  kernels(set)->row_products(x, first, count, outputs, weights, products);
}

void ns_row_sums(
    int set, const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *factors, double *sums) {
  kernels(set)->row_sums(x, first, count, outputs, factors, sums);
}

void ns_square_sums(
    int set, const ns_rows *x, int64_t first, int64_t count, const double *centre, double *sums) {
  kernels(set)->square_sums(x, first, count, centre, sums);
}

void ns_standardize(
    int set, const ns_rows *x, int64_t first, int64_t count, const double *centre, const double *scale,
    const double *factors, double *target, int64_t stride) {
  kernels(set)->standardize(x, first, count, centre, scale, factors, target, stride);
}

void ns_add_gram(
    int set, double sign, int64_t depth, int64_t size, const double *a, int64_t a_stride, double *c, int64_t stride) {
  kernels(set)->add_gram(sign, depth, size, a, a_stride, c, stride);
}

int ns_factor(int set, int64_t size, double *a, int64_t stride) { return kernels(set)->factor(size, a, stride); }

void ns_solve(int set, int64_t size, const double *u, int64_t stride, double *x) {
  kernels(set)->solve(size, u, stride, x);
}

void ns_solve_upper(int set, int64_t size, const double *u, int64_t stride, double *x) {
  kernels(set)->solve_upper(size, u, stride, x);
}

void ns_descend_coordinates(
    int set, int64_t size, const double *h, int64_t stride, double absolute, double tolerance,
    int64_t sweeps, double *point, double *slopes) {
  kernels(set)->descend_coordinates(size, h, stride, absolute, tolerance, sweeps, point, slopes);
}

double ns_dot(int set, int64_t count, const double *a, const double *b) { return kernels(set)->dot(count, a, b); }

void ns_add_scaled(int set, int64_t count, double scale, const double *x, double *y) {
  kernels(set)->add_scaled(count, scale, x, y);
}
