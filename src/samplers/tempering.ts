/**
 * Parallel tempering: replicas of a machine on a ladder of inverse temperatures, with exchanges of states between neighbours. Hot replicas
 * cross what cold ones cannot; the law of each rung is left as it is.
 *
 * Rung k has the law e^{−U_k(x)}, over exactly the variables x that a chain carries. Neighbours k and l exchange states with probability
 *
 *   min(1, e^Δ),   Δ = U_k(x_k) + U_l(x_l) − U_k(x_l) − U_l(x_k),
 *
 * pairs (0, 1), (2, 3), … in one round, (1, 2), (3, 4), … in the next [Syed et al. 2022]. Machines: tempered-network.ts, tempered-rbm.ts.
 */

import { refuse } from "../errors.js";
import { exp } from "../math/exp.js";
import { checkSeed } from "../random/draw.js";
import { uniformOf } from "../random/uniform.js";
import { adaptedLadder, checkLadder, communicationBarrier } from "./ladder.js";
import type { Sampler } from "./sampler.js";
import { checkChains } from "./start.js";

/** Numbers and typed arrays only: a copy of it (structuredClone, say) goes on to the same bits. */
export interface TemperingState {
  readonly seed: number;
  /** Chains of each rung, which exchange with the chains of the same number on other rungs, and no others. */
  readonly chains: number;
  /** R inverse temperatures, falling; the first is that of the samples. May be changed between steps, by tuneLadder for one. */
  readonly betas: Float32Array;
  /** States in {0, 1} [R, chains, N]: the samples are the first [chains, N]. */
  readonly bits: Uint8Array;
  /** Rounds of exchanges done, and sweeps: the steps of the next draws. */
  round: number;
  sweep: number;
  /** Which replica is there [R, chains]: each exchange moves two; they start as 0 … R − 1 from the first rung on. */
  readonly replicas: Uint16Array;
  /** Of each replica [R, chains], where it has been last of the two ends: 0 neither, 1 the first rung, 2 the first and then the last. */
  readonly seen: Uint8Array;
  /** Of each pair of neighbours [R − 1]: exchanges tried since the counts began, and the sum of their probabilities. */
  readonly tried: Float64Array;
  readonly probability: Float64Array;
  /** How often a replica has come from the first rung to the last and back, since the counts began. */
  roundTrips: number;
}

export interface TemperingInfo {
  /** The samples [chains, N]: a view of the first rung's bits, good until the next step. */
  readonly sample: Uint8Array;
  /** Mean probability of an exchange of each pair of neighbours since the counts began [R − 1]; NaN where none was tried. */
  readonly swapProbability: Float64Array;
  readonly roundTrips: number;
}

/** A machine under tempering, over the variables that a chain carries. */
export interface TemperedMachine {
  /** N: bits a chain. */
  readonly units: number;
  /** First states [R, chains, N]. */
  start(seed: number, chains: number, rungs: number): Uint8Array;
  /**
   * Moves all chains of the state by `sweeps` sweeps, each at its rung's β, in the state's bits; then for each rung k with a partner (≥ 0)
   * sets ratios [R, chains] to U_k(x) − U_partner(x) of its chains.
   */
  sweep(state: TemperingState, sweeps: number, partner: Int32Array, ratios: Float64Array): void;
}

export interface TemperingOptions {
  /** The ladder: inverse temperatures, falling from that of the samples; linearLadder(8), say. */
  readonly betas: ArrayLike<number>;
  /** Sweeps in each step, before the exchanges; 1 by default. */
  readonly sweeps?: number;
}

/** The rung that exchanges with each one in a round, −1 for none. */
export function partners(rungs: number, round: number): Int32Array {
  return Int32Array.from({ length: rungs }, (_, k) => {
    const other = k % 2 === round % 2 ? k + 1 : k - 1;
    return other >= 0 && other < rungs ? other : -1;
  });
}

/** min(1, e^Δ), the same bits everywhere. */
export function swapProbability(delta: number): number {
  return delta >= 0 ? 1 : exp(delta);
}

