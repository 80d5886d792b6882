/**
 * Reconstruction: what the machine makes of a case in one step v → h → v.
 *
 * Its error is a proxy: easy to watch, and it can fall while the likelihood falls too [Hinton 2010, section 5].
 */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { ClampMode } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, type ResidentRbm, towardsHidden, towardsVisible, withResident } from "../machines/resident.js";
import { overCases } from "./over-cases.js";

const chunkSize = 256;

/** P(v | h) with h = P(h | v), v the grey levels as they are: no randomness; [cases, units] in [0, 1]. */
export function reconstruct(rbm: Rbm, data: Dataset, options: KernelOptions = {}): Promise<Float32Array> {
  return overCases("reconstruct", rbm, data, options, ({ kernels, parameters }, visible) => {
    const hidden = kernels.field(visible.capacity, rbm.hidden);
    return (cases) => {
      kernels.conditional({ cases, from: visible, ...towardsHidden(parameters), mean: hidden });
      kernels.conditional({ cases, from: hidden, ...towardsVisible(parameters), mean: visible });
      return visible;
    };
  });
}

export interface ReconstructionOptions {
  /** How grey levels clamp the visible units; "sample" by default, as in training. */
  readonly clamp?: ClampMode;
  readonly reconstruction?: "sample" | "probability";
  readonly seed?: number;
}

/** Mean squared difference of a visible unit and its reconstruction v → h → v, in [0, 1]: what training reports, on any data. */
export function reconstructionError(
  rbm: Rbm,
  data: Dataset,
  options: ReconstructionOptions & KernelOptions = {},
): Promise<number> {
  checkWidth("reconstructionError", data, rbm.visible);
  return withResident(rbm, options, (resident) => reconstructionErrorOf(resident, options)(data));
}

/**
 * The same for an RBM in the kernels: a function to call as often as one likes, whose memory is reserved once.
 * `step` tells evaluations of one seed apart (the number of the epoch, say).
 */
export function reconstructionErrorOf(
  { kernels, parameters }: ResidentRbm,
  { clamp = "sample", reconstruction = "sample", seed = 0 }: ReconstructionOptions,
): (data: Dataset, step?: number) => number {
  const { visibleBias, hiddenBias } = parameters;
  const layer = (asField: boolean) => (asField ? kernels.field : kernels.states)(chunkSize, visibleBias.size);
  const visible = layer(clamp === "probability");
  const rebuilt = layer(reconstruction === "probability");
  const hidden = kernels.states(chunkSize, hiddenBias.size);

  function chunkError({ levels, units }: Dataset, rows: Uint32Array, step: number, chunk: number): number {
    const cases = rows.length;
    const draw = { seed, step, sweep: chunk } as const;
    kernels.clamp({ levels, units, rows, mode: clamp, draw: { ...draw, purpose: "evaluationClamp" }, out: visible });
    kernels.conditional({
      cases,
      from: visible,
      ...towardsHidden(parameters),
      sample: hidden,
      draw: { ...draw, purpose: "evaluationHidden" },
    });
    kernels.conditional({
      cases,
      from: hidden,
      ...towardsVisible(parameters),
      ...(rebuilt.kind === "states" ? { sample: rebuilt } : { mean: rebuilt }),
      draw: { ...draw, purpose: "evaluationVisible" },
    });
    return kernels.squaredError(visible, rebuilt, cases);
  }

  return (data, step = 0) => {
    let sum = 0;
    let chunk = 0;
    for (const rows of chunks(data.cases, chunkSize)) sum += chunkError(data, rows, step, chunk++);
    return sum / (data.cases * data.units);
  };
}
