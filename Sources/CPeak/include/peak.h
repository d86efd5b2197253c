#pragma once
#include <stdint.h>

/// Vector instructions with a multiply-add, from narrow to wide.
enum { peak_baseline = 0, peak_avx2 = 1, peak_avx512 = 2 };

/// The widest that this processor runs.
int peak_widest(void);

/// Does `rounds` rounds of independent fused multiply-adds and returns their number of floating-point operations (two a
/// multiply-add). The caller times it. `result` keeps the work from being left out.
double peak_multiply_adds(int instructions, int64_t rounds, float *result);
