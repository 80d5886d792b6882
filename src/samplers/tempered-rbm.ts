/**
 * An RBM under tempering, over its visible units alone: the hidden ones are summed out, and drawn anew in each sweep.
 *
 *   U_β(v) = −(1 − β) a⁰·v − β b·v − Σ_j softplus(β x_j(v)),   x(v) = c + Wᵀv;
 *   a sweep: h ~ σ(β x(v)), then v ~ σ((1 − β) a⁰ + β (b + W h)).
 *
 * To exchange v alone is accepted more often than to exchange (v, h): its law is a marginal of theirs. At β = 0 the visible units are
 * independent, with the logits a⁰ of the base rates [Salakhutdinov and Murray 2008], and each sweep draws them anew.
 */

import { refuse } from "../errors.js";
import type { Field, States } from "../kernels/kernels.js";
import { type ResidentRbm, towardsHidden, towardsVisible } from "../machines/resident.js";
import type { Purpose } from "../random/draw.js";
import { checkedStart, repeated, startChains } from "./start.js";
import type { TemperedMachine } from "./tempering.js";

export interface TemperedRbmOptions {
  /** The visible units at β = 0 [V]: their means p and log(p / (1 − p)); fair coins by default. */
  readonly base?: { readonly probabilities: Float32Array; readonly logits: ArrayLike<number> };
  /** Where chains start, on all rungs: the first of these states [≥ chains, V] in {0, 1}; random bits without it. */
  readonly start?: Uint8Array;
  /** What the draws are for; a sampler's chains by default. */
  readonly purposes?: { readonly hidden: Purpose; readonly visible: Purpose; readonly start: Purpose };
}

const ownPurposes = { hidden: "chainHidden", visible: "chainVisible", start: "chainStart" } as const;

/**
 * For temperingSampler. The RBM's parameters may change between steps: each step takes them as they are.
 *
 * Throws "shape" for base rates of another number than the visible units, and as networkSampler for start states.
 */
export function temperedRbm(
  { kernels, parameters }: ResidentRbm,
  { base, start, purposes = ownPurposes }: TemperedRbmOptions = {},
): TemperedMachine {
  const [units, height] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const probabilities = base?.probabilities ?? new Float32Array(units).fill(0.5);
  const logits = base?.logits ?? new Float64Array(units);
  for (const { length } of [probabilities, logits]) {
    if (length === units) continue;
    throw refuse("shape", { who: "base rates", got: `${length} numbers`, expected: `${units}, one a visible unit` });
  }
  // b − a⁰, what β multiplies; and the biases b + (1 / β − 1) a⁰ of a rung
  const [linear, rungBias] = [kernels.vector(units), kernels.vector(units)];
  let work: { v: States; h: States; input: Field } | undefined;

  /** Memory for the chains of one rung; rungs take turns. */
  function workFor(chains: number) {
    if (!work || work.v.capacity < chains) {
      const [v, h] = [kernels.states(chains, units), kernels.states(chains, height)];
      work = { v, h, input: kernels.field(chains, height) };
    }
    return work;
  }

  /** One sweep of a rung, whose biases are written. */
  function sweepRung(k: number, beta: number, cases: number, seed: number, step: number): void {
    const { v, h } = workFor(cases);
    const visible = { seed, purpose: purposes.visible, step };
    if (beta === 0) {
      const rows = new Uint32Array(cases);
      kernels.clamp({ levels: probabilities, units, rows, mode: "sample", draw: { ...visible, sweep: k }, out: v });
      return;
    }
    const firstChain = k * cases;
    kernels.conditional({
      cases,
      from: v,
      ...towardsHidden(parameters),
      scale: beta,
      sample: h,
      draw: { seed, purpose: purposes.hidden, step, firstChain },
    });
    kernels.conditional({
      cases,
      from: h,
      ...towardsVisible(parameters),
      bias: rungBias,
      scale: beta,
      sample: v,
      draw: { ...visible, firstChain },
    });
  }

  return {
    units,
    start(seed, chains, rungs) {
      if (start) return repeated(checkedStart(start, chains, units), rungs);
      const { v } = workFor(chains);
      const bits = new Uint8Array(rungs * chains * units);
      for (let k = 0; k < rungs; k++) {
        startChains({ kernels, units }, v, chains, {}, { seed, purpose: purposes.start, step: 0, sweep: k });
        bits.set(v.read(chains), k * chains * units);
      }
      return bits;
    },
    sweep({ seed, chains: cases, betas, bits, sweep }, steps, partner, ratios) {
      const { v, input } = workFor(cases);
      const bias = parameters.visibleBias.read();
      linear.write(bias.map((b, i) => b - logits[i]));
      betas.forEach((beta, k) => {
        const rung = bits.subarray(k * cases * units, (k + 1) * cases * units);
        v.write(rung);
        if (beta > 0) rungBias.write(bias.map((b, i) => b + (1 / beta - 1) * logits[i]));
        for (let step = 0; step < steps; step++) sweepRung(k, beta, cases, seed, sweep + step);
        rung.set(v.read(cases));
        if (partner[k] < 0) return;
        kernels.conditional({ cases, from: v, ...towardsHidden(parameters), input });
        // U_k − U_partner = ln f_partner − ln f_k
        const [from, to] = [beta, betas[partner[k]]];
        ratios.set(kernels.logRatios({ cases, states: v, linear, input, from, to }), k * cases);
      });
    },
  };
}
