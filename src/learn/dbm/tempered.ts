/**
 * Parallel tempering as the negative phase of a deep Boltzmann machine: it is an RBM of the even layers against the odd ones (dbmAsRbm),
 * and tempered as one (tempered-rbm.ts), over the even layers, the odd ones summed out [Desjardins et al. 2010].
 */

import type { Dataset } from "../../data/dataset.js";
import { baseFromMeans } from "../../evaluate/base-rates.js";
import type { Field, Phase, States } from "../../kernels/kernels.js";
import { dbmAsRbm, sidesOf } from "../../machines/dbm.js";
import { levelMeans } from "../../machines/initialize.js";
import { residentRbm, writeParameters } from "../../machines/resident.js";
import { type Layer, layerGiven, type ResidentDbm, readDbm } from "../../machines/resident-dbm.js";
import { temperedRbm } from "../../samplers/tempered-rbm.js";
import { temperingSampler } from "../../samplers/tempering.js";
import type { SavedState } from "../checkpoint.js";
import { restoreTempering, savedTempering, type TemperedConfig } from "../tempering-state.js";
import type { DbmChains } from "./chains.js";

const isOdd = (l: number): boolean => l % 2 === 1;

/**
 * Chains on a ladder of inverse temperatures that go on from update to update; those at β = 1 are the statistics, of odd layers their means.
 * At β = 0 the visible units are independent, with the data's means, and those of the other even layers are fair coins.
 */
export function startTemperedDbm(
  resident: ResidentDbm,
  config: TemperedConfig,
  data: Dataset,
  seed: number,
  saved?: SavedState,
): DbmChains {
  const { kernels, layers, bonds } = resident;
  const { chains, sweeps, ladder } = config;
  const { even: units } = sidesOf({ layers });
  const asRbm = residentRbm(kernels, dbmAsRbm(readDbm(bonds)));
  const means = new Float64Array(units).fill(0.5);
  means.set(levelMeans(data).map((mean) => Math.min(mean, 1)));
  const purposes = { hidden: "dreamUnit", visible: "dreamChoice", start: "dreamStart" } as const;
  const machine = temperedRbm(asRbm, { base: baseFromMeans(means), purposes });
  const sampler = temperingSampler(machine, { betas: ladder, sweeps });
  const state = sampler.init(seed, chains);
  if (saved) restoreTempering(state, saved);

  const given = layerGiven(resident, chains);
  const bits: (States | undefined)[] = layers.map((size, l) => (isOdd(l) ? undefined : kernels.states(chains, size)));
  // the upper layer of a bond is a field; even ones hold zeros and ones
  const fields: (Field | undefined)[] = layers.map((size, l) => (l === 0 ? undefined : kernels.field(chains, size)));

  /** The samples, [chains, even units], layer by layer. */
  function spread(sample: Uint8Array): void {
    let start = 0;
    bits.forEach((layer, l) => {
      if (!layer) return;
      const size = layers[l];
      const own = new Uint8Array(chains * size);
      for (let c = 0; c < chains; c++) own.set(sample.subarray(c * units + start, c * units + start + size), c * size);
      layer.write(own);
      fields[l]?.write(Float32Array.from(own));
      start += size;
    });
  }

  const phases = layers.slice(1).map((_, l): Phase => {
    const visible = (isOdd(l) ? fields[l] : bits[l]) as Layer;
    return { cases: chains, visible, hidden: fields[l + 1] as Field };
  });
  return {
    sweep() {
      writeParameters(asRbm.parameters, dbmAsRbm(readDbm(bonds)));
      spread(sampler.step(state).sample);
      for (let l = 1; l < layers.length; l += 2) given(l, bits, { cases: chains, mean: fields[l] as Field });
      return phases;
    },
    state: () => savedTempering(state, config, units),
  };
}
