/** How well chains of a machine mix, by block Gibbs or sequential sweeps alone and under parallel tempering: what to think of its samples. */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import { type Boltzmann, stateEnergy } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth, residentRbm } from "../machines/resident.js";
import { residentNetwork } from "../machines/resident-network.js";
import { autocorrelation, type Series, splitRHat } from "../math/statistics.js";
import { gibbsSampler } from "../samplers/gibbs.js";
import { communicationBarrier, linearLadder } from "../samplers/ladder.js";
import { networkSampler } from "../samplers/network.js";
import { temperedNetwork } from "../samplers/tempered-network.js";
import { temperedRbm } from "../samplers/tempered-rbm.js";
import { ladderTuning, restartCounts, type TemperedMachine, temperingSampler } from "../samplers/tempering.js";
import type { Stage, Work } from "./annealed-chains.js";
import { baseFromData } from "./base-rates.js";
import { freeEnergiesOf } from "./free-energy.js";
import { type WatchOptions, watched } from "./watch.js";

/** Of a number that each chain has at each time. */
export interface ChainDiagnostics {
  readonly chains: number;
  /** Times of each chain that count: the second half of a run. */
  readonly sweeps: number;
  /** Integrated autocorrelation time, in sweeps: ½ for independent ones. */
  readonly autocorrelationTime: number;
  /** How many independent draws would tell its mean as well. */
  readonly effectiveSampleSize: number;
  /** Split R̂; above 1.01 the chains do not tell the same yet [Vehtari et al. 2021]. */
  readonly rHat: number;
}

export interface LadderDiagnostics extends ChainDiagnostics {
  /** The ladder, adapted to equal swap probabilities, from 1 down to 0. */
  readonly betas: Float32Array;
  /** Mean probability of an exchange of each pair of neighbours [rungs − 1]. */
  readonly swapProbability: Float64Array;
  /** Λ, the sum of all refusals: 2 Λ rungs give most round trips for the work [Syed et al. 2022]. */
  readonly barrier: number;
  /** Ways of a replica from the first rung to the last and back, of all chains in `sweeps` sweeps, */
  readonly roundTrips: number;
  /** and of one chain in one sweep: ½ where no exchange is refused. */
  readonly roundTripRate: number;
}

export interface DiagnoseOptions extends KernelOptions, WatchOptions {
  /** 20 by default, at least 4. */
  readonly chains?: number;
  /** Of each chain, of which the second half counts; 1,000 by default, at least 16. */
  readonly sweeps?: number;
  /** Of the ladder; 12 by default. */
  readonly rungs?: number;
  /** Of an RBM: every other chain starts at a case, and the last rung has the means of the data; otherwise all start as random bits. */
  readonly data?: Dataset;
  readonly seed?: number;
}

export interface SamplingDiagnostics {
  /** Sweeps at the machine's own temperature: block Gibbs sampling of an RBM, unit after unit of a general machine. */
  readonly gibbs: ChainDiagnostics;
  readonly tempering: LadderDiagnostics;
}

/** Autocorrelation time, effective sample size and split R̂ of chains, whatever made them [chains][times]. Throws "shape" as splitRHat. */
export function diagnoseSeries(chains: readonly Series[]): ChainDiagnostics {
  const { time, effectiveSampleSize } = autocorrelation(chains);
  const sweeps = (chains[0] as Series).length;
  return { chains: chains.length, sweeps, autocorrelationTime: time, effectiveSampleSize, rHat: splitRHat(chains) };
}

/**
 * Runs chains of the machine and tells how they mix, by their energies: F(v) of an RBM, E(s) of a general machine. Chains that never leave
 * where they started agree with themselves: R̂ shows it only where starts differ in energy, so give data. The last rung has the data's means
 * then: what the data never do, tempered chains may not find either.
 *
 * Throws "option" for fewer than 4 chains or 16 sweeps, and as linearLadder; "shape" for data of another width.
 */
