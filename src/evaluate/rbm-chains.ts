/**
 * The annealing path of an RBM over its visible units, from independent units of the base rates [Salakhutdinov and Murray 2008]:
 *
 *   ln f_β(v) = (1 − β) a⁰·v + β b·v + Σ_j softplus(β x_j(v)),   x(v) = c + Wᵀv,   ln Z_0 = Σ_i softplus(a⁰_i) + H ln 2;
 *   T_β: h ~ σ(β x(v)), then v ~ σ((1 − β) a⁰ + β (b + W h)).
 */

import { oneHot } from "../data/one-hot.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Rbm } from "../machines/rbm.js";
import { softplus } from "../math/logistic.js";
import type { Draw } from "../random/draw.js";
import { uniformOf } from "../random/uniform.js";
import type { Move, ReusableChains } from "./annealed-chains.js";
import { evenBase } from "./base-rates.js";

/**
 * The RBM's chains in the kernels' memory, at most `capacity` at a time. The last `classes` visible units are label units, one of which is
 * on, each with the same probability at β = 0.
 */
export function rbmChains(kernels: Kernels, first: Rbm, capacity: number, classes = 0): ReusableChains<Rbm> {
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
  const plain = visible - classes;
  const group = classes > 0 ? { first: plain, size: classes } : undefined;
  const labels = group && kernels.states(capacity, classes);
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
    kernels.conditional({
      cases,
      from: h,
      weights: transposed,
      bias: visibleBias,
      scale: beta,
      sample: v,
      draw,
      group,
    });
  }

  /** One of the label units each, all as likely. */
  function drawLabels(draw: Draw): void {
    if (!labels) return;
    const rows = Uint32Array.from({ length: cases }, (_, b) => b);
    const chosen = rows.map((b) => Math.floor(uniformOf(draw, b, plain) * classes));
    labels.write(oneHot(chosen, rows, classes));
    kernels.copyUnits({ cases, from: labels, to: v, toUnit: plain, units: classes });
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
      base = { ...next, logits: next.logits.map((a, i) => (i < plain ? a : 0)) };
      linear.write(rbm.visibleBias.map((b, i) => b - base.logits[i]));
    },
    get baseLogPartition() {
      const own = hidden * Math.LN2 + (classes > 0 ? Math.log(classes) : 0);
      return base.logits.subarray(0, plain).reduce((sum, a) => sum + softplus(a), own);
    },
    drawBase(chains, { seed, number, firstChain }) {
      cases = chains;
      const draw = { seed, purpose: "annealStart", step: firstChain, sweep: number } as const;
      kernels.clamp({
        levels: base.probabilities,
        units: visible,
        rows: new Uint32Array(chains),
        mode: "sample",
        draw,
        out: v,
      });
      drawLabels(draw);
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
