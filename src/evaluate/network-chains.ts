/**
 * The annealing path of a general Boltzmann machine over all its units, from independent units of the base rates:
 *
 *   ln f_β(s) = (1 − β) a⁰·s + β (b·s + ½ sᵀ M s),   ln Z_0 = Σ_i softplus(a⁰_i);
 *   T_β: units 0 … N − 1 in turn, each from its law given the others. T̃_β: units N − 1 … 0.
 */

import type { Kernels } from "../kernels/kernels.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import { softplus } from "../math/logistic.js";
import type { Move, ReusableChains } from "./annealed-chains.js";
import { evenBase } from "./base-rates.js";

/** The machine's chains in the kernels' memory, at most `capacity` at a time. Energies are sums in float64 of the kernels' float32 weights. */
export function networkChains(kernels: Kernels, first: Boltzmann, capacity: number): ReusableChains<Boltzmann> {
  const { units } = first;
  const couplings = kernels.couplings(units);
  const M = new Float32Array(units * units);
  let { bias } = first;
  const states = kernels.states(capacity, units);
  const upwards = Uint32Array.from({ length: units }, (_, i) => i);
  const downwards = upwards.slice().reverse();
  let base = evenBase(units);
  const mixed = new Float32Array(units);
  let chains = 0;

  function load(machine: Boltzmann): void {
    M.set(machine.weights);
    bias = machine.bias;
  }

  /** d ln f_β / dβ = (b − a⁰)·s + ½ sᵀ M s of each chain; the weights are symmetric. */
  function slopes(): Float64Array {
    const all = states.read(chains);
    return Float64Array.from({ length: chains }, (_, n) => {
      const s = all.subarray(n * units, (n + 1) * units);
      let sum = 0;
      for (let i = 0; i < units; i++) {
        if (!s[i]) continue;
        sum += bias[i] - base.logits[i];
        for (let j = 0; j < i; j++) if (s[j]) sum += M[i * units + j];
      }
      return sum;
    });
  }

  function sweep(beta: number, { run: { seed, number, firstChain }, step, backwards }: Move): void {
    for (let i = 0; i < units; i++) mixed[i] = bias[i] + (1 / beta - 1) * base.logits[i];
    couplings.write(M, mixed);
    const free = backwards ? downwards : upwards;
    const draw = { seed, purpose: "annealUnit", step, sweep: number, firstChain } as const;
    kernels.advance({ couplings, states, chains, dynamics: "sequential", steps: 1, free, beta, draw });
  }

  load(first);
  return {
    capacity,
    units,
    load,
    get base() {
      return base;
    },
    set base(next) {
      base = next;
    },
    get baseLogPartition() {
      return base.logits.reduce((sum, a) => sum + softplus(a), 0);
    },
    drawBase(count, { seed, number, firstChain }) {
      chains = count;
      const draw = { seed, purpose: "annealStart", step: firstChain, sweep: number } as const;
      const rows = new Uint32Array(count);
      kernels.clamp({ levels: base.probabilities, units, rows, mode: "sample", draw, out: states });
    },
    write(bits) {
      chains = bits.length / units;
      states.write(bits);
    },
    read: () => states.read(chains),
    advance(from, to, move) {
      const ratios = slopes().map((slope) => (to - from) * slope);
      if (move) sweep(to, move);
      return ratios;
    },
    move: sweep,
  };
}
