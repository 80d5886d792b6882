/** The pass up of the up-down algorithm, from the data. */

import type { Field, Kernels, Phase, Phases, States } from "../../kernels/kernels.js";
import { towardsHidden, towardsVisible } from "../../machines/resident.js";
import type { ResidentDbn } from "../../machines/resident-dbn.js";
import type { Batch } from "../learner.js";
import { joinLabels } from "./layer-input.js";
import type { CompleteUpDown } from "./up-down-options.js";

/** The pass up: what it says of each bond's generative weights, and where the top pair is. */
export function startWake({ kernels, directed, top, layers, classes }: ResidentDbn, learning: CompleteUpDown) {
  const { batchSize, clamp, seed } = learning;
  const visible = layerOf(kernels, clamp === "probability", batchSize, layers[0]);
  const hidden = directed.map(({ recognition: { hiddenBias } }) => ({
    states: kernels.states(batchSize, hiddenBias.size),
    field: kernels.field(batchSize, hiddenBias.size),
  }));
  const made = directed.map(({ generative }) => kernels.field(batchSize, generative.visibleBias.size));
  // of the kind that the layer below the top has
  const kind = directed.length === 0 ? visible.kind : "states";
  const joined = layerOf(kernels, kind === "field", batchSize, top.visibleBias.size);
  const join = joinLabels(kernels, batchSize, classes, kind === "field" ? "mean" : "sample");
  const mean = kernels.field(batchSize, top.hiddenBias.size);
  const hiddenSample = kernels.states(batchSize, top.hiddenBias.size);

  function up({ data, rows, update }: Batch) {
    const cases = rows.length;
    const draw = { seed, purpose: "clamp", step: update } as const;
    kernels.clamp({ levels: data.levels, units: layers[0], rows, mode: clamp, draw, out: visible });
    let below: States | Field = visible;
    const bonds = directed.map(({ generative, recognition }, l): Phases => {
      const { states, field } = hidden[l];
      const own = { ...draw, purpose: "recognition", sweep: l } as const;
      const sample = { mean: field, meanIsSample: true, sample: states, draw: own };
      kernels.conditional({ cases, from: below, ...towardsHidden(recognition), ...sample });
      kernels.conditional({ cases, from: states, ...towardsVisible(generative), mean: made[l] });
      const positive = { cases, visible: below, hidden: field };
      below = states;
      return { positive, negative: { ...positive, visible: made[l] } };
    });
    const last = classes > 0 ? joined : below;
    if (classes > 0) join(below, joined, rows, data.labels ?? []);
    kernels.conditional({
      cases,
      from: last,
      ...towardsHidden(top),
      mean,
      sample: hiddenSample,
      draw: { ...draw, purpose: "hidden" },
    });
    const error = made[0] && { sum: kernels.squaredError(visible, made[0], cases), count: cases * layers[0] };
    return { bonds, top: { cases, visible: last, hidden: mean } satisfies Phase, hiddenSample, error };
  }
  return { up };
}

function layerOf(kernels: Kernels, asField: boolean, capacity: number, units: number): States | Field {
  return asField ? kernels.field(capacity, units) : kernels.states(capacity, units);
}
