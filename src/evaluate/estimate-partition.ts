/** log Z of any machine here: exactly where it can be summed, else between a forward and a reverse estimate, with what to think of them. */

import { refuse } from "../errors.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Rbm } from "../machines/rbm.js";
import { type ForwardEstimate, forwardEstimate } from "./ais.js";
import type { AnnealedChains, Work } from "./annealed-chains.js";
import { type AnnealingOptions, withAnnealing } from "./annealing.js";
import { type BennettEstimate, bennett } from "./bar.js";
import { networkLogPartition } from "./equilibrium.js";
import { exactNetworkStates, exactVisibleStates, MOST_DRAWN_UNITS } from "./exact-draws.js";
import { exactLogPartition, MOST_EXACT_UNITS } from "./log-partition.js";
import { warningsAbout } from "./partition-warnings.js";
import { type ReverseEstimate, reverseEstimate } from "./reverse-ais.js";
import { type Starts, settledStates } from "./settled-chains.js";

export interface PartitionOptions extends AnnealingOptions {
  /** "auto", the default, sums exactly where the smaller layer (or the whole of a general machine) has at most 25 units. */
  readonly method?: "auto" | "exact" | "ais";
  /** Chains each way; 250 by default. */
  readonly chains?: number;
  /** At most so many sweeps are spent on the chains that the reverse estimate starts from, before the first start; 4,000 by default. */
  readonly mostSettlingSweeps?: number;
}

export interface LogPartition {
  /** log Z, nats: exact, or the estimate that both directions give together. */
  readonly value: number;
  /** The forward estimate less three standard errors, the reverse one and three more; both `value` where it is exact. */
  readonly lower: number;
  readonly upper: number;
  readonly method: "exact" | "ais";
  readonly forward?: ForwardEstimate;
  readonly reverse?: ReverseEstimate;
  /** `value` and its standard error by Bennett's acceptance ratio. */
  readonly combined?: BennettEstimate;
  readonly starts?: Starts;
  /** Of the forward chains. */
  readonly effectiveSampleSize?: number;
  readonly chains?: number;
  readonly temperatures?: number;
  /** What makes the estimate doubtful, in words; empty where nothing does. */
  readonly warnings: readonly string[];
}

/**
 * log Z, nats. The same bits for any number of threads.
 *
 * Throws "size" for method "exact" above 25 units, and as `withAnnealing`.
 */
export async function logPartition(machine: Rbm | Boltzmann, options: PartitionOptions = {}): Promise<LogPartition> {
  const { method = "auto", chains: count = 250, mostSettlingSweeps = 4000, seed = 0, classes = 0 } = options;
  const units = machine.kind === "rbm" ? Math.min(machine.visible - classes, machine.hidden) : machine.units;
  if (method === "exact" || (method === "auto" && units <= MOST_EXACT_UNITS)) {
    const value = machine.kind === "rbm" ? exactLogPartition(machine, classes) : networkLogPartition(machine);
    return { value, lower: value, upper: value, method: "exact", warnings: [] };
  }
  if (!Number.isInteger(mostSettlingSweeps) || mostSettlingSweeps < 20) {
    const got = String(mostSettlingSweeps);
    throw refuse("option", { who: "most settling sweeps", got, expected: "a whole number, at least 20" });
  }
  return withAnnealing(machine, options, count, (chains, betas) =>
    estimateFromBothSides(machine, chains, betas, { chains: count, mostSettlingSweeps, seed, classes }),
  );
}

/** The estimate of `logPartition`, with chains that hold the machine. */
export function* estimateFromBothSides(
  machine: Rbm | Boltzmann,
  chains: AnnealedChains,
  betas: Float64Array,
  {
    chains: count,
    mostSettlingSweeps,
    seed,
    classes = 0,
  }: Required<Pick<PartitionOptions, "chains" | "mostSettlingSweeps" | "seed">> & Pick<PartitionOptions, "classes">,
): Work<LogPartition> {
  const units = machine.kind === "rbm" ? Math.min(machine.visible - classes, machine.hidden) : machine.units;
  const forward = yield* forwardEstimate(chains, betas, count, seed);
  const { states, ...starts } = yield* startsOf(machine, units, chains, forward, mostSettlingSweeps, seed, classes);
  const reverse = yield* reverseEstimate(chains, betas, states, seed);
  return bracket(chains.baseLogPartition, forward, reverse, starts);
}

/** States × units of a table of all probabilities that takes less than a second. */
const fewTerms = 1e7;

function* startsOf(
  machine: Rbm | Boltzmann,
  units: number,
  chains: AnnealedChains,
  forward: ForwardEstimate,
  mostSweeps: number,
  seed: number,
  classes: number,
): Work<Starts & { states: Uint8Array }> {
  const count = forward.chains;
  const others = machine.kind === "rbm" ? Math.max(machine.visible, machine.hidden) : units;
  if (classes === 0 && units <= MOST_DRAWN_UNITS && 2 ** units * others <= fewTerms) {
    const states =
      machine.kind === "rbm" ? exactVisibleStates(machine, count, seed) : exactNetworkStates(machine, count, seed);
    return { states, exact: true, rHat: 1, drift: 0, autocorrelationTime: 0 };
  }
  const { sweeps: _, ...settled } = yield* settledStates(chains, forward, count, mostSweeps, seed);
  return settled;
}

/**
 * Markov's inequality: a forward estimate is above log Z + t with probability e^−t at most. This t is that of three standard
 * errors (0.135 %), for weights so uneven that their mean has no error to speak of.
 */
const farthest = -Math.log(0.00135);

function bracket(
  baseLogPartition: number,
  forward: ForwardEstimate,
  reverse: ReverseEstimate,
  starts: Starts,
): LogPartition {
  const { value: ratio, error } = bennett(
    forward.logWeights.map((x) => x - baseLogPartition),
    reverse.logWeights.map((x) => baseLogPartition - x),
  );
  const value = baseLogPartition + ratio;
  const result = {
    value,
    lower: Math.min(value, Math.max(forward.lower, forward.value - farthest)),
    upper: Math.max(value, Math.min(reverse.upper, reverse.value + farthest)),
    method: "ais" as const,
    forward,
    reverse,
    combined: { value, error },
    starts,
    effectiveSampleSize: forward.effectiveSampleSize,
    chains: forward.chains,
    temperatures: forward.temperatures,
  };
  return { ...result, warnings: warningsAbout(result) };
}
