/** The dreams of the up-down algorithm: sweeps of the top pair, and the pass down. */

import type { Phase, Phases, States } from "../../kernels/kernels.js";
import { startTransposing, towardsHidden, towardsVisible } from "../../machines/resident.js";
import type { ResidentDbn } from "../../machines/resident-dbn.js";
import type { SavedState } from "../checkpoint.js";
import type { Batch } from "../learner.js";
import type { CompleteUpDown } from "./up-down-options.js";
import { chains } from "./up-down-saved.js";

/** Sweeps of the top pair from its upper layer, and the pass down: what it says of each bond's recognition weights, and of the top. */
export function startDream(
  { kernels, directed, top, layers }: ResidentDbn,
  learning: CompleteUpDown,
  saved: SavedState | undefined,
) {
  const { batchSize, clamp, seed } = learning;
  const isPersistent = learning.dreams === "persistent";
  const [joinedUnits, topUnits] = [top.visibleBias.size, top.hiddenBias.size];
  const joined = kernels.states(batchSize, joinedUnits);
  const joinedField = kernels.field(batchSize, joinedUnits);
  const chain = kernels.states(batchSize, topUnits);
  if (isPersistent && saved) chain.write(saved[chains].data as Uint8Array);
  else if (isPersistent) startAtNoise();
  const mean = kernels.field(batchSize, topUnits);
  // faster where it serves several sweeps
  const downwards = startTransposing(kernels, joinedUnits, topUnits);
  const plain = layers[directed.length];
  /** From the last layer but one down; samples as states and as numbers. Dreams of the visible layer are as its data are. */
  const made = [...directed.keys(), directed.length].map((l) => ({
    states: kernels.states(batchSize, layers[l]),
    field: kernels.field(batchSize, layers[l]),
  }));
  const found = directed.map(({ recognition }) => kernels.field(batchSize, recognition.hiddenBias.size));

  /** Random bits of the top layer: from there chains come to what the top pair holds for likely far from all data. */
  function startAtNoise(): void {
    kernels.clamp({
      levels: new Float32Array(topUnits).fill(0.5),
      units: topUnits,
      // one case of levels for all chains
      rows: new Uint32Array(batchSize),
      mode: "sample",
      draw: { seed, purpose: "dreamStart", step: 0 },
      out: chain,
    });
  }

  function dream({ rows, update }: Batch, from: States, sweeps: number) {
    const cases = isPersistent ? batchSize : rows.length;
    const down = sweeps > 1 ? downwards(top) : towardsVisible(top);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const draw = { seed, step: update, sweep } as const;
      const isLast = sweep === sweeps - 1;
      kernels.conditional({
        cases,
        from: sweep === 0 && !isPersistent ? from : chain,
        ...down,
        sample: joined,
        ...(isLast && { mean: joinedField, meanIsSample: true }),
        draw: { ...draw, purpose: "visible" },
      });
      kernels.conditional({
        cases,
        from: joined,
        ...towardsHidden(top),
        ...(isLast && { mean }),
        ...((!isLast || isPersistent) && { sample: chain }),
        draw: { ...draw, purpose: "hidden", sweep: sweep + 1 },
      });
    }
    const { states, field } = made[directed.length];
    kernels.copyUnits({ cases, from: joined, to: states, units: plain });
    kernels.copyUnits({ cases, from: joinedField, to: field, units: plain });
    const bonds: Phases[] = [];
    for (let l = directed.length - 1; l >= 0; l--) {
      const { generative, recognition } = directed[l];
      const [above, below] = [made[l + 1], made[l]];
      const asMean = l === 0 && clamp === "probability";
      const sample = { mean: below.field, meanIsSample: true, sample: below.states };
      const draw = { seed, purpose: "generation", step: update, sweep: l } as const;
      const wanted = asMean ? { mean: below.field } : { ...sample, draw };
      kernels.conditional({ cases, from: above.states, ...towardsVisible(generative), ...wanted });
      const visible = asMean ? below.field : below.states;
      kernels.conditional({ cases, from: visible, ...towardsHidden(recognition), mean: found[l] });
      const positive = { cases, visible, hidden: above.field };
      bonds[l] = { positive, negative: { ...positive, hidden: found[l] } };
    }
    return { bonds, top: { cases, visible: joined, hidden: mean } satisfies Phase };
  }
  return {
    dream,
    state: (): SavedState =>
      isPersistent ? { [chains]: { shape: [batchSize, topUnits], data: chain.read(batchSize) } } : {},
  };
}
