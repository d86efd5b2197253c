#pragma once
#include "include/rows.h"

typedef struct {
  void (*row_products)(const ns_rows *, int64_t, int64_t, int64_t, const double *, double *);
  void (*row_sums)(const ns_rows *, int64_t, int64_t, int64_t, const double *, double *);
  void (*square_sums)(const ns_rows *, int64_t, int64_t, const double *, double *);
  void (*standardize)(
      const ns_rows *, int64_t, int64_t, const double *, const double *, const double *, double *, int64_t);
  void (*add_gram)(double, int64_t, int64_t, const double *, int64_t, double *, int64_t);
  int (*factor)(int64_t, double *, int64_t);
  void (*solve)(int64_t, const double *, int64_t, double *);
  void (*solve_upper)(int64_t, const double *, int64_t, double *);
  void (*descend_coordinates)(
      int64_t, const double *, int64_t, double, double, int64_t, double *, double *);
  double (*dot)(int64_t, const double *, const double *);
  void (*add_scaled)(int64_t, double, const double *, double *);
} ns_row_kernels;

extern const ns_row_kernels ns_row_kernels_portable;
#if defined(__x86_64__)
extern const ns_row_kernels ns_row_kernels_avx2;
#endif
