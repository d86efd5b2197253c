// The kernels over rows; TARGET and NAME come from the file that includes this.
#include <math.h>
#include <string.h>

// No vector crosses a function that another file could call, so its calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef double ns_four __attribute__((vector_size(32)));
typedef float ns_four_floats __attribute__((vector_size(16)));

TARGET INLINE ns_four NAME(four)(const double *p) {
  ns_four v;
  memcpy(&v, p, sizeof v);
  return v;
}
TARGET INLINE ns_four NAME(four_floats)(const float *p) {
  ns_four_floats v;
  memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, ns_four);
}
TARGET INLINE void NAME(put)(double *p, ns_four v) { memcpy(p, &v, sizeof v); }
TARGET INLINE ns_four NAME(same)(double s) { return (ns_four){s, s, s, s}; }
TARGET INLINE double NAME(total_of_four)(ns_four v) { return (v[0] + v[1]) + (v[2] + v[3]); }

#define ELEMENT float
#define FOUR(p) NAME(four_floats)(p)
#define OF(x) NAME(x##_floats)
#include "rows_elements.h"
#undef ELEMENT
#undef FOUR
#undef OF
#define ELEMENT double
#define FOUR(p) NAME(four)(p)
#define OF(x) NAME(x##_doubles)
#include "rows_elements.h"
#undef ELEMENT
#undef FOUR
#undef OF

TARGET static void NAME(row_products)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *weights, double *products) {
  if (x->has_doubles)
    NAME(products_doubles)(x, first, count, outputs, weights, products);
  else
    NAME(products_floats)(x, first, count, outputs, weights, products);
}

TARGET static void NAME(row_sums)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *factors, double *sums) {
  if (x->has_doubles)
    NAME(sums_doubles)(x, first, count, outputs, factors, sums);
  else
    NAME(sums_floats)(x, first, count, outputs, factors, sums);
}

TARGET static void NAME(square_sums)(
    const ns_rows *x, int64_t first, int64_t count, const double *centre, double *sums) {
  if (x->has_doubles)
    NAME(squares_doubles)(x, first, count, centre, sums);
  else
    NAME(squares_floats)(x, first, count, centre, sums);
}

TARGET static void NAME(standardize)(
    const ns_rows *x, int64_t first, int64_t count, const double *centre, const double *scale, const double *factors,
    double *target, int64_t stride) {
  if (x->has_doubles)
    NAME(standardized_doubles)(x, first, count, centre, scale, factors, target, stride);
  else
    NAME(standardized_floats)(x, first, count, centre, scale, factors, target, stride);
}

TARGET static double NAME(dot)(int64_t count, const double *a, const double *b) {
  ns_four s[4] = {{0}, {0}, {0}, {0}};
  int64_t i = 0;
  for (; i + 16 <= count; i += 16)
    UNROLL for (int k = 0; k < 4; k++) s[k] += NAME(four)(a + i + 4 * k) * NAME(four)(b + i + 4 * k);
  double rest = 0;
  for (; i < count; i++) rest += a[i] * b[i];
  return NAME(total_of_four)((s[0] + s[1]) + (s[2] + s[3])) + rest;
}

TARGET static void NAME(add_scaled)(int64_t count, double scale, const double *x, double *y) {
  const ns_four s = NAME(same)(scale);
  int64_t i = 0;
  for (; i + 4 <= count; i += 4) NAME(put)(y + i, NAME(four)(y + i) + s * NAME(four)(x + i));
  for (; i < count; i++) y[i] += scale * x[i];
}

// 4 × 8 products of columns, in eight accumulators.
TARGET INLINE void NAME(gram_tile)(
    ns_four sign, int64_t depth, const double *left, const double *right, int64_t stride, double *c,
    int64_t c_stride) {
  ns_four s[4][2];
  UNROLL for (int i = 0; i < 4; i++) s[i][0] = s[i][1] = NAME(same)(0);
  for (int64_t k = 0; k < depth; k++) {
    const ns_four r0 = NAME(four)(right + k * stride), r1 = NAME(four)(right + k * stride + 4);
    UNROLL for (int i = 0; i < 4; i++) {
      const ns_four l = NAME(same)(left[k * stride + i]);
      s[i][0] += l * r0;
      s[i][1] += l * r1;
    }
  }
  UNROLL for (int i = 0; i < 4; i++) {
    double *row = c + i * c_stride;
    NAME(put)(row, NAME(four)(row) + sign * s[i][0]);
    NAME(put)(row + 4, NAME(four)(row + 4) + sign * s[i][1]);
  }
}

