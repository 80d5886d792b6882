/** What all annealed estimates share: the machine's chains in the kernels, the base they start from, the temperatures. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { checkSeed } from "../random/draw.js";
import { adaptiveTemperatures } from "./adaptive-temperatures.js";
import { type AnnealedChains, type Run, runs, type Work } from "./annealed-chains.js";
import { type BaseRates, baseFromData, baseFromMeans } from "./base-rates.js";
import { networkChains } from "./network-chains.js";
import { rbmChains } from "./rbm-chains.js";
import {
  checkTemperatures,
  linearTemperatures,
  salakhutdinovMurrayTemperatures,
  type Temperatures,
} from "./temperatures.js";
import { type WatchOptions, watched } from "./watch.js";

export interface AnnealingOptions extends KernelOptions, WatchOptions {
  /** Independent chains. */
  readonly chains?: number;
  /** "adaptive" by default. */
  readonly temperatures?: Temperatures;
  /** The base has the means of these data (visible units of an RBM); without them, those of a short run of the machine. */
  readonly data?: Dataset;
  readonly seed?: number;
  /** The last so many visible units of an RBM are label units, of which exactly one is on; 0 by default. */
  readonly classes?: number;
  /** Kernels to use instead of making some; they are not disposed of, and keep what a call takes of their memory. */
  readonly kernels?: Kernels;
}

/** Chains that are run at once; more take turns. */
const together = 256;
/** The pilots want a population whatever the number of chains. */
const leastCapacity = 100;

/**
 * Sets up the chains, base and temperatures that the options ask for, and runs `work` on them, with pauses and reports.
 *
 * Throws "option" for a number of chains that is not whole and positive, and for temperatures that do not rise from 0 to 1; "shape" for
 * data of another width; "data" for parameters that are not finite.
 */
export async function withAnnealing<T>(
  machine: Rbm | Boltzmann,
  options: AnnealingOptions,
  chainsInAll: number,
  work: (chains: AnnealedChains, betas: Float64Array) => Work<T>,
): Promise<T> {
  const { temperatures = "adaptive", data, seed = 0 } = options;
  checkSeed(seed);
  if (!Number.isInteger(chainsInAll) || chainsInAll < 1) {
    throw refuse("option", { who: "chains", got: String(chainsInAll), expected: "a whole number, at least 1" });
  }
  checkFinite(machine);
  if (data) checkWidth("annealing: data", data, machine.kind === "rbm" ? machine.visible : machine.units);
  const fixed = temperatures === "adaptive" ? undefined : temperaturesOf(temperatures);
  const kernels = options.kernels ?? (await createKernels(options));
  try {
    const capacity = Math.min(together, Math.max(leastCapacity, chainsInAll));
    const chains =
      machine.kind === "rbm"
        ? rbmChains(kernels, machine, capacity, options.classes)
        : networkChains(kernels, machine, capacity);
    return await watched(all(chains), options);
  } finally {
    if (!options.kernels) kernels.dispose();
  }

  function* all(chains: AnnealedChains): Work<T> {
    chains.base = data ? baseFromData(data) : yield* baseFromMachine(chains, seed);
    return yield* work(chains, fixed ?? (yield* adaptiveTemperatures(chains, seed)));
  }
}

function temperaturesOf(temperatures: Exclude<Temperatures, "adaptive">): Float64Array {
  if (typeof temperatures === "number") return linearTemperatures(temperatures);
  return temperatures === "sm" ? salakhutdinovMurrayTemperatures() : checkTemperatures(temperatures);
}

function checkFinite(machine: Rbm | Boltzmann): void {
  const { weights } = machine;
  const biases = machine.kind === "rbm" ? [machine.visibleBias, machine.hiddenBias] : [machine.bias];
  for (const values of [weights, ...biases]) {
    const bad = values.findIndex((x) => !Number.isFinite(x));
    if (bad < 0) continue;
    const got = `${values[bad]} among the parameters`;
    throw refuse("data", { who: "annealing", got, expected: "finite weights and biases" });
  }
}

const [baseSweeps, baseEvery] = [100, 5];

/** The base of the machine's own means, over the second half of a short run of chains from random bits. */
function* baseFromMachine(chains: AnnealedChains, seed: number): Work<BaseRates> {
  const run: Run = { seed, number: runs.base, firstChain: 0 };
  chains.drawBase(Math.min(leastCapacity, chains.capacity), run);
  const sums = new Float64Array(chains.units);
  let count = 0;
  for (let step = 0; step < baseSweeps; step++) {
    chains.move(1, { run, step });
    if (step >= baseSweeps / 2 && step % baseEvery === 0) {
      const states = chains.read();
      for (let at = 0; at < states.length; at++) sums[at % chains.units] += states[at];
      count += states.length / chains.units;
    }
    yield { stage: "schedule", done: step, of: baseSweeps };
  }
  return baseFromMeans(sums.map((sum) => sum / count));
}
