/*
 * A plain C program for what harmonium's network kernels do: Glauber and sequential dynamics of many chains of a stochastic binary
 * network, one thread. Dense: the fields of a chain are kept and a row of weights is added when a unit changes. Lattice: a periodic
 * square with equal couplings, one colour of the chequerboard after the other, the field summed anew from four neighbours.
 *
 *     network <glauber|sequential> <units> <chains> <steps>      steps of a unit, or of all units
 *     network lattice <side> <chains> <steps>
 *
 * Prints the seconds (elapsed, and of the processor), the unit updates, and how many of them changed the unit. The states move for as long before the clock starts.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* xoshiro128+ (Blackman, Vigna 2018) */
static uint32_t s[4];

static inline uint32_t next(void) {
  const uint32_t result = s[0] + s[3], t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = (s[3] << 11) | (s[3] >> 21);
  return result;
}

static inline float uniform(void) { return (next() >> 8) * 0x1p-24f; }

static float normal(void) {
  const double u = 1 - uniform(), v = uniform();
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static inline int fires(float x) { return uniform() < 1 / (1 + expf(-x)); }

/* One unit of one chain: returns 1 if it changed. */
static inline int update(float *restrict x, uint8_t *restrict state, const float *restrict M, int units, int j) {
  const int new = fires(x[j]);
  if (new == state[j]) return 0;
  const float *restrict row = M + (size_t)j * units;
  if (new) for (int i = 0; i < units; i++) x[i] += row[i];
  else for (int i = 0; i < units; i++) x[i] -= row[i];
  state[j] = new;
  return 1;
}

static long dense(float *fields, uint8_t *states, const float *M, int units, int chains, long steps, int glauber) {
  long changed = 0;
  for (int c = 0; c < chains; c++) {
    float *x = fields + (size_t)c * units;
    uint8_t *state = states + (size_t)c * units;
    for (long t = 0; t < steps; t++) {
      if (glauber) changed += update(x, state, M, units, ((uint64_t)next() * units) >> 32);
      else for (int j = 0; j < units; j++) changed += update(x, state, M, units, j);
    }
  }
  return changed;
}

static long lattice(uint8_t *states, int side, int chains, long steps, float weight, float bias) {
  const int mask = side - 1;
  long changed = 0;
  for (int c = 0; c < chains; c++) {
    uint8_t *state = states + (size_t)c * side * side;
    for (long t = 0; t < steps; t++) {
      for (int colour = 0; colour < 2; colour++) {
        for (int y = 0; y < side; y++) {
          uint8_t *row = state + y * side;
          const uint8_t *above = state + ((y - 1) & mask) * side, *below = state + ((y + 1) & mask) * side;
          for (int x = (y + colour) & 1; x < side; x += 2) {
            const int on = row[(x - 1) & mask] + row[(x + 1) & mask] + above[x] + below[x];
            const int new = fires(weight * on + bias);
            changed += new != row[x];
            row[x] = new;
          }
        }
      }
    }
  }
  return changed;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  const char *mode = arguments[1];
  const int size = atoi(arguments[2]), chains = atoi(arguments[3]);
  const long steps = atol(arguments[4]);
  const int grid = !strcmp(mode, "lattice"), glauber = !strcmp(mode, "glauber");
  const int units = grid ? size * size : size;
  s[0] = 1, s[1] = 2, s[2] = 3, s[3] = 4;
  for (int i = 0; i < 100; i++) next();
  uint8_t *states = malloc((size_t)chains * units);
  for (size_t i = 0; i < (size_t)chains * units; i++) states[i] = next() >> 31;
  float *M = 0, *fields = 0;
  if (!grid) {
    /* symmetric, normal, of variance 9 / N: the harness writes the same law for everyone */
    M = aligned_alloc(64, ((size_t)units * units * 4 + 63) / 64 * 64);
    fields = calloc((size_t)chains * units, 4);
    for (int i = 0; i < units; i++) {
      M[(size_t)i * units + i] = 0;
      for (int j = 0; j < i; j++) M[(size_t)i * units + j] = M[(size_t)j * units + i] = 3 * normal() / sqrtf(units);
    }
    for (int c = 0; c < chains; c++) {
      for (int i = 0; i < units; i++) {
        if (!states[(size_t)c * units + i]) continue;
        for (int j = 0; j < units; j++) fields[(size_t)c * units + j] += M[(size_t)i * units + j];
      }
    }
  }
  long changed = 0;
  double seconds = 0, cpu = 0;
  for (int round = 0; round < 2; round++) {
    const double start = now(CLOCK_MONOTONIC), startCpu = now(CLOCK_PROCESS_CPUTIME_ID);
    changed = grid ? lattice(states, size, chains, steps, 1.6f, -3.2f) : dense(fields, states, M, units, chains, steps, glauber);
    seconds = now(CLOCK_MONOTONIC) - start;
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - startCpu;
  }
  const double updates = (double)chains * steps * (glauber ? 1 : units);
  printf("{\"seconds\": %.9f, \"cpu\": %.9f, \"updates\": %.0f, \"changed\": %ld}\n", seconds, cpu, updates, changed);
  return 0;
}
