/** ⟨s_i⟩ and ⟨s_i s_j⟩ of the visible units: of data, and of a machine by itself, to be compared. */

import {
  anneal,
  type Boltzmann,
  type CompleteBoltzmannOptions,
  type Connections,
  type Dataset,
  exactMomentsOf,
  exactTerms,
  networkSampler,
  takeCases,
  withResidentNetwork,
} from "../../src/index.js";
import type { PairMoments } from "../figures/index.js";

/** Multiplications that take about a second. */
const oneSecond = 5e8;

/** The data's moments as learning clamps them: of levels that are sampled independently, or of thresholded ones. Of the first cases where there are many. */
export function momentsOfData(
  data: Dataset,
  clamp: CompleteBoltzmannOptions["clamp"],
): PairMoments & { readonly cases: number } {
  const { units } = data;
  const { levels, cases } = takeCases(data, Math.max(1, Math.floor(oneSecond / units ** 2)));
  const full = levels instanceof Uint8Array ? 255 : 1;
  const mean = new Float64Array(units);
  const pair = new Float64Array(units * units);
  const level = new Float64Array(units);
  const on = new Uint32Array(units);
  for (let c = 0; c < cases; c++) {
    let count = 0;
    for (let i = 0; i < units; i++) {
      const p = (levels[c * units + i] as number) / full;
      level[i] = clamp === "threshold" ? Number(p >= 0.5) : p;
      if (level[i] !== 0) on[count++] = i;
    }
    for (let n = 0; n < count; n++) {
      const i = on[n] as number;
      const share = (level[i] as number) / cases;
      mean[i] = (mean[i] as number) + share;
      for (let m = 0; m < count; m++) {
        const at = i * units + (on[m] as number);
        pair[at] = (pair[at] as number) + share * (level[on[m] as number] as number);
      }
    }
  }
  // a unit is with itself as often as it is on
  for (let i = 0; i < units; i++) pair[i * units + i] = mean[i] as number;
  return { mean, pair, cases };
}

export interface ModelMoments extends PairMoments {
  /** How they were had. */
  readonly how: string;
}

/** Terms of sums that take a fraction of a second. */
const cheapTerms = 2 ** 22;
/** Units of a machine that is no longer small. */
const large = 512;
/** Chains begin at random bits this many times hotter, and cool down in these stages. */
const hotter = [4, 2.8, 2, 1.4, 1];

/** The machine's moments over its visible units: exact where that is quick, else of chains that cool down from random bits. */
export async function momentsOfModel(
  machine: Boltzmann,
  connections: Connections,
  { temperature, seed }: Pick<CompleteBoltzmannOptions, "temperature" | "seed">,
  threads: number,
): Promise<ModelMoments> {
  const { units, visible } = machine;
  if (exactTerms(connections, visible, "all", cheapTerms) <= cheapTerms) {
    const { mean, pair } = exactMomentsOf(connections, visible)(machine.weights, machine.bias, temperature);
    return { ...amongVisible(machine, mean, pair), how: "exact" };
  }
  const chains = units <= large ? 500 : 100;
  const sweeps = Math.max(20, Math.min(1000, Math.floor((20 * oneSecond) / (chains * units ** 2))));
  const readings = Math.min(50, Math.floor(sweeps / 2));
  const steps = Math.ceil(sweeps / hotter.length);
  const sums = await withResidentNetwork(machine, { threads }, async (resident) => {
    const sampler = networkSampler(resident, { dynamics: "sequential", temperature });
    const state = sampler.init(seed, chains);
    anneal(
      sampler,
      state,
      hotter.map((factor) => ({ steps, temperature: factor * temperature })),
    );
    const counts = new Float64Array(units * units);
    for (let reading = 0; reading < readings; reading++) {
      sampler.step(state);
      resident.kernels.coincidences(state.states, chains).forEach((count, at) => {
        counts[at] = (counts[at] as number) + count;
      });
    }
    return counts.map((count) => count / (readings * chains));
  });
  const mean = Float64Array.from({ length: units }, (_, i) => sums[i * units + i] as number);
  const how = `${chains} chains, cooled down to T in ${hotter.length * steps} sweeps, ${readings} readings`;
  return { ...amongVisible(machine, mean, sums), how };
}

/** The moments of the visible units, in their order. */
function amongVisible(machine: Boltzmann, mean: Float64Array, pair: Float64Array): PairMoments {
  return {
    mean: Float64Array.from(machine.visible, (i) => mean[i] as number),
    pair: visiblePart(machine, pair),
  };
}

/** Of a matrix [N, N] the rows and columns of the visible units [V, V]. */
export function visiblePart({ units, visible }: Boltzmann, matrix: ArrayLike<number>): Float64Array {
  const V = visible.length;
  const part = new Float64Array(V * V);
  visible.forEach((i, a) => {
    visible.forEach((j, b) => {
      part[a * V + b] = matrix[i * units + j] as number;
    });
  });
  return part;
}
