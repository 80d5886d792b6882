/** What an update of an RBM goes through, read from the library's own rules while they train. */

import {
  contrastiveDivergence,
  hiddenMean,
  type NegativeRule,
  persistentContrastiveDivergence,
  type Rbm,
  visibleMean,
} from "#src/index.js";
import { CHAINS, type Settings } from "./fields.js";

/** A layer at a stage, of all cases of the batch (or all chains). */
export interface Layer {
  readonly units: number;
  /** [cases, units] in {0, 1}; none at the end of the chain, where probabilities are taken. */
  readonly sample: Float32Array | undefined;
  /** P(unit = 1 | the other layer) [cases, units]; none where a layer is clamped, or the other one was not seen. */
  readonly mean: Float32Array | undefined;
}

/** Layers v0, h0, v1, h1, …: stages but the last one. */
export type Stages = readonly Layer[];

export function ruleOf({ rule, k }: Pick<Settings, "rule" | "k">): NegativeRule {
  return rule === "pcd" ? persistentContrastiveDivergence({ k, chains: CHAINS }) : contrastiveDivergence({ k });
}

/**
 * The rule, whose stages are told as well. Contrastive divergence by fewer sweeps draws the same numbers, so that it says what the chain was on
 * its way; training's own bits do not change.
 */
export function watched(settings: Pick<Settings, "rule" | "k">, machine: () => Rbm, see: (stages: Stages) => void) {
  const rule = ruleOf(settings);
  const shorter =
    settings.rule === "cd"
      ? Array.from({ length: settings.k - 1 }, (_, n) => contrastiveDivergence({ k: n + 1, dream: "sample" }))
      : [];
  return {
    ...rule,
    start(context) {
      const phase = rule.start(context);
      const before = shorter.map((one) => one.start(context));
      return {
        ...phase,
        expect(batch, positive) {
          const result = phase.expect(batch, positive);
          if (!("cases" in result)) return result;
          const rbm = machine();
          const ordered = (units: Readable, cases: number) =>
            inOrder(Float32Array.from(units.read(cases)), cases, batch.rows);
          const v0 = ordered(positive.visible, positive.cases);
          const h0 = ordered(positive.hiddenSample, positive.cases);
          const layers: Layer[] = [
            { units: rbm.visible, sample: v0, mean: undefined },
            { units: rbm.hidden, sample: h0, mean: meansOf(rbm, v0, "hidden") },
          ];
          const sweep = (visible: Float32Array, hidden: Float32Array | undefined, from: Float32Array | undefined) => {
            const mean = from && meansOf(rbm, from, "visible");
            layers.push({ units: rbm.visible, sample: visible, mean });
            layers.push({ units: rbm.hidden, sample: hidden, mean: meansOf(rbm, visible, "hidden") });
          };
          let from: Float32Array | undefined = settings.rule === "cd" ? h0 : undefined;
          for (const one of before) {
            const there = one.expect(batch, positive);
            if (!("cases" in there)) continue;
            const hidden = ordered(there.hidden, there.cases);
            sweep(ordered(there.visible, there.cases), hidden, from);
            from = hidden;
          }
          sweep(ordered(result.visible, result.cases), undefined, from);
          see(layers);
          return result;
        },
      };
    },
  } satisfies NegativeRule as NegativeRule;
}

interface Readable {
  read(cases: number): ArrayLike<number>;
}

/** A batch in the order of its data; chains that belong to no case as they are. */
function inOrder(values: Float32Array, cases: number, rows: Uint32Array): Float32Array {
  if (cases !== rows.length) return values;
  const units = values.length / cases;
  const sorted = new Float32Array(values.length);
  for (let r = 0; r < cases; r++) sorted.set(values.subarray(r * units, (r + 1) * units), (rows[r] as number) * units);
  return sorted;
}

function meansOf(rbm: Rbm, given: Float32Array, layer: "visible" | "hidden"): Float32Array {
  const [from, to] = layer === "hidden" ? [rbm.visible, rbm.hidden] : [rbm.hidden, rbm.visible];
  const cases = given.length / from;
  const means = new Float32Array(cases * to);
  for (let c = 0; c < cases; c++) {
    const one = given.subarray(c * from, (c + 1) * from);
    means.set(layer === "hidden" ? hiddenMean(rbm, one) : visibleMean(rbm, one), c * to);
  }
  return means;
}

/** Σ v_i P(h_j) over the cases [V, H] of a sample of v and the means of h; of one case, or the mean of all. */
export function outer(visible: Layer, hidden: Layer, which?: number): Float32Array {
  const [V, H] = [visible.units, hidden.units];
  const product = new Float32Array(V * H);
  const [v, h] = [visible.sample as Float32Array, hidden.mean as Float32Array];
  const cases = v.length / V;
  const chosen = which === undefined ? Array.from({ length: cases }, (_, c) => c) : [which % cases];
  for (const c of chosen)
    for (let i = 0; i < V; i++)
      if (v[c * V + i])
        for (let j = 0; j < H; j++)
          product[i * H + j] = (product[i * H + j] as number) + (h[c * H + j] as number) / chosen.length;
  return product;
}
