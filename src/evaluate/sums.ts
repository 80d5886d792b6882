/** Exact sums over states by a plan (separator.ts): log Σ_s e^{½ sᵀMs + xᵀs}, and the means and pair moments of that law. */

import type { SumPlan } from "./separator.js";

/** Sums over the states of some units of a machine; buffers are made once, and filled by each run. */
export interface ExactSum {
  /** The units summed over, in the order of `mean`. */
  readonly units: readonly number[];
  /** i and j of each pair that is asked for, in the order of `pair`. */
  readonly pairs: readonly number[];
  /** ⟨s_i⟩ */
  readonly mean: Float64Array;
  /** ⟨s_i s_j⟩ */
  readonly pair: Float64Array;
  /** Takes M / T for the runs to come; weights [N, N] symmetric. */
  load(weights: ArrayLike<number>, temperature: number): void;
  /**
   * log Σ e^{½ sᵀMs + xᵀs} over the units' states, nats; fills `mean` and `pair` where `moments` are asked for.
   * `fields` [N] are the inputs x from outside, bias included, over T; those of other units are not read.
   */
  run(fields: Float64Array, moments: boolean): number;
}

/** Which pairs of two units to take moments of. */
export type Wanted = (i: number, j: number) => boolean;

/** A sum by its plan, for a machine of `units` units. */
export function exactSum(plan: SumPlan, units: number, wanted: Wanted): ExactSum {
  if (plan.kind === "independent") return independentSum(plan.units, wanted);
  if (plan.kind === "table") return tableSum(plan.units, units, wanted);
  return separatedSum(
    plan.separator,
    plan.parts.map((part) => exactSum(part, units, wanted)),
    units,
    wanted,
  );
}

/** The wanted pairs of places in two lists of units; in one list, of different places. */
function wantedPlaces(a: readonly number[], b: readonly number[], wanted: Wanted): [number, number][] {
  return a.flatMap((i, p) =>
    b.flatMap((j, q): [number, number][] => ((a !== b || p < q) && wanted(i, j) ? [[p, q]] : [])),
  );
}

/** Units that are not joined: Π (1 + e^{x_i}). */
function independentSum(units: readonly number[], wanted: Wanted): ExactSum {
  const places = wantedPlaces(units, units, wanted);
  const [mean, pair] = [new Float64Array(units.length), new Float64Array(places.length)];
  const [first, second] = [Uint32Array.from(places, ([p]) => p), Uint32Array.from(places, ([, q]) => q)];
  return {
    units,
    pairs: places.flatMap(([p, q]) => [units[p], units[q]]),
    mean,
    pair,
    load() {},
    run(fields, moments) {
      let log = 0;
      let product = 1;
      for (let p = 0; p < units.length; p++) {
        const x = fields[units[p]];
        const e = Math.exp(-Math.abs(x));
        if (x > 0) log += x;
        // one logarithm for many factors, each in (1, 2]
        product *= 1 + e;
        if ((p & 511) === 511) {
          log += Math.log(product);
          product = 1;
        }
        mean[p] = (x > 0 ? 1 : e) / (1 + e);
      }
      if (moments) for (let n = 0; n < pair.length; n++) pair[n] = mean[first[n]] * mean[second[n]];
      return log + Math.log(product);
    },
  };
}

/** Units joined in any way: a table of all 2^k states, built by doubling, one unit after the other. */
function tableSum(units: readonly number[], N: number, wanted: Wanted): ExactSum {
  const k = units.length;
  const couplings = new Float64Array(2 ** k);
  const law = new Float64Array(2 ** k);
  const upper = new Float64Array(2 ** (k - 1));
  const second = new Float64Array(k * k);
  const places = wantedPlaces(units, units, wanted);
  const from = Uint32Array.from(places, ([p, q]) => q * k + p);
  const [mean, pair] = [new Float64Array(k), new Float64Array(places.length)];
  return {
    units,
    pairs: places.flatMap(([p, q]) => [units[p], units[q]]),
    mean,
    pair,
    load(weights, temperature) {
      couplings[0] = 0;
      for (let q = 0; q < k; q++) {
        // upper: the input of unit q from the units before it, in each of their states
        upper[0] = 0;
        for (let p = 0; p < q; p++) {
          const w = weights[units[q] * N + units[p]] / temperature;
          for (let c = 0; c < 1 << p; c++) upper[(1 << p) + c] = upper[c] + w;
        }
        for (let c = 0; c < 1 << q; c++) couplings[(1 << q) + c] = couplings[c] + upper[c];
      }
    },
    run(fields, moments) {
      law[0] = 0;
      for (let q = 0; q < k; q++) {
        const x = fields[units[q]];
        for (let c = 0; c < 1 << q; c++) law[(1 << q) + c] = law[c] + x;
      }
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < law.length; c++) {
        law[c] += couplings[c];
        if (law[c] > most) most = law[c];
      }
      let sum = 0;
      for (let c = 0; c < law.length; c++) {
        law[c] = Math.exp(law[c] - most);
        sum += law[c];
      }
      if (moments) {
        foldMoments(law, upper, second, k);
        for (let p = 0; p < k; p++) mean[p] = second[p * k + p] / sum;
        for (let n = 0; n < pair.length; n++) pair[n] = second[from[n]] / sum;
      }
      return most + Math.log(sum);
    },
  };
}

