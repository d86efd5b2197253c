#pragma once
#include "kernels.h"

// Microkernels over rows of numbers: products with vectors, sums of rows, products of columns, triangular factors. All
// sums are in double precision, and multiplications and additions are never fused, so that every instruction set gives
// the same bits. Matrices are row-major; strides count elements.

/// Rows of a matrix of floats or doubles.
typedef struct {
  const void *values;
  int32_t has_doubles;   // 1: doubles, 0: floats
  int64_t columns;       // also the stride between rows
  const int32_t *rows;   // which row each place holds
} ns_rows;

/// products[place − first][output] = row · weights[output], for `count` places from `first` on.
void ns_row_products(
    int instruction_set, const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *weights,
    double *products);

/// sums[output] += Σ factors[place − first][output] · row.
void ns_row_sums(
    int instruction_set, const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *factors,
    double *sums);

/// sums[column] += Σ (row[column] − centre[column])².
void ns_square_sums(
    int instruction_set, const ns_rows *x, int64_t first, int64_t count, const double *centre, double *sums);

/// target[place − first][column] = (row[column] − centre[column]) · scale[column] · factors[place − first].
void ns_standardize(
    int instruction_set, const ns_rows *x, int64_t first, int64_t count, const double *centre, const double *scale,
    const double *factors, double *target, int64_t stride);

/// The upper triangle of c [size][stride] += sign · aᵀa, with a [depth][a_stride], `size` columns of it.
void ns_add_gram(
    int instruction_set, double sign, int64_t depth, int64_t size, const double *a, int64_t a_stride, double *c,
    int64_t stride);

/// Turns the upper triangle of a positive definite matrix into u with uᵀu = a; 0 when it is not positive definite.
int ns_factor(int instruction_set, int64_t size, double *a, int64_t stride);

/// x = (uᵀu)⁻¹ x
void ns_solve(int instruction_set, int64_t size, const double *u, int64_t stride, double *x);

/// x = u⁻¹ x
void ns_solve_upper(int instruction_set, int64_t size, const double *u, int64_t stride, double *x);

/// Minimises ½ pᵀhp plus a linear term plus absolute · |p| by coordinate descent, where the last place is free
/// of the absolute values. `slopes` is the gradient of the smooth part at p; both are moved on. Ends when no
/// step changes a slope by more than `tolerance`, or after `sweeps` of them.
void ns_descend_coordinates(
    int instruction_set, int64_t size, const double *h, int64_t stride, double absolute,
    double tolerance, int64_t sweeps, double *point, double *slopes);

/// a · b
double ns_dot(int instruction_set, int64_t count, const double *a, const double *b);

/// y += scale · x
void ns_add_scaled(int instruction_set, int64_t count, double scale, const double *x, double *y);
