// Standardises rows of doubles in place, on some threads. Its input begins with the rows, as bytes; then, for each line
// "run" it does the work once and prints the milliseconds that took, for each line "rows" it gives the rows as bytes.
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void standardize(double *x, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += x[i];
  const double mean = sum / n;
  double squares = 0;
  for (int i = 0; i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
  const double scale = squares > 0 ? 1 / sqrt(squares / n) : 0;
  for (int i = 0; i < n; i++) x[i] = (x[i] - mean) * scale;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const int rows = atoi(argv[1]), length = atoi(argv[2]), threads = atoi(argv[3]);
  const size_t count = (size_t)rows * length;
  double *all = aligned_alloc(64, count * sizeof(double));
  if (!all || fread(all, sizeof(double), count, stdin) != count) return 3;
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    if (!strcmp(line, "rows\n")) {
      fwrite(all, sizeof(double), count, stdout);
    } else {
      const double began = omp_get_wtime();
#pragma omp parallel for schedule(static) num_threads(threads)
      for (int row = 0; row < rows; row++) standardize(all + (size_t)row * length, length);
      printf("%.6f\n", (omp_get_wtime() - began) * 1000);
    }
    fflush(stdout);
  }
  return 0;
}
