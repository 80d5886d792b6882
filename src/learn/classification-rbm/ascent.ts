/**
 * The gradient of a batch. Every objective of a classification RBM weighs the classes of a case: with −F(v, k) = ln Σ_h e^{−E(v, k, h)},
 *
 *   discriminative  ln P(y | v)    Σ_k a_k ∇(−F(v, k)),   a_k = [k = y] − P(k | v)
 *   generative      ln P(v, y)     a_k = [k = y],   minus the machine's own ⟨∇(−F)⟩
 *   unlabelled      ln P(v)        a_k = P(k | v),   minus the same,
 *
 * so that their sums need one pass: the a_k are added up first. What is subtracted is from contrastive divergence, as of any RBM.
 */

import type { Dataset } from "../../data/dataset.js";
import type { Fit } from "../../kernels/feed-forward.js";
import type { BondParameters, Field, States } from "../../kernels/kernels.js";
import { uniformOf } from "../../random/uniform.js";
import { joinLabels } from "../dbn/layer-input.js";
import { isMoments, type LearningContext, startPositive } from "../rbm/phase.js";
import { classPass } from "./class-pass.js";
import type { CompleteClassificationRbmOptions } from "./options.js";

/** How much a batch counts by each of the objectives that it can have. */
export interface Weighing {
  /** Of ln P(y | v), for cases with a label. */
  readonly discriminative: number;
  /** Of ln P(v, y) of cases with a label, ln P(v) of those without. */
  readonly generative: number;
}

/** Adds the mean gradient of a batch to `gradient`. `labels` of its cases; without, they are unlabelled, and the fit is of nothing. */
export type Ascent = (rows: Uint32Array, update: number, labels?: Uint32Array) => Fit;

export function startAscent(
  context: LearningContext,
  data: Dataset,
  gradient: BondParameters,
  { discriminative, generative }: Weighing,
  { clamp, negative, dropout }: Pick<CompleteClassificationRbmOptions, "clamp" | "negative" | "dropout">,
): Ascent {
  const { kernels, parameters, seed, batchSize } = context;
  const { weights, visibleBias, hiddenBias, group } = parameters;
  const { first, size: classes } = group as NonNullable<typeof group>;
  const pass = classPass(kernels, parameters, batchSize, clamp === "probability" ? "field" : "states");
  const probabilities = kernels.field(batchSize, classes);
  const error = kernels.field(batchSize, classes);
  const shares = kernels.field(batchSize, classes);
  const hidden = kernels.field(batchSize, hiddenBias.size);
  /** ∇ of visible biases where Σ_k a_k is 1, and of those of label units. */
  const slope = kernels.vector(visibleBias.size);
  const ofLabels = kernels.vector(visibleBias.size);
  const drop = dropout > 0 ? dropping(context, dropout) : undefined;
  const dream = generative > 0 ? startDream() : undefined;

  function startDream() {
    let given: Uint32Array = new Uint32Array(0);
    const join = joinLabels(kernels, batchSize, classes, clamp === "probability" ? "mean" : "sample");
    const source = ({ rows }: { readonly rows: Uint32Array }, out: States | Field) =>
      join(pass.visible, out, Uint32Array.from(rows.keys()), given);
    const wake = startPositive({ ...context, source }, { clamp, wake: "probability" });
    const chains = negative.start({ ...context, source });
    return (rows: Uint32Array, update: number, labels: Uint32Array) => {
      given = labels;
      const batch = { data, rows, update };
      const result = chains.expect(batch, wake(batch));
      if (isMoments(result)) throw new Error("a negative phase of cases, as checked");
      const nothing = { cases: 0, visible: result.visible, hidden: result.hidden };
      kernels.update({ parameters: gradient, positive: nothing, negative: result, rate: generative });
    };
  }

  return (rows, update, labels) => {
    const cases = rows.length;
    const draw = { seed, purpose: "clamp", step: update } as const;
    kernels.clamp({ levels: data.levels, units: data.units, rows, mode: clamp, draw, out: pass.visible });
    pass.run(cases, drop?.(cases, update));
    const fit = kernels.readOut({
      cases,
      input: pass.scores,
      mean: probabilities,
      ...(labels && { labels, error }),
    });

    const P = probabilities.read(cases);
    // a_k
    const a = labels ? error.read(cases).map((e) => discriminative * e) : P.map((p) => generative * p);
    labels?.forEach((y, b) => {
      a[b * classes + y] += generative;
    });
    ofLabels.write(meansOf(a, cases, first, classes));
    shares.write(drop ? a.map((share) => share / (1 - dropout)) : a);
    kernels.labelGradient({
      ...{ cases, input: pass.input, weights, first, shares, hidden },
      ...{ gradient: gradient.weights, factor: 1 / cases },
    });
    kernels.combine(slope, 0, slope, 0, slope);
    kernels.update({
      parameters: { ...gradient, visibleBias: slope },
      positive: { cases, visible: pass.free, hidden },
      negative: { cases: 0, visible: pass.free, hidden },
      rate: 1,
    });
    kernels.combine(gradient.visibleBias, 1, gradient.visibleBias, generative, slope);
    kernels.combine(gradient.visibleBias, 1, gradient.visibleBias, 1, ofLabels);
    dream?.(rows, update, labels ?? drawnLabels(P, cases, classes, seed, update));
    return fit;
  };
}

/** Means over the cases of values [cases, classes], as those of units from `first` on. */
function meansOf(values: Float32Array, cases: number, first: number, classes: number): Float32Array {
  const means = new Float64Array(first + classes);
  values.forEach((value, at) => {
    means[first + (at % classes)] += value / cases;
  });
  return Float32Array.from(means);
}

/** So low an input that a hidden unit is off for every class; not so low that its σ times a share is subnormal, which is slow. */
const off = -64;

/**
 * Hidden units that are left out of an update: their inputs become very low. The others count for as many more, so that the sum over all
 * units, which the machine is judged by, is the mean of what is learnt [Srivastava et al. 2014, section 8].
 */
function dropping({ kernels, seed }: LearningContext, rate: number) {
  return (cases: number, update: number) => ({
    scale: 1 / (1 - rate),
    inputs: (field: Field) =>
      kernels.dropOut({ cases, field, keep: 1 - rate, off, draw: { seed, purpose: "dropout", step: update } }),
  });
}

/** y ~ P(y | v) of each case, from probabilities [cases, classes]. */
function drawnLabels(P: Float32Array, cases: number, classes: number, seed: number, update: number): Uint32Array {
  const draw = { seed, purpose: "label", step: update } as const;
  return Uint32Array.from({ length: cases }, (_, b) => {
    let [left, y] = [uniformOf(draw, b, 0), 0];
    while (y < classes - 1 && left >= P[b * classes + y]) {
      left -= P[b * classes + y];
      y++;
    }
    return y;
  });
}
