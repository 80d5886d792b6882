/** A run of a network and what is seen of it: states to keep, firing rates, energies, how often each state occurs. */

import {
  type AnnealingSchedule,
  type BatchMeans,
  batchMeans,
  energiesOf,
  type Moment,
  type Network,
  type NetworkDynamics,
  networkSampler,
  refuse,
  runTimeline,
  type Summary,
  timelineLength,
  withResidentNetwork,
} from "../../src/index.js";

export interface Simulation {
  readonly network: Network;
  readonly dynamics: NetworkDynamics;
  readonly temperature: number;
  readonly annealing: AnnealingSchedule;
  readonly clamped: ReadonlyMap<number, 0 | 1>;
  readonly chains: number;
  readonly burnIn: number;
  readonly steps: number;
  readonly every: number;
  readonly seed: number;
  readonly threads: number;
}

export interface Watched {
  /** Keep all states of all chains, and not only the first of the first chain. */
  readonly trajectory: boolean;
  /** Count how often each state of the free units occurs; for few units. */
  readonly counts: boolean;
}

export interface SimulationProgress {
  readonly moment: Moment;
  /** Time steps of the whole run. */
  readonly length: number;
  readonly seconds: number;
  /** How often a unit was drawn anew, over all chains, a second. */
  readonly updatesPerSecond: number;
  /** Mean over the chains, where weights are symmetric. */
  readonly energy: number | undefined;
}

export interface EnergyTrace {
  readonly times: readonly number[];
  /** Of the first chain, and the mean over all. */
  readonly chain: readonly number[];
  readonly mean: readonly number[];
}

export interface Observed {
  /** Whether a signal ended it before the last step. */
  readonly stopped: boolean;
  /** Time steps that were done. */
  readonly time: number;
  /** How many times states were kept, the first when, and how many steps lie between. */
  readonly kept: number;
  readonly from: number;
  readonly every: number;
  /** [kept, chains, N], where it was asked for. */
  readonly trajectory: Uint8Array | undefined;
  /** The first states of the first chain [≤ kept, N]. */
  readonly firstChain: Uint8Array;
  readonly rates: Summary;
  /** Where weights are symmetric. */
  readonly energy: Summary | undefined;
  readonly trace: EnergyTrace | undefined;
  /** Of every state of the free units [2^F], where it was asked for. */
  readonly frequencies: Summary | undefined;
}

/** States of one chain that a picture can show. */
const mostPictured = 400;

/** Draws are numbered by their step in 32 bits. */
const mostSteps = 2 ** 32 - 1;

/** Multiplications of a call that several threads do faster than one. */
const worthThreads = 2e5;

/** Multiplications between two looks at the clock: some hundredths of a second. */
const betweenLooks = 2e7;

/** Runs the simulation; once the signal is aborted it ends soon, with what was seen until then. */
export function simulate(
  { network, threads, seed, ...plan }: Simulation,
  watched: Watched,
  signal: AbortSignal,
  watch: (progress: SimulationProgress) => void,
): Promise<Observed> {
  const { chains, every, dynamics } = plan;
  return withResidentNetwork(network, { threads: threadsFor(network, plan, threads) }, async (resident) => {
    const sampler = networkSampler(resident, plan);
    const { free } = sampler;
    const state = sampler.init(seed, chains);
    const sweep = dynamics === "glauber" ? free.length : 1;
    const updatesAStep = chains * (dynamics === "glauber" ? 1 : free.length);
    const stride = Math.max(1, Math.floor(betweenLooks / (updatesAStep * network.units)));
    const length = timelineLength(sampler, plan);
    if (length > mostSteps) {
      const wayOut = "Take fewer --steps, a shorter --burn-in or --anneal.";
      throw refuse("size", { who: "time steps", got: String(length), expected: `at most ${mostSteps}`, wayOut });
    }
    const eyes = onlooker(network, free, plan, watched);
    const energies = network.kind === "boltzmann" ? energiesOf(resident, chains) : undefined;
    const start = performance.now();
    let shown = start;
    let energy = energies && eyes.energies(energies(state.states, chains), 0, false);
    let [lastEnergy, isFirst] = [0, true];
    for (const moment of runTimeline(sampler, state, plan, Math.min(stride, Math.max(every, sweep)))) {
      if (moment.kept) eyes.states(state.states.read(chains), moment.time);
      // an energy takes as long as a sweep
      if (energies && (moment.time - lastEnergy >= sweep || (moment.kept && isFirst))) {
        energy = eyes.energies(energies(state.states, chains), moment.time, moment.kept);
        lastEnergy = moment.time;
      }
      if (moment.kept) isFirst = false;
      const now = performance.now();
      if (now - shown < 100 && moment.time < length) continue;
      const seconds = (now - start) / 1000;
      const updatesPerSecond = (moment.time * updatesAStep) / seconds;
      watch({ moment, length, seconds, updatesPerSecond, energy });
      // signals are heard in between
      await new Promise(setImmediate);
      shown = performance.now();
      if (signal.aborted) break;
    }
    return { ...eyes.seen(), stopped: state.step < length, time: state.step, every };
  });
}

