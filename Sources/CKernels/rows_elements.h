// The kernels that read rows of one type: ELEMENT, FOUR (loads four of them as doubles) and OF (names) are given.

#define ROW(place) ((const ELEMENT *)x->values + (int64_t)x->rows[place] * columns)

TARGET static void OF(products)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *weights, double *products) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n += 4) {
    const ELEMENT *row[4];
    // Places past the last repeat it and are not stored.
    UNROLL for (int r = 0; r < 4; r++) row[r] = ROW(first + (n + r < count ? n + r : count - 1));
    for (int64_t o = 0; o < outputs; o++) {
      const double *w = weights + o * columns;
      ns_four s[4][2];
      UNROLL for (int r = 0; r < 4; r++) s[r][0] = s[r][1] = NAME(same)(0);
      int64_t c = 0;
      for (; c + 8 <= columns; c += 8) {
        const ns_four w0 = NAME(four)(w + c), w1 = NAME(four)(w + c + 4);
        UNROLL for (int r = 0; r < 4; r++) {
          s[r][0] += FOUR(row[r] + c) * w0;
          s[r][1] += FOUR(row[r] + c + 4) * w1;
        }
      }
      UNROLL for (int r = 0; r < 4; r++) {
        double rest = 0;
        for (int64_t d = c; d < columns; d++) rest += (double)row[r][d] * w[d];
        if (n + r < count) products[(n + r) * outputs + o] = NAME(total_of_four)(s[r][0] + s[r][1]) + rest;
      }
    }
  }
}

TARGET static void OF(sums)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *factors, double *sums) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n += 4) {
    const ELEMENT *row[4];
    UNROLL for (int r = 0; r < 4; r++) row[r] = ROW(first + (n + r < count ? n + r : count - 1));
    for (int64_t o = 0; o < outputs; o++) {
      double *sum = sums + o * columns, f[4];
      UNROLL for (int r = 0; r < 4; r++) f[r] = n + r < count ? factors[(n + r) * outputs + o] : 0;
      int64_t c = 0;
      for (; c + 4 <= columns; c += 4)
        NAME(put)(sum + c, NAME(four)(sum + c) + ((FOUR(row[0] + c) * NAME(same)(f[0]) +
                                                   FOUR(row[1] + c) * NAME(same)(f[1])) +
                                                  (FOUR(row[2] + c) * NAME(same)(f[2]) +
                                                   FOUR(row[3] + c) * NAME(same)(f[3]))));
      for (; c < columns; c++)
        sum[c] += ((double)row[0][c] * f[0] + (double)row[1][c] * f[1]) +
                  ((double)row[2][c] * f[2] + (double)row[3][c] * f[3]);
    }
  }
}

TARGET static void OF(squares)(
    const ns_rows *x, int64_t first, int64_t count, const double *centre, double *sums) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n++) {
    const ELEMENT *row = ROW(first + n);
    int64_t c = 0;
    for (; c + 4 <= columns; c += 4) {
      const ns_four d = FOUR(row + c) - NAME(four)(centre + c);
      NAME(put)(sums + c, NAME(four)(sums + c) + d * d);
    }
    for (; c < columns; c++) {
      const double d = (double)row[c] - centre[c];
      sums[c] += d * d;
    }
  }
}

TARGET static void OF(standardized)(
    const ns_rows *x, int64_t first, int64_t count, const double *centre, const double *scale, const double *factors,
    double *target, int64_t stride) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n++) {
    const ELEMENT *row = ROW(first + n);
    double *out = target + n * stride;
    const ns_four f = NAME(same)(factors[n]);
    int64_t c = 0;
    for (; c + 4 <= columns; c += 4)
      NAME(put)(out + c, (FOUR(row + c) - NAME(four)(centre + c)) * NAME(four)(scale + c) * f);
    for (; c < columns; c++) out[c] = ((double)row[c] - centre[c]) * scale[c] * factors[n];
  }
}

#undef ROW
