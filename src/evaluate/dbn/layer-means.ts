/** Means of a layer of a deep network for many cases, by a pass from below without randomness. */

import { chunks } from "../../data/batches.js";
import type { Dataset, Levels } from "../../data/dataset.js";
import { breathe } from "../../kernels/breathe.js";
import type { ClampMode, Field, Kernels, States } from "../../kernels/kernels.js";
import { type ResidentBond, upPass } from "../../machines/resident-dbn.js";

export const chunkSize = 256;
const breathEvery = 25;

/** How levels clamp visible units without randomness: bits as states, which is faster, and grey levels as they are. */
export function stillClamp(levels: Levels, clamp: ClampMode): "threshold" | "probability" {
  const full = levels instanceof Uint8Array ? 255 : 1;
  return clamp === "threshold" || levels.every((level) => level === 0 || level === full) ? "threshold" : "probability";
}

/** A layer of some cases, of which `first` is the first. */
export interface LayerChunk {
  readonly layer: States | Field;
  readonly cases: number;
  readonly first: number;
}

/** Passes of data up to the layer above these bonds, as means (the visible units themselves where there are none): chunk by chunk. */
export function startLayerMeans(
  kernels: Kernels,
  bonds: readonly ResidentBond[],
  { levels, units, cases: all }: Dataset,
  clamp: ClampMode,
): () => Generator<LayerChunk, void, void> {
  const mode = stillClamp(levels, clamp);
  const visible = mode === "threshold" ? kernels.states(chunkSize, units) : kernels.field(chunkSize, units);
  const pass = upPass(kernels, bonds, chunkSize, "mean");
  // neither needs random numbers
  const draw = { seed: 0, purpose: "evaluationRecognition", step: 0 } as const;
  return function* () {
    for (const rows of chunks(all, chunkSize)) {
      kernels.clamp({ levels, units, rows, mode, draw, out: visible });
      const layer = pass(visible, rows.length, draw).at(-1) ?? visible;
      yield { layer, cases: rows.length, first: rows[0] };
    }
  };
}

/** Calls `visit` for each chunk of cases. */
export async function forLayerMeans(
  kernels: Kernels,
  bonds: readonly ResidentBond[],
  data: Dataset,
  clamp: ClampMode,
  visit: (layer: States | Field, cases: number, first: number) => void,
): Promise<void> {
  let breath = performance.now();
  for (const { layer, cases, first } of startLayerMeans(kernels, bonds, data, clamp)()) {
    visit(layer, cases, first);
    if (performance.now() - breath < breathEvery) continue;
    await breathe();
    breath = performance.now();
  }
}

/** The means of the layer above these bonds [cases, its units]; its rows may be wider, with the rest 0. */
export async function layerMeans(
  kernels: Kernels,
  bonds: readonly ResidentBond[],
  data: Dataset,
  clamp: ClampMode,
  width = bonds.at(-1)?.recognition.hiddenBias.size ?? data.units,
): Promise<Float32Array> {
  const means = new Float32Array(data.cases * width);
  await forLayerMeans(kernels, bonds, data, clamp, (layer, cases, first) => {
    const values = layer.read(cases);
    for (let b = 0; b < cases; b++) {
      means.set(values.subarray(b * layer.units, (b + 1) * layer.units), (first + b) * width);
    }
  });
  return means;
}