/**
 * Σ_s law(s) s_q s_p for all p ≤ q into second[q, p], in about 3 · 2^k additions: the half of the table where unit q is on has its
 * moments with all units before it; then the halves are added, which sums over unit q. Overwrites `law`.
 */
function foldMoments(law: Float64Array, upper: Float64Array, second: Float64Array, k: number): void {
  for (let q = k - 1; q >= 0; q--) {
    const half = 1 << q;
    for (let c = 0; c < half; c++) {
      upper[c] = law[half + c];
      law[c] += upper[c];
    }
    for (let p = q - 1; p >= 0; p--) {
      const quarter = 1 << p;
      let sum = 0;
      for (let c = 0; c < quarter; c++) {
        sum += upper[quarter + c];
        upper[c] += upper[quarter + c];
      }
      second[q * k + p] = sum;
    }
    second[q * k + q] = upper[0];
  }
}

/** How far, in nats, a state may be above the reference of the sums. */
const overflow = 300;

/** For each state of the separator the product of the parts' sums; moments are averaged over the separator's law. */
function separatedSum(separator: readonly number[], parts: ExactSum[], N: number, wanted: Wanted): ExactSum {
  const inner = parts.flatMap((part) => part.units);
  const starts = parts.map((_, n) => parts.slice(0, n).reduce((sum, part) => sum + part.units.length, 0));
  const units = [...inner, ...separator];
  // moments in this order: inside the parts; separator with parts, and with itself; across parts
  const outer = separator.map((unit, t) => wantedPlaces([unit], units.slice(0, inner.length + t), wanted));
  const across = parts.flatMap((a, n) =>
    parts
      .slice(n + 1)
      .flatMap((b, more) =>
        wantedPlaces(a.units, b.units, wanted).map(([p, q]) => [starts[n] + p, starts[n + 1 + more] + q]),
      ),
  );
  const partners = outer.map((places) => Uint32Array.from(places, ([, q]) => q));
  const [first, second] = [Uint32Array.from(across, ([p]) => p), Uint32Array.from(across, ([, q]) => q)];
  const pairs = [
    ...parts.flatMap((part) => part.pairs),
    ...outer.flatMap((places, t) => places.flatMap(([, q]) => [separator[t], units[q]])),
    ...across.flatMap(([p, q]) => [units[p], units[q]]),
  ];
  const [mean, pair] = [new Float64Array(units.length), new Float64Array(pairs.length / 2)];
  /** Means given the state of the separator, which come last as 0 and 1. */
  const given = new Float64Array(units.length);
  const rows = separator.map(() => new Float64Array(N));
  const own = separator.map(() => new Float64Array(N));
  // what the state of the separator's units t, t + 1, … gives: fields of all units, and its own log weight
  const at: Float64Array[] = [...own, new Float64Array(0)];
  const weight = new Float64Array(separator.length + 1);

  /** Adds `w` times the moments given the state of the separator. */
  function add(w: number): void {
    let [m, n] = [0, 0];
    for (const part of parts) {
      for (let p = 0; p < part.mean.length; p++) given[m++] = part.mean[p];
      for (let p = 0; p < part.pair.length; p++) pair[n++] += w * part.pair[p];
    }
    for (let p = 0; p < given.length; p++) mean[p] += w * given[p];
    for (let t = 0; t < separator.length; t++) {
      const list = partners[t];
      if (given[inner.length + t] === 1) for (let p = 0; p < list.length; p++) pair[n + p] += w * given[list[p]];
      n += list.length;
    }
    for (let p = 0; p < first.length; p++) pair[n + p] += w * given[first[p]] * given[second[p]];
  }

  function scale(factor: number): void {
    for (let p = 0; p < mean.length; p++) mean[p] *= factor;
    for (let p = 0; p < pair.length; p++) pair[p] *= factor;
  }

  return {
    units,
    pairs,
    mean,
    pair,
    load(weights, temperature) {
      for (const part of parts) part.load(weights, temperature);
      separator.forEach((unit, t) => {
        for (const other of units) rows[t][other] = weights[unit * N + other] / temperature;
      });
    },
    run(fields, moments) {
      const S = separator.length;
      mean.fill(0);
      pair.fill(0);
      given.fill(0);
      at.fill(fields);
      weight.fill(0);
      let reference = Number.NEGATIVE_INFINITY;
      let sum = 0;
      for (let code = 0; code < 2 ** S; code++) {
        // from the state before: unit t comes on, the units below it go off
        const t = code === 0 ? S : 31 - Math.clz32(code & -code);
        if (t < S) {
          const before = at[t + 1];
          for (const unit of units) own[t][unit] = before[unit] + rows[t][unit];
          weight[t] = weight[t + 1] + before[separator[t]];
          given[inner.length + t] = 1;
          for (let below = 0; below < t; below++) given[inner.length + below] = 0;
          at.fill(own[t], 0, t + 1);
          weight.fill(weight[t], 0, t);
        }
        let log = weight[0];
        for (const part of parts) log += part.run(at[0], moments);
        if (!(log <= reference + overflow)) {
          const factor = Math.exp(reference - log);
          sum *= factor;
          if (moments) scale(factor);
          reference = log;
        }
        const w = Math.exp(log - reference);
        sum += w;
        if (moments) add(w);
      }
      if (moments) scale(1 / sum);
      return reference + Math.log(sum);
    },
  };
}
