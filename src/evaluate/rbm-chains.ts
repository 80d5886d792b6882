/**
 * The annealing path of an RBM over its visible units, from independent units of the base rates [Salakhutdinov and Murray 2008]:
 *
 *   ln f_β(v) = (1 − β) a⁰·v + β b·v + Σ_j softplus(β x_j(v)),   x(v) = c + Wᵀv,   ln Z_0 = Σ_i softplus(a⁰_i) + H ln 2;
 *   T_β: h ~ σ(β x(v)), then v ~ σ((1 − β) a⁰ + β (b + W h)).
 */

import type { Kernels } from "../kernels/kernels.js";
import type { Rbm } from "../machines/rbm.js";
import { softplus } from "../math/logistic.js";
import type { Move, ReusableChains } from "./annealed-chains.js";
import { evenBase } from "./base-rates.js";

/** The RBM's chains in the kernels' memory, at most `capacity` at a time. */
export function rbmChains(kernels: Kernels, first: Rbm, capacity: number): ReusableChains<Rbm> {
  const { visible, hidden } = first;
  let rbm = first;
  const weights = kernels.matrix(visible, hidden);
  // a copy for the way back: the weights stay as they are, so it is transposed once
  const transposed = kernels.matrix(hidden, visible);
  const hiddenBias = kernels.vector(hidden);
  const visibleBias = kernels.vector(visible);
  const linear = kernels.vector(visible);
  const v = kernels.states(capacity, visible);
  const h = kernels.states(capacity, hidden);
  const input = kernels.field(capacity, hidden);
  let base = evenBase(visible);
  const mixed = new Float32Array(visible);
  let cases = 0;

  function load(next: Rbm): void {
    rbm = next;
    weights.write(rbm.weights);
    kernels.transpose(transposed, weights);
    hiddenBias.write(rbm.hiddenBias);
    linear.write(rbm.visibleBias.map((b, i) => b - base.logits[i]));
  }

  /** x(v), and h ~ σ(β x). */
  function look(beta: number, move: Move | undefined): void {
    const draw = move && { ...drawOf(move), purpose: "annealHidden" as const };
    const sample = draw && { scale: beta, sample: h, draw };
    kernels.conditional({ cases, from: v, weights, bias: hiddenBias, input, ...sample });
  }

  /** v ~ σ(β (b + (1 / β − 1) a⁰ + W h)), given h. */
  function fall(beta: number, move: Move): void {
    for (let i = 0; i < visible; i++) mixed[i] = rbm.visibleBias[i] + (1 / beta - 1) * base.logits[i];
    visibleBias.write(mixed);
    const draw = { ...drawOf(move), purpose: "annealVisible" as const };
    kernels.conditional({ cases, from: h, weights: transposed, bias: visibleBias, scale: beta, sample: v, draw });
  }

  load(first);
  return {
    capacity,
    units: visible,
    load,
    get base() {
      return base;
    },
    set base(next) {
      base = next;
      linear.write(rbm.visibleBias.map((b, i) => b - base.logits[i]));
    },
    get baseLogPartition() {
      return base.logits.reduce((sum, a) => sum + softplus(a), hidden * Math.LN2);
    },
    drawBase(chains, { seed, number, firstChain }) {
      cases = chains;
      kernels.clamp({
        levels: base.probabilities,
        units: visible,
        rows: new Uint32Array(chains),
        mode: "sample",
        draw: { seed, purpose: "annealStart", step: firstChain, sweep: number },
        out: v,
      });
    },
    write(states) {
      cases = states.length / visible;
      v.write(states);
    },
    read: () => v.read(cases),
    advance(from, to, move) {
      look(to, move);
      const ratios = kernels.logRatios({ cases, states: v, linear, input, from, to });
      if (move) fall(to, move);
      return ratios;
    },
    move(beta, move) {
      look(beta, move);
      fall(beta, move);
    },
  };
}

function drawOf({ run: { seed, number, firstChain }, step }: Move) {
  return { seed, step, sweep: number, firstChain };
}