/** A tempered machine as a sampler: a step is `sweeps` sweeps of every chain, then a round of exchanges. Throws "option" as checkLadder. */
export function temperingSampler(
  machine: TemperedMachine,
  { betas, sweeps = 1 }: TemperingOptions,
): Sampler<TemperingState, TemperingInfo> {
  const ladder = checkLadder(betas);
  const rungs = ladder.length;
  if (!Number.isInteger(sweeps) || sweeps < 1) {
    throw refuse("option", { who: "sweeps", got: String(sweeps), expected: "a whole number, at least 1" });
  }
  return {
    init(seed, chains) {
      checkSeed(seed);
      checkChains(chains);
      const replicas = Uint16Array.from({ length: rungs * chains }, (_, at) => Math.floor(at / chains));
      return {
        seed,
        chains,
        betas: ladder.slice(),
        bits: machine.start(seed, chains, rungs),
        round: 0,
        sweep: 0,
        replicas,
        seen: Uint8Array.from(replicas, (replica) => (replica === 0 ? 1 : 0)),
        tried: new Float64Array(rungs - 1),
        probability: new Float64Array(rungs - 1),
        roundTrips: 0,
      };
    },
    step(state) {
      const partner = partners(state.betas.length, state.round);
      const ratios = new Float64Array(state.replicas.length);
      machine.sweep(state, sweeps, partner, ratios);
      state.sweep += sweeps;
      exchange(state, machine.units, partner, ratios);
      state.round++;
      return {
        sample: state.bits.subarray(0, state.chains * machine.units),
        swapProbability: state.probability.map((sum, k) => sum / state.tried[k]),
        roundTrips: state.roundTrips,
      };
    },
  };
}

function exchange(state: TemperingState, units: number, partner: Int32Array, ratios: Float64Array): void {
  const { seed, chains, replicas, bits } = state;
  const draw = { seed, purpose: "exchange", step: state.round } as const;
  for (let k = 0; k < partner.length; k++) {
    if (partner[k] !== k + 1) continue;
    for (let chain = 0; chain < chains; chain++) {
      const [here, there] = [k * chains + chain, (k + 1) * chains + chain];
      const p = swapProbability(ratios[here] + ratios[there]);
      state.tried[k]++;
      state.probability[k] += p;
      if (p !== 1 && !(uniformOf(draw, chain, k) < p)) continue;
      [replicas[here], replicas[there]] = [replicas[there], replicas[here]];
      const kept = bits.slice(here * units, (here + 1) * units);
      bits.copyWithin(here * units, there * units, (there + 1) * units);
      bits.set(kept, there * units);
    }
  }
  noteEnds(state);
}

function noteEnds(state: TemperingState): void {
  const { chains, replicas, seen } = state;
  const last = replicas.length - chains;
  for (let chain = 0; chain < chains; chain++) {
    const [cold, hot] = [replicas[chain] * chains + chain, replicas[last + chain] * chains + chain];
    if (seen[cold] === 2) state.roundTrips++;
    seen[cold] = 1;
    if (seen[hot] === 1) seen[hot] = 2;
  }
}

/** Begins the counts of exchanges and round trips anew: after a burn-in, or when the ladder has changed. */
export function restartCounts(state: TemperingState): void {
  const { chains, replicas, seen, tried, probability } = state;
  seen.fill(0);
  for (let chain = 0; chain < chains; chain++) seen[replicas[chain] * chains + chain] = 1;
  tried.fill(0);
  probability.fill(0);
  state.roundTrips = 0;
}

export interface TuningOptions {
  /** Rounds of adaptation, each twice as long as the one before; 5 by default. */
  readonly rounds?: number;
  /** Steps of the first round; 16 by default. */
  readonly first?: number;
}

export interface TunedLadder {
  readonly betas: Float32Array;
  /** Of the last round, on the ladder before its last change [R − 1]. */
  readonly swapProbability: Float64Array;
  /** Λ of the last round, see communicationBarrier. */
  readonly barrier: number;
}

/**
 * Moves the rungs between the two ends to where all pairs exchange equally often, in place in the state, from swap probabilities that
 * it measures in rounds of doubling length. The chains go on from where they are; the counts begin anew with each round.
 */
export function tuneLadder(
  sampler: Sampler<TemperingState, TemperingInfo>,
  state: TemperingState,
  options: TuningOptions = {},
): TunedLadder {
  const work = ladderTuning(sampler, state, options);
  for (let next = work.next(); ; next = work.next()) if (next.done) return next.value;
}

/** The same with a pause after each step. */
export function* ladderTuning(
  sampler: Sampler<TemperingState, TemperingInfo>,
  state: TemperingState,
  { rounds = 5, first = 16 }: TuningOptions = {},
): Generator<void, TunedLadder, void> {
  // both parities of pairs must have had a turn
  for (const [who, value, low] of [
    ["rounds", rounds, 1],
    ["first", first, 2],
  ] as const) {
    if (!Number.isInteger(value) || value < low) {
      throw refuse("option", { who, got: String(value), expected: `a whole number, at least ${low}` });
    }
  }
  let measured = new Float64Array(0);
  for (let round = 0; round < rounds; round++) {
    restartCounts(state);
    let info: TemperingInfo | undefined;
    for (let step = 0; step < first * 2 ** round; step++) {
      info = sampler.step(state);
      yield;
    }
    measured = Float64Array.from((info as TemperingInfo).swapProbability);
    state.betas.set(adaptedLadder(state.betas, measured));
  }
  restartCounts(state);
  return { betas: state.betas.slice(), swapProbability: measured, barrier: communicationBarrier(measured) };
}
