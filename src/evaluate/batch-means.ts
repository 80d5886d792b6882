/**
 * Means of what chains do, with standard errors that count how much one moment of a chain says about the next: by batch means. The samples
 * are cut into batches, groups of chains over stretches of time, so long that their means are independent or nearly so.
 */

export interface BatchMeans {
  /** Counts a value of one quantity of one chain at the present time; what is not added is 0. */
  add(chain: number, quantity: number, value: number): void;
  /** The present time is over. */
  next(): void;
  summary(): Summary;
}

export interface Summary {
  /** Times × chains. */
  readonly samples: number;
  /** [quantities] */
  readonly mean: Float64Array;
  /** Of the means [quantities]; NaN where there is one batch only. */
  readonly standardError: Float64Array;
}

/** As many groups of chains at most, and as many batches at least. */
const mostGroups = 64;
const leastBatches = 32;

/** For `quantities` of each of `chains`, over `times` times; fewer times are fine, if the run is stopped. */
export function batchMeans(quantities: number, chains: number, times: number): BatchMeans {
  const groups = Math.min(chains, mostGroups);
  const stretch = Math.max(1, Math.floor(times / Math.ceil(leastBatches / groups)));
  const groupOf = Uint8Array.from({ length: chains }, (_, chain) => Math.floor((chain * groups) / chains));
  const size = new Float64Array(groups);
  for (const group of groupOf) size[group]++;
  const sums = new Float64Array(groups * quantities);
  const total = new Float64Array(quantities);
  // over batches b with n_b samples and sums S_b: Σ S², Σ n S, Σ n²
  const squares = new Float64Array(quantities);
  const products = new Float64Array(quantities);
  let [sizeSquares, batches, samples, time] = [0, 0, 0, 0];

  function close(): void {
    for (let group = 0; group < groups; group++) {
      const n = size[group] * time;
      for (let q = 0; q < quantities; q++) {
        const S = sums[group * quantities + q];
        if (S === 0) continue;
        total[q] += S;
        squares[q] += S * S;
        products[q] += n * S;
      }
      sizeSquares += n * n;
      samples += n;
      batches++;
    }
    sums.fill(0);
    time = 0;
  }

  return {
    add(chain, quantity, value) {
      sums[groupOf[chain] * quantities + quantity] += value;
    },
    next() {
      if (++time === stretch) close();
    },
    summary() {
      if (time > 0) close();
      const mean = total.map((sum) => sum / samples);
      // the mean is Σ_b (n_b / n) m_b; its variance, with B / (B − 1) for the mean that is estimated too, Σ_b (n_b / n)² (m_b − m)²
      const standardError = mean.map((m, q) => {
        const spread = squares[q] - 2 * m * products[q] + m * m * sizeSquares;
        return batches < 2 ? Number.NaN : Math.sqrt((Math.max(0, spread) * batches) / (batches - 1)) / samples;
      });
      return { samples, mean, standardError };
    },
  };
}

/**
 * How many independent draws from a law have frequencies that vary as much as those with these standard errors:
 * Σ p (1 − p) / Σ se². NaN where the errors are.
 */
export function effectiveSamples(law: ArrayLike<number>, standardErrors: ArrayLike<number>): number {
  let [single, all] = [0, 0];
  for (let s = 0; s < law.length; s++) {
    single += law[s] * (1 - law[s]);
    all += standardErrors[s] ** 2;
  }
  return single / all;
}

/**
 * How far from a law the frequencies of n independent draws lie, the mean of their total variation: ½ Σ E|p̂ − p|, where by De Moivre
 * n E|p̂ − p| = 2 m C(n, m) p^m (1 − p)^{n − m + 1} with m = ⌊n p⌋ + 1 [Diaconis and Zabell 1991]. `draws` are rounded to a whole number.
 */
export function expectedTotalVariation(law: ArrayLike<number>, draws: number): number {
  if (!Number.isFinite(draws)) return Number.NaN;
  const n = Math.max(1, Math.round(draws));
  const all = logFactorial(n);
  let sum = 0;
  for (let s = 0; s < law.length; s++) {
    const p = law[s];
    if (!(p > 0 && p < 1)) continue;
    const m = Math.min(n, Math.floor(n * p) + 1);
    const choose = all - logFactorial(m) - logFactorial(n - m);
    sum += (m / n) * Math.exp(choose + m * Math.log(p) + (n - m + 1) * Math.log1p(-p));
  }
  return sum;
}

/** log n! by Stirling's series, to 1e-12 from n = 16 on. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let k = 2; k <= n; k++) product *= k;
    return Math.log(product);
  }
  const series = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}