/** One thread where a step has so little work that handing it over takes longer than doing it. */
function threadsFor(
  { units }: Network,
  { chains, every, dynamics }: Pick<Simulation, "chains" | "every" | "dynamics">,
  most: number,
) {
  const multiplications = chains * units * (dynamics === "glauber" ? every : every * units);
  return multiplications < worthThreads ? 1 : most;
}

function onlooker(
  network: Network,
  free: Uint32Array,
  { chains, steps, every, dynamics }: Omit<Simulation, "network" | "threads" | "seed">,
  watched: Watched,
) {
  const { units } = network;
  const times = Math.floor(steps / every);
  const trajectory = watched.trajectory ? new Uint8Array(times * chains * units) : undefined;
  const firstChain = new Uint8Array(Math.min(times, mostPictured) * units);
  const rates = batchMeans(units, chains, times);
  const frequencies: BatchMeans | undefined = watched.counts ? batchMeans(2 ** free.length, chains, times) : undefined;
  const sweep = dynamics === "glauber" ? free.length : 1;
  const energyTimes = 1 + Math.floor((times - 1) / Math.ceil(sweep / every));
  const energy = network.kind === "boltzmann" ? batchMeans(1, chains, energyTimes) : undefined;
  const trace = energy && thinnedTrace();
  let [kept, from] = [0, 0];
  return {
    states(bits: Uint8Array, time: number): void {
      if (kept === 0) from = time;
      trajectory?.set(bits, kept * chains * units);
      if (kept < mostPictured) firstChain.set(bits.subarray(0, units), kept * units);
      for (let chain = 0; chain < chains; chain++) {
        const s = bits.subarray(chain * units, (chain + 1) * units);
        for (let i = 0; i < units; i++) if (s[i]) rates.add(chain, i, 1);
        if (frequencies) frequencies.add(chain, codeAmong(s, free), 1);
      }
      rates.next();
      frequencies?.next();
      kept++;
    },
    /** Gives the mean over the chains. */
    energies(values: Float64Array, time: number, isKept: boolean): number {
      const mean = values.reduce((a, b) => a + b, 0) / chains;
      trace?.add(time, values[0] as number, mean);
      if (isKept && energy) {
        for (let chain = 0; chain < chains; chain++) energy.add(chain, 0, values[chain] as number);
        energy.next();
      }
      return mean;
    },
    seen(): Omit<Observed, "stopped" | "time" | "every"> {
      return {
        kept,
        from,
        trajectory: trajectory?.subarray(0, kept * chains * units),
        firstChain: firstChain.subarray(0, Math.min(kept, mostPictured) * units),
        rates: rates.summary(),
        energy: energy?.summary(),
        trace: trace?.points,
        frequencies: frequencies?.summary(),
      };
    },
  };
}

/** The code of the free units' states: bit n is unit free[n]. */
function codeAmong(s: Uint8Array, free: Uint32Array): number {
  let code = 0;
  for (let n = 0; n < free.length; n++) code += (s[free[n] as number] as number) << n;
  return code;
}

/** Keeps evenly spaced points of a trace of any length: whenever it is full, every second one goes. */
function thinnedTrace(most = 2400) {
  const points = { times: [] as number[], chain: [] as number[], mean: [] as number[] };
  let [stride, seen] = [1, 0];
  return {
    points,
    add(time: number, chain: number, mean: number): void {
      if (seen++ % stride !== 0) return;
      points.times.push(time);
      points.chain.push(chain);
      points.mean.push(mean);
      if (points.times.length < most) return;
      for (const values of Object.values(points)) {
        for (let n = 0; 2 * n < most; n++) values[n] = values[2 * n] as number;
        values.length = most / 2;
      }
      stride *= 2;
    },
  };
}
