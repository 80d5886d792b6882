/**
 * The negative phase of a deep Boltzmann machine: chains that go on from update to update. A sweep draws all even layers given the odd
 * ones, then all odd layers given the even ones; between updates a chain is its odd layers.
 */

import type { Field, Phase, States } from "../../kernels/kernels.js";
import { type Layer, layerGiven, type ResidentDbm } from "../../machines/resident-dbm.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import type { HiddenChainsOptions } from "../rbm/hidden-chains.js";

export interface DbmChains {
  /** k sweeps under the parameters as they are: a phase for each bond, of the last sweep. */
  sweep(update: number): Phase[];
  state(): SavedState;
}

/** Layers of one side draw apart from each other by their sweeps; below this many sweeps an update they do. */
export const MOST_SWEEPS = 2 ** 16 - 1;

const nameOf = (l: number): string => `chains.layer.${l}`;
const isOdd = (l: number): boolean => l % 2 === 1;

export function dbmChainsSave({ chains }: HiddenChainsOptions, layers: readonly number[]): SavedShapes {
  return Object.fromEntries(layers.flatMap((units, l) => (isOdd(l) ? [[nameOf(l), [chains, units]] as const] : [])));
}

/**
 * Chains whose odd layers start as random bits, or go on from what was saved. With one hidden layer they are those of PCD, bit for bit.
 */
export function startDbmChains(
  resident: ResidentDbm,
  { chains, k, dream }: HiddenChainsOptions,
  seed: number,
  saved?: SavedState,
): DbmChains {
  const { kernels, layers } = resident;
  const given = layerGiven(resident, chains);
  const states: States[] = layers.map((units) => kernels.states(chains, units));
  /** What the statistics are of: means of odd layers, and even ones as zeros and ones, given which those are. */
  const fields = layers.map((units, l) => (l === 0 ? undefined : kernels.field(chains, units)));
  const even = layers.flatMap((_, l) => (isOdd(l) ? [] : [l]));
  const odd = layers.flatMap((_, l) => (isOdd(l) ? [l] : []));
  for (const l of odd) {
    if (saved) {
      states[l].write(saved[nameOf(l)].data as Uint8Array);
      continue;
    }
    kernels.clamp({
      levels: new Float32Array(layers[l]).fill(0.5),
      units: layers[l],
      // one case of levels for all chains
      rows: new Uint32Array(chains),
      mode: "sample",
      draw: { seed, purpose: "dreamStart", step: 0, sweep: l >> 1 },
      out: states[l],
    });
  }

  function draw(l: number, update: number, sweep: number, statistics: boolean): void {
    const purpose = isOdd(l) ? "hidden" : "visible";
    // sweep 0 of the hidden draws is the positive phase's, in an RBM
    const own = sweep + Number(isOdd(l)) + (l >> 1) * (MOST_SWEEPS + 1);
    const mean = statistics ? fields[l] : undefined;
    given(l, states, {
      cases: chains,
      sample: states[l],
      ...(mean && { mean, meanIsSample: !isOdd(l) || dream === "sample" }),
      draw: { seed, purpose, step: update, sweep: own },
    });
  }

  // a bond's upper layer is a field; its lower one bits where it can be
  const phases = layers.slice(1).map((_, l): Phase => {
    const visible: Layer = isOdd(l) ? (fields[l] as Field) : states[l];
    return { cases: chains, visible, hidden: fields[l + 1] as Field };
  });
  return {
    sweep(update) {
      for (let sweep = 0; sweep < k; sweep++) {
        const isLast = sweep === k - 1;
        for (const l of even) draw(l, update, sweep, isLast);
        for (const l of odd) draw(l, update, sweep, isLast);
      }
      return phases;
    },
    state: () =>
      Object.fromEntries(odd.map((l) => [nameOf(l), { shape: [chains, layers[l]], data: states[l].read(chains) }])),
  };
}
