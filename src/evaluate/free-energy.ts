/** Free energies of many cases. Differences are log-likelihood ratios: log P(v) − log P(v′) = F(v′) − F(v), without Z. */

import { chunks } from "../data/batches.js";
import type { Dataset } from "../data/dataset.js";
import type { ClampMode } from "../kernels/kernels.js";
import type { KernelOptions } from "../kernels/threads.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, type ResidentRbm, towardsHidden, withResident } from "../machines/resident.js";
import { softplus } from "../math/logistic.js";

const chunkSize = 256;

export interface FreeEnergyOptions {
  /** How grey levels become the binary v whose free energy is meant; "sample" by default. */
  readonly clamp?: ClampMode;
  readonly seed?: number;
}

/** F(v) of each case, nats [cases]. */
export function freeEnergies(
  rbm: Rbm,
  data: Dataset,
  options: FreeEnergyOptions & KernelOptions = {},
): Promise<Float64Array> {
  checkWidth("freeEnergies", data, rbm.visible);
  return withResident(rbm, options, (resident) => freeEnergiesOf(resident, options)(data));
}

/** The same for an RBM in the kernels: a function to call as often as one likes, whose memory is reserved once. */
export function freeEnergiesOf(
  { kernels, parameters }: ResidentRbm,
  { clamp = "sample", seed = 0 }: FreeEnergyOptions = {},
): (data: Dataset) => Float64Array {
  const { visibleBias, hiddenBias } = parameters;
  const [width, height] = [visibleBias.size, hiddenBias.size];
  const visible = clamp === "probability" ? kernels.field(chunkSize, width) : kernels.states(chunkSize, width);
  const input = kernels.field(chunkSize, height);
  return ({ levels, units, cases: all }) => {
    const bias = visibleBias.read();
    const energies = new Float64Array(all);
    let chunk = 0;
    let at = 0;
    for (const rows of chunks(all, chunkSize)) {
      const cases = rows.length;
      const draw = { seed, purpose: "evaluationClamp", step: 0, sweep: chunk++ } as const;
      kernels.clamp({ levels, units, rows, mode: clamp, draw, out: visible });
      kernels.conditional({ cases, from: visible, ...towardsHidden(parameters), input });
      const v = visible.read(cases);
      const x = input.read(cases);
      for (let b = 0; b < cases; b++) {
        let sum = 0;
        for (let i = 0; i < width; i++) sum -= bias[i] * v[b * width + i];
        for (let j = 0; j < height; j++) sum -= softplus(x[b * height + j]);
        energies[at++] = sum;
      }
    }
    return energies;
  };
}
