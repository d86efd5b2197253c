// Eight floats in one AVX register, for all sets that have them.
#include <immintrin.h>

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