TARGET static void NAME(add_gram)(
    double sign, int64_t depth, int64_t size, const double *a, int64_t a_stride, double *c, int64_t stride) {
  const ns_four signs = NAME(same)(sign);
  // A run of rows at a time, so that it stays in the cache.
  for (int64_t k0 = 0; k0 < depth; k0 += 64) {
    const int64_t kn = depth - k0 < 64 ? depth - k0 : 64;
    const double *rows = a + k0 * a_stride;
    for (int64_t i0 = 0; i0 < size; i0 += 4) {
      int64_t j0 = i0;
      // The tile on the diagonal also writes below it, within the matrix.
      if (i0 + 4 <= size)
        for (; j0 + 8 <= size; j0 += 8)
          NAME(gram_tile)(signs, kn, rows + i0, rows + j0, a_stride, c + i0 * stride + j0, stride);
      for (int64_t i = i0; i < i0 + 4 && i < size; i++)
        for (int64_t j = j0 > i ? j0 : i; j < size; j++) {
          double s = 0;
          for (int64_t k = 0; k < kn; k++) s += rows[k * a_stride + i] * rows[k * a_stride + j];
          c[i * stride + j] += sign * s;
        }
    }
  }
}

TARGET static int NAME(factor)(int64_t size, double *a, int64_t stride) {
  enum { block = 32 };
  for (int64_t b0 = 0; b0 < size; b0 += block) {
    const int64_t b1 = b0 + block < size ? b0 + block : size;
    for (int64_t i = b0; i < b1; i++) {
      double *row = a + i * stride;
      if (!(row[i] > 0) || !(row[i] < INFINITY)) return 0;
      const double pivot = 1 / sqrt(row[i]);
      for (int64_t j = i; j < size; j++) row[j] *= pivot;
      for (int64_t k = i + 1; k < b1; k++) NAME(add_scaled)(size - k, -row[k], row + k, a + k * stride + k);
    }
    if (b1 < size)
      NAME(add_gram)(-1, b1 - b0, size - b1, a + b0 * stride + b1, stride, a + b1 * stride + b1, stride);
  }
  return 1;
}

TARGET static void NAME(solve_upper)(int64_t size, const double *u, int64_t stride, double *x) {
  for (int64_t i = size - 1; i >= 0; i--) {
    const double *row = u + i * stride;
    x[i] = (x[i] - NAME(dot)(size - i - 1, row + i + 1, x + i + 1)) / row[i];
  }
}

TARGET static void NAME(solve)(int64_t size, const double *u, int64_t stride, double *x) {
  for (int64_t i = 0; i < size; i++) {
    const double *row = u + i * stride;
    x[i] /= row[i];
    NAME(add_scaled)(size - i - 1, -x[i], row + i + 1, x + i + 1);
  }
  NAME(solve_upper)(size, u, stride, x);
}

TARGET static void NAME(descend_coordinates)(
    int64_t size, const double *h, int64_t stride, double absolute, double tolerance, int64_t sweeps,
    double *point, double *slopes) {
  double largest = INFINITY;
  for (int64_t sweep = 0; sweep < sweeps && largest > tolerance; sweep++) {
    largest = 0;
    for (int64_t j = 0; j < size; j++) {
      const double *row = h + j * stride, curvature = row[j];
      if (!(curvature > 0)) continue;
      const double target = curvature * point[j] - slopes[j], held = j < size - 1 ? absolute : 0;
      const double size_left = fabs(target) - held;
      const double moved = size_left > 0 ? copysign(size_left, target) / curvature : 0;
      const double step = moved - point[j];
      if (step == 0) continue;
      point[j] = moved;
      NAME(add_scaled)(size, step, row, slopes);
      const double change = fabs(step) * curvature;
      if (change > largest) largest = change;
    }
  }
}

#undef INLINE
#undef UNROLL
