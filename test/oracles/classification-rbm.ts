/** Classification RBMs in float64, from the formulas of their free energies and by enumeration: what their learning is tested against. */

import type { Dataset } from "#src/data/dataset.js";
import type { Dbn } from "#src/machines/dbn.js";
import { createDbn, withBond } from "#src/machines/dbn.js";
import { randomStream } from "#src/random/stream.js";
import { allStates } from "./enumerate.js";

/** A machine with parameters of the order of `scale`; nothing in it is symmetric. */
export function randomClassificationRbm(visible: number, hidden: number, classes: number, seed = 1, scale = 1): Dbn {
  const dbn = createDbn([visible, hidden], { classes });
  const random = randomStream(seed, "data");
  for (const array of parts(dbn)) for (let i = 0; i < array.length; i++) array[i] = scale * random.normal();
  return dbn;
}

const parts = ({ top }: Dbn) => [top.weights, top.visibleBias, top.hiddenBias];

/** Weights, visible and hidden biases as one vector; and such a vector as a machine again. */
export const flatten = (dbn: Dbn): Float64Array => Float64Array.from(parts(dbn).flatMap((array) => [...array]));

export function unflatten(dbn: Dbn, values: ArrayLike<number>): Dbn {
  let from = 0;
  const [weights, visibleBias, hiddenBias] = parts(dbn).map((array) => {
    const part = Float32Array.from({ length: array.length }, (_, i) => values[from + i] as number);
    from += array.length;
    return part;
  }) as [Float32Array, Float32Array, Float32Array];
  return withBond(dbn, 0, { ...dbn.top, weights, visibleBias, hiddenBias });
}

/** What the sum over hidden unit j counts by. */
export type Mask = (at: number, unit: number) => number;

/** −F(v, k) = b·v + d_k + Σ_j m_j softplus(c_j + (W v)_j + U_jk) of each class. */
export function negativeFreeEnergies(
  at: ArrayLike<number>,
  { layers, classes }: Pick<Dbn, "layers" | "classes">,
  v: ArrayLike<number>,
  mask: (unit: number) => number = () => 1,
): number[] {
  const [V, H] = layers as [number, number];
  const [b, c] = [(V + classes) * H, (V + classes) * H + V + classes];
  return Array.from({ length: classes }, (_, k) => {
    let sum = at[b + V + k] as number;
    for (let i = 0; i < V; i++) sum += (v[i] as number) * (at[b + i] as number);
    for (let j = 0; j < H; j++) {
      let o = (at[c + j] as number) + (at[(V + k) * H + j] as number);
      for (let i = 0; i < V; i++) o += (v[i] as number) * (at[i * H + j] as number);
      sum += mask(j) * (Math.max(o, 0) + Math.log1p(Math.exp(-Math.abs(o))));
    }
    return sum;
  });
}

export const logSumExp = (values: readonly number[]): number => {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, x) => sum + Math.exp(x - most), 0));
};

const caseOf = ({ levels, units }: Dataset, row: number) => levels.subarray(row * units, (row + 1) * units);

/** Mean ln P(y | v) of the cases in this order. */
export function meanDiscriminative(
  at: ArrayLike<number>,
  dbn: Dbn,
  data: Dataset,
  order: ArrayLike<number>,
  mask: Mask = () => 1,
): number {
  let sum = 0;
  for (let n = 0; n < order.length; n++) {
    const row = order[n] as number;
    const energies = negativeFreeEnergies(at, dbn, caseOf(data, row), (j) => mask(n, j));
    sum += (energies[data.labels?.[row] as number] as number) - logSumExp(energies);
  }
  return sum / order.length;
}

/** log Z, over all v and y. */
export function logZ(at: ArrayLike<number>, dbn: Dbn): number {
  return logSumExp(allStates(dbn.layers[0] as number).flatMap((v) => negativeFreeEnergies(at, dbn, v)));
}

/** Mean ln P(v, y) of the cases of these rows, of those without a label (−1) ln P(v). */
export function meanGenerative(at: ArrayLike<number>, dbn: Dbn, data: Dataset, rows: readonly number[]): number {
  const Z = logZ(at, dbn);
  const logs = rows.map((row) => {
    const [energies, y] = [negativeFreeEnergies(at, dbn, caseOf(data, row)), data.labels?.[row] as number];
    return (y < 0 ? logSumExp(energies) : (energies[y] as number)) - Z;
  });
  return logs.reduce((a, b) => a + b, 0) / rows.length;
}

/** The gradient by central differences. */
export function differences(of: (at: Float64Array) => number, at: Float64Array, step = 1e-5): Float64Array {
  return at.map((x, i) => {
    const shifted = (by: number) => {
      const there = at.slice();
      there[i] = x + by;
      return of(there);
    };
    return (shifted(step) - shifted(-step)) / (2 * step);
  });
}

/** Mean ln Σ_y e^{−F(v, y)} of the cases of these rows: ln P(v), but for log Z. */
export function meanUnnormalized(at: ArrayLike<number>, dbn: Dbn, data: Dataset, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + logSumExp(negativeFreeEnergies(at, dbn, caseOf(data, row))), 0) / rows.length;
}

/**
 * What CD-1 subtracts on average: ⟨x hᵀ⟩, ⟨x⟩, ⟨h⟩ of x = (v, y) after one sweep from these cases, whose labels are drawn from `law`, all by
 * enumeration; in flatten's order.
 */
export function oneSweepMoments(
  dbn: Dbn,
  data: Dataset,
  rows: readonly number[],
  law: (v: ArrayLike<number>) => readonly number[],
): Float64Array {
  const { layers, classes, top } = dbn;
  const [V, H] = layers as [number, number];
  const N = V + classes;
  const sigma = (x: number) => 1 / (1 + Math.exp(-x));
  const on = (x: ArrayLike<number>) =>
    Array.from({ length: H }, (_, j) => {
      let input = top.hiddenBias[j] as number;
      for (let i = 0; i < N; i++) input += (x[i] as number) * (top.weights[i * H + j] as number);
      return sigma(input);
    });
  const chance = (p: readonly number[], s: ArrayLike<number>) =>
    p.reduce((product, mean, i) => product * (s[i] ? mean : 1 - mean), 1);
  const joined = (v: ArrayLike<number>, y: number) => [
    ...Array.from(v),
    ...Array.from({ length: classes }, (_, k) => Number(k === y)),
  ];
  const moments = new Float64Array(N * H + N + H);
  for (const h of allStates(H)) {
    const start = rows.reduce((sum, row) => {
      const v = caseOf(data, row);
      return sum + law(v).reduce((all, p, y) => all + p * chance(on(joined(v, y)), h), 0) / rows.length;
    }, 0);
    const input = Array.from({ length: N }, (_, i) =>
      Array.from(h).reduce((sum, s, j) => sum + s * (top.weights[i * H + j] as number), top.visibleBias[i] as number),
    );
    const labels = input.slice(V).map((x) => Math.exp(x - logSumExp(input.slice(V))));
    for (const v of allStates(V)) {
      const pv = chance(input.slice(0, V).map(sigma), v);
      labels.forEach((py, y) => {
        const x = joined(v, y);
        const [p, means] = [start * pv * py, on(x)];
        for (let i = 0; i < N; i++) {
          for (let j = 0; j < H; j++) moments[i * H + j] += p * (x[i] as number) * (means[j] as number);
          moments[N * H + i] += p * (x[i] as number);
        }
        for (let j = 0; j < H; j++) moments[N * H + N + j] += p * (means[j] as number);
      });
    }
  }
  return moments;
}
