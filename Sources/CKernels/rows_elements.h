// The kernels that read rows of one type: ELEMENT, FOUR (loads four of them as doubles) and OF (names) are given.

#define ROW(place) ((const ELEMENT *)x->values + (int64_t)x->rows[place] * columns)

// Four rows and `tile` outputs at a time, in eight accumulators.
TARGET INLINE void OF(products_tile)(
    const ELEMENT *const *row, int64_t columns, const double *weights, const int tile, double products[2][4]) {
  ns_four s[4][2];
  UNROLL for (int r = 0; r < 4; r++) s[r][0] = s[r][1] = NAME(same)(0);
  int64_t c = 0;
  if (tile == 1)
    for (; c + 8 <= columns; c += 8) {
      const ns_four w0 = NAME(four)(weights + c), w1 = NAME(four)(weights + c + 4);
      UNROLL for (int r = 0; r < 4; r++) {
        s[r][0] += FOUR(row[r] + c) * w0;
        s[r][1] += FOUR(row[r] + c + 4) * w1;
      }
    }
  else
    for (; c + 4 <= columns; c += 4) {
      const ns_four w0 = NAME(four)(weights + c), w1 = NAME(four)(weights + columns + c);
      UNROLL for (int r = 0; r < 4; r++) {
        const ns_four v = FOUR(row[r] + c);
        s[r][0] += v * w0;
        s[r][1] += v * w1;
      }
    }
  UNROLL for (int r = 0; r < 4; r++) {
    double rest[2] = {0, 0};
    for (int64_t d = c; d < columns; d++)
      for (int t = 0; t < tile; t++) rest[t] += (double)row[r][d] * weights[t * columns + d];
    if (tile == 1) {
      products[0][r] = NAME(total_of_four)(s[r][0] + s[r][1]) + rest[0];
    } else {
      products[0][r] = NAME(total_of_four)(s[r][0]) + rest[0];
      products[1][r] = NAME(total_of_four)(s[r][1]) + rest[1];
    }
  }
}

TARGET static void OF(products)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *weights, double *products) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n += 4) {
    const ELEMENT *row[4];
    // Places past the last repeat it and are not stored.
    UNROLL for (int r = 0; r < 4; r++) row[r] = ROW(first + (n + r < count ? n + r : count - 1));
    const int64_t rows = count - n < 4 ? count - n : 4;
    double values[2][4];
    for (int64_t o = 0; o < outputs; o += 2) {
      const int tile = o + 1 < outputs ? 2 : 1;
      if (tile == 2)
        OF(products_tile)(row, columns, weights + o * columns, 2, values);
      else
        OF(products_tile)(row, columns, weights + o * columns, 1, values);
      for (int64_t r = 0; r < rows; r++)
        for (int t = 0; t < tile; t++) products[(n + r) * outputs + o + t] = values[t][r];
    }
  }
}

TARGET static void OF(sums)(
    const ns_rows *x, int64_t first, int64_t count, int64_t outputs, const double *factors, double *sums) {
  const int64_t columns = x->columns;
  for (int64_t n = 0; n < count; n += 4) {
    const ELEMENT *row[4];
    UNROLL for (int r = 0; r < 4; r++) row[r] = ROW(first + (n + r < count ? n + r : count - 1));
    int64_t o = 0;
    for (; o < outputs; o += 2) {
      const int tile = o + 1 < outputs ? 2 : 1;
      double *sum = sums + o * columns, *other = sum + (tile == 2 ? columns : 0);
      double f[4], g[4];
      UNROLL for (int r = 0; r < 4; r++) {
        f[r] = n + r < count ? factors[(n + r) * outputs + o] : 0;
        g[r] = n + r < count && tile == 2 ? factors[(n + r) * outputs + o + 1] : 0;
      }
      int64_t c = 0;
      if (tile == 2)
        for (; c + 4 <= columns; c += 4) {
          const ns_four a = FOUR(row[0] + c), b = FOUR(row[1] + c), d = FOUR(row[2] + c), e = FOUR(row[3] + c);
          NAME(put)(sum + c, NAME(four)(sum + c) + ((a * NAME(same)(f[0]) + b * NAME(same)(f[1])) +
                                                    (d * NAME(same)(f[2]) + e * NAME(same)(f[3]))));
          NAME(put)(other + c, NAME(four)(other + c) + ((a * NAME(same)(g[0]) + b * NAME(same)(g[1])) +
                                                        (d * NAME(same)(g[2]) + e * NAME(same)(g[3]))));
        }
      else
        for (; c + 4 <= columns; c += 4)
          NAME(put)(sum + c, NAME(four)(sum + c) + ((FOUR(row[0] + c) * NAME(same)(f[0]) +
                                                     FOUR(row[1] + c) * NAME(same)(f[1])) +
                                                    (FOUR(row[2] + c) * NAME(same)(f[2]) +
                                                     FOUR(row[3] + c) * NAME(same)(f[3]))));
      for (; c < columns; c++) {
        const double a = row[0][c], b = row[1][c], d = row[2][c], e = row[3][c];
        sum[c] += (a * f[0] + b * f[1]) + (d * f[2] + e * f[3]);
        if (tile == 2) other[c] += (a * g[0] + b * g[1]) + (d * g[2] + e * g[3]);
      }
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
