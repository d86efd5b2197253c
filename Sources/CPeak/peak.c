// What a core can do at most: chains of fused multiply-adds that wait for nothing. Twelve chains hide the latency of two
// units (4 to 5 cycles each); the empty asm keeps the compiler from merging or removing them.
#include "peak.h"

#if defined(__x86_64__)
#include <immintrin.h>

int peak_widest(void) {
  if (__builtin_cpu_supports("avx512f")) return peak_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return peak_avx2;
  return peak_baseline;
}

#define CHAINS(TARGET, NAME, V, SET, FMA, LANES, FIRST)                                                              \
  __attribute__((target(TARGET))) static double NAME(int64_t rounds, float *result) {                                \
    V x = SET(0.999f), y = SET(1e-4f);                                                                               \
    V a0 = y, a1 = y, a2 = y, a3 = y, a4 = y, a5 = y, a6 = y, a7 = y, a8 = y, a9 = y, a10 = y, a11 = y;              \
    for (int64_t i = 0; i < rounds; i++) {                                                                           \
      a0 = FMA(a0, x, y), a1 = FMA(a1, x, y), a2 = FMA(a2, x, y), a3 = FMA(a3, x, y), a4 = FMA(a4, x, y);            \
      a5 = FMA(a5, x, y), a6 = FMA(a6, x, y), a7 = FMA(a7, x, y), a8 = FMA(a8, x, y), a9 = FMA(a9, x, y);            \
      a10 = FMA(a10, x, y), a11 = FMA(a11, x, y);                                                                    \
      __asm__ volatile("" : "+v"(a0), "+v"(a1), "+v"(a2), "+v"(a3), "+v"(a4), "+v"(a5));                             \
      __asm__ volatile("" : "+v"(a6), "+v"(a7), "+v"(a8), "+v"(a9), "+v"(a10), "+v"(a11));                           \
    }                                                                                                                \
    V sum = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;                                             \
    *result = FIRST(sum);                                                                                            \
    return 2.0 * 12 * LANES * (double)rounds;                                                                        \
  }

CHAINS("avx2,fma", chains_avx2, __m256, _mm256_set1_ps, _mm256_fmadd_ps, 8, _mm256_cvtss_f32)
CHAINS("avx512f,tune=skylake-avx512", chains_avx512, __m512, _mm512_set1_ps, _mm512_fmadd_ps, 16, _mm512_cvtss_f32)
#else
int peak_widest(void) { return peak_baseline; }
#endif

// One vector of whatever width the compiler's baseline has; the multiply-add is fused only where the baseline fuses.
typedef float vector __attribute__((vector_size(16)));

static double chains_baseline(int64_t rounds, float *result) {
  vector x = {0.999f, 0.999f, 0.999f, 0.999f}, y = {1e-4f, 1e-4f, 1e-4f, 1e-4f}, a[12];
  for (int j = 0; j < 12; j++) a[j] = y;
  for (int64_t i = 0; i < rounds; i++)
    for (int j = 0; j < 12; j++) {
      a[j] = a[j] * x + y;
#if defined(__x86_64__)
      __asm__ volatile("" : "+x"(a[j]));
#elif defined(__aarch64__)
      __asm__ volatile("" : "+w"(a[j]));
#endif
    }
  float sum = 0;
  for (int j = 0; j < 12; j++) sum += a[j][0];
  *result = sum;
  return 2.0 * 12 * 4 * (double)rounds;
}

double peak_multiply_adds(int instructions, int64_t rounds, float *result) {
#if defined(__x86_64__)
  if (instructions == peak_avx512) return chains_avx512(rounds, result);
  if (instructions == peak_avx2) return chains_avx2(rounds, result);
#endif
  return chains_baseline(rounds, result);
}
