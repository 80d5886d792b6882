/**
 * An annealing path without sampling: in place of chains, the whole (unnormalised) distribution, moved by matrices. One "chain" whose
 * log weights are the logarithms of what the total mass is multiplied by, so that the drivers' own loops can be put to it.
 */

import type { AnnealedChains, Move } from "#src/evaluate/annealed-chains.js";
import { evenBase } from "#src/evaluate/base-rates.js";
import type { Boltzmann } from "#src/machines/boltzmann.js";
import { stateEnergy } from "#src/machines/boltzmann.js";
import type { Rbm } from "#src/machines/rbm.js";
import { allStates } from "./enumerate.js";

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));

export interface ExactPath {
  readonly units: number;
  /** ln f_β of each state. */
  logs(beta: number): Float64Array;
  /** T_β, or its reversal, [from, to]. */
  matrix(beta: number, backwards: boolean): number[][];
  readonly logZ0: number;
}

/** The path of an RBM over v, written out. */
export function rbmPath(rbm: Rbm, base: ArrayLike<number>): ExactPath {
  const { visible, hidden, weights: W, visibleBias: a, hiddenBias: c } = rbm;
  const states = allStates(visible);
  const input = (v: Uint8Array, j: number) => v.reduce((sum, bit, i) => sum + bit * W[i * hidden + j], c[j]);
  const inputs = states.map((v) => Array.from(c, (_, j) => input(v, j)));
  const hiddenStates = allStates(hidden);
  return {
    units: visible,
    logZ0: Array.from(base).reduce((sum, x) => sum + softplus(x), hidden * Math.LN2),
    logs: (beta) =>
      Float64Array.from(states, (v, s) => {
        let sum = 0;
        for (let i = 0; i < visible; i++) sum += v[i] * ((1 - beta) * base[i] + beta * a[i]);
        for (const x of inputs[s]) sum += softplus(beta * x);
        return sum;
      }),
    matrix: (beta) =>
      states.map((_, s) => {
        const row = new Array<number>(states.length).fill(0);
        for (const h of hiddenStates) {
          const p = h.reduce((q, bit, j) => q * (bit ? sigma(beta * inputs[s][j]) : sigma(-beta * inputs[s][j])), 1);
          states.forEach((to, t) => {
            let q = p;
            for (let i = 0; i < visible; i++) {
              let y = a[i];
              for (let j = 0; j < hidden; j++) y += W[i * hidden + j] * h[j];
              const total = (1 - beta) * base[i] + beta * y;
              q *= sigma(to[i] ? total : -total);
            }
            row[t] += q;
          });
        }
        return row;
      }),
  };
}

/** The path of a general machine over all its units, written out. */
export function networkPath(machine: Boltzmann, base: ArrayLike<number>): ExactPath {
  const { units } = machine;
  const states = allStates(units);
  const log = (s: Uint8Array, beta: number) =>
    s.reduce((sum, bit, i) => sum + bit * (1 - beta) * base[i], -beta * stateEnergy(machine, s));
  return {
    units,
    logZ0: Array.from(base).reduce((sum, x) => sum + softplus(x), 0),
    logs: (beta) => Float64Array.from(states, (s) => log(s, beta)),
    matrix(beta, backwards) {
      const order = Array.from({ length: units }, (_, i) => (backwards ? units - 1 - i : i));
      return states.map((_, from) => {
        let law = new Float64Array(states.length);
        law[from] = 1;
        for (const i of order) {
          const next = new Float64Array(states.length);
          law.forEach((p, s) => {
            const [off, on] = [s & ~(1 << i), s | (1 << i)];
            const fires = sigma(log(states[on], beta) - log(states[off], beta));
            next[on] += p * fires;
            next[off] += p * (1 - fires);
          });
          law = next;
        }
        return [...law];
      });
    },
  };
}

/** The path as chains: one, which is the whole law. `write` and `read` are not for it; `setLaw` says where it is. */
export function exactChains(path: ExactPath): AnnealedChains & { law: Float64Array } {
  const normalised = (x: Float64Array) => {
    const total = x.reduce((a, b) => a + b, 0);
    return { total, law: x.map((p) => p / total) };
  };
  const chains = {
    capacity: 1,
    units: path.units,
    base: evenBase(path.units),
    baseLogPartition: path.logZ0,
    law: new Float64Array(0),
    drawBase() {
      chains.law = normalised(path.logs(0).map(Math.exp)).law;
    },
    write() {},
    read: () => new Uint8Array(path.units),
    advance(from: number, to: number, move?: Move) {
      const [f, t] = [path.logs(from), path.logs(to)];
      const { total, law } = normalised(chains.law.map((p, s) => p * Math.exp(t[s] - f[s])));
      chains.law = law;
      if (move) chains.move(to, move);
      return Float64Array.of(Math.log(total));
    },
    move(beta: number, { backwards = false }: Move) {
      const T = path.matrix(beta, backwards);
      chains.law = chains.law.map((_, to) => chains.law.reduce((sum, p, from) => sum + p * T[from][to], 0));
    },
  };
  return chains;
}