export async function diagnoseSampling(
  machine: Rbm | Boltzmann,
  options: DiagnoseOptions = {},
): Promise<SamplingDiagnostics> {
  const { chains = 20, sweeps = 1000, rungs = 12, data, seed = 0 } = options;
  for (const [who, value, least] of [
    ["chains", chains, 4],
    ["sweeps", sweeps, 16],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw refuse("option", { who, got: String(value), expected: `a whole number, at least ${least}` });
  }
  const ladder = linearLadder(rungs);
  if (data)
    checkWidth("diagnoseSampling: data", data, machine.kind === "rbm" ? machine.visible : machine.visible.length);
  const kernels = await createKernels(options);
  try {
    const parts = machine.kind === "rbm" ? rbmParts(kernels, machine, chains, data) : networkParts(kernels, machine);
    const work = function* (): Work<SamplingDiagnostics> {
      return { gibbs: yield* plain(parts, sweeps, chains, seed), tempering: yield* tempered() };
    };
    const tempered = () => onLadder(parts, ladder, sweeps, chains, seed);
    return await watched(work(), options);
  } finally {
    kernels.dispose();
  }
}

/** What differs between the kinds of machine. */
interface Parts {
  /** Begins chains; each call then makes a sweep and gives the states [chains, N]. */
  plain(seed: number, chains: number): () => Uint8Array;
  readonly tempered: TemperedMachine;
  /** Of each of the states [chains, N]. */
  energies(states: Uint8Array): Float64Array;
}

function rbmParts(kernels: Kernels, rbm: Rbm, chains: number, data: Dataset | undefined): Parts {
  const resident = residentRbm(kernels, rbm);
  const units = rbm.visible;
  const energies = freeEnergiesOf(resident, { clamp: "threshold" });
  const start = data && everyOther(data, chains);
  return {
    plain(seed, count) {
      const sampler = gibbsSampler(resident, start ? { start } : {});
      const state = sampler.init(seed, count);
      return () => {
        sampler.step(state);
        return state.visible.read(count);
      };
    },
    tempered: temperedRbm(resident, data ? { base: baseFromData(data) } : {}),
    energies: (states) =>
      energies({ name: "chains", cases: states.length / units, units, levels: states.map((bit) => 255 * bit) }),
  };
}

/** Cases, and between them levels of ½, which are drawn to random bits. */
function everyOther({ name, levels, cases, units }: Dataset, chains: number): Dataset {
  const full = levels instanceof Uint8Array ? 255 : 1;
  const starts = new Float32Array(chains * units).fill(0.5);
  for (let chain = 0; chain < chains; chain += 2) {
    const from = ((chain / 2) % cases) * units;
    for (let i = 0; i < units; i++) starts[chain * units + i] = levels[from + i] / full;
  }
  return { name, cases: chains, units, levels: starts };
}

function networkParts(kernels: Kernels, machine: Boltzmann): Parts {
  const resident = residentNetwork(kernels, machine);
  const { units } = machine;
  return {
    plain(seed, count) {
      const sampler = networkSampler(resident, { dynamics: "sequential" });
      const state = sampler.init(seed, count);
      return () => {
        sampler.step(state);
        return state.states.read(count);
      };
    },
    tempered: temperedNetwork(resident),
    energies: (states) =>
      Float64Array.from({ length: states.length / units }, (_, chain) =>
        stateEnergy(machine, states.subarray(chain * units, (chain + 1) * units)),
      ),
  };
}

/** The energies of each chain over so many calls of `next`. */
function* followed(
  stage: Stage["stage"],
  next: () => Uint8Array,
  energies: Parts["energies"],
  sweeps: number,
  chains: number,
): Work<Float64Array[]> {
  const series = Array.from({ length: chains }, () => new Float64Array(sweeps));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [chain, energy] of energies(next()).entries()) series[chain][sweep] = energy;
    yield { stage, done: sweep + 1, of: sweeps };
  }
  return series;
}

/** The first half of a run, which does not count. */
function* settled(next: () => Uint8Array, sweeps: number): Work<void> {
  for (let sweep = 0; sweep < sweeps; sweep++) {
    next();
    yield { stage: "settling", done: sweep + 1, of: sweeps };
  }
}

function* plain(parts: Parts, sweeps: number, chains: number, seed: number): Work<ChainDiagnostics> {
  const next = parts.plain(seed, chains);
  yield* settled(next, sweeps >> 1);
  return diagnoseSeries(yield* followed("chains", next, parts.energies, sweeps - (sweeps >> 1), chains));
}

function* onLadder(
  parts: Parts,
  ladder: Float32Array,
  sweeps: number,
  chains: number,
  seed: number,
): Work<LadderDiagnostics> {
  const sampler = temperingSampler(parts.tempered, { betas: ladder });
  const state = sampler.init(seed, chains);
  // rounds of 8, 16, 32 … steps, together about half of the sweeps
  const rounds = Math.max(1, Math.floor(Math.log2(sweeps / 16 + 1)));
  let done = 0;
  for (const _ of ladderTuning(sampler, state, { rounds, first: 8 })) {
    yield { stage: "schedule", done: ++done, of: 8 * (2 ** rounds - 1) };
  }
  const half = sweeps >> 1;
  const next = () => sampler.step(state).sample;
  yield* settled(next, half);
  restartCounts(state);
  const series = yield* followed("tempering", next, parts.energies, sweeps - half, chains);
  const swapProbability = state.probability.map((sum, k) => sum / state.tried[k]);
  return {
    ...diagnoseSeries(series),
    betas: state.betas.slice(),
    swapProbability,
    barrier: communicationBarrier(swapProbability),
    roundTrips: state.roundTrips,
    roundTripRate: state.roundTrips / (chains * (sweeps - half)),
  };
}
