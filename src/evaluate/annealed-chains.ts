/**
 * Annealed importance sampling [Neal 2001], whatever the machine: chains on a path of unnormalised distributions f_β, from f_0, which
 * can be drawn from and summed, to f_1, the machine's.
 *
 * One rule holds it together: weigh, then move. Forward, for k = 1 … K: ln w += ln f_k(x) − ln f_{k−1}(x), then x ~ T_k(· | x).
 * Backward, for k = K … 1: ln w −= the same difference, then x ~ T̃_{k−1}. The one is the other's time reversal. (Moving first makes
 * every estimate of log Z too large, by about the mean variance of ln f over a step.)
 */

import type { BaseRates } from "./base-rates.js";

/** Which random numbers a run of chains takes. */
export interface Run {
  readonly seed: number;
  /** Tells the runs of one seed apart: see `runs`. */
  readonly number: number;
  /** The number of the first chain, where many are run in turns. */
  readonly firstChain: number;
}

/** The runs that an estimate is made of. */
export const runs = { forward: 0, reverse: 1, start: 2, settle: 3, pilot: 4, base: 5, raise: 6 } as const;

/** A number of chains and their path; x [chains, units] is what the path is over (the visible units of an RBM, say). */
export interface AnnealedChains {
  /** The most chains at once. */
  readonly capacity: number;
  readonly units: number;
  /** What the path starts from: at first units that are on with probability ½. To be changed before a run, not during it. */
  base: BaseRates;
  /** ln Z_0 of this base, nats. */
  readonly baseLogPartition: number;
  /** x ~ f_0 of so many chains, exactly. */
  drawBase(chains: number, run: Run): void;
  /** Sets x of [chains, units], and with it the number of chains. */
  write(states: Uint8Array): void;
  read(): Uint8Array;
  /** ln f_to(x) − ln f_from(x) of each chain; then, with a move, x ~ T_to(· | x). */
  advance(from: number, to: number, move?: Move): Float64Array;
  /** x ~ T_β(· | x). */
  move(beta: number, move: Move): void;
}

/** Chains whose memory serves for other machines of the same shape. */
export interface ReusableChains<Machine> extends AnnealedChains {
  /** Takes another machine in place of the one before; the base stays. */
  load(machine: Machine): void;
}

/** One sweep T_β, which leaves f_β as it is. */
export interface Move {
  readonly run: Run;
  /** Which sweep of the run. */
  readonly step: number;
  /** The time reversal T̃: units in the opposite order. T̃ is T where a sweep is reversible, as an RBM's is. */
  readonly backwards?: boolean;
}

/** What long work tells: of what it is, how much is done. */
export interface Stage {
  readonly stage: "settling" | "schedule" | "forward" | "reverse" | "cases";
  /** Sweeps done, of how many. */
  readonly done: number;
  readonly of: number;
}

/** Long work in small steps, so that somebody else decides when to pause, report or stop (watch.ts). */
export type Work<T> = Generator<Stage, T, void>;

/** Runs all chains in turns of at most `capacity`, and puts the results of each turn together. */
export function* inTurns(
  chains: number,
  capacity: number,
  stage: Stage["stage"],
  sweeps: number,
  turn: (first: number, count: number) => Generator<void, Float64Array, void>,
): Work<Float64Array> {
  const all = new Float64Array(chains);
  const of = Math.ceil(chains / capacity) * sweeps;
  let done = 0;
  for (let first = 0; first < chains; first += capacity) {
    const steps = turn(first, Math.min(capacity, chains - first));
    for (let next = steps.next(); ; next = steps.next()) {
      if (next.done) {
        all.set(next.value, first);
        break;
      }
      yield { stage, done: ++done, of };
    }
  }
  return all;
}

/**
 * The forward process from where the chains are: ln w [chains], E e^{ln w} = Z / Z_0 from exact draws of f_0. `look` sees the weights on
 * the way, of the path up to each k.
 */
export function* heat(
  chains: AnnealedChains,
  betas: Float64Array,
  run: Run,
  look?: (k: number, logWeights: Float64Array) => void,
): Generator<void, Float64Array, void> {
  const last = betas.length - 1;
  let logWeights: Float64Array | undefined;
  for (let k = 1; k <= last; k++) {
    // nothing looks at where the last sweep would lead: x with its weight stands for f_1 as it is
    const ratios = chains.advance(betas[k - 1], betas[k], k < last ? { run, step: k } : undefined);
    logWeights = add(logWeights, ratios);
    look?.(k, logWeights);
    yield;
  }
  return logWeights as Float64Array;
}

/** The reverse process from where the chains are: ln w of the way back [chains], E e^{ln w} = Z_0 / Z from exact draws of f_1. */
export function* cool(chains: AnnealedChains, betas: Float64Array, run: Run): Generator<void, Float64Array, void> {
  let logWeights: Float64Array | undefined;
  for (let k = betas.length - 1; k >= 1; k--) {
    const ratios = chains.advance(betas[k], betas[k - 1], k > 1 ? { run, step: k - 1, backwards: true } : undefined);
    logWeights = add(logWeights, ratios);
    yield;
  }
  return logWeights as Float64Array;
}

function add(sum: Float64Array | undefined, more: Float64Array): Float64Array {
  return sum ? sum.map((x, n) => x + more[n]) : more;
}
