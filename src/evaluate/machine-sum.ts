/** An exact sum (sums.ts) over some units of a machine whose connections are fixed and whose weights change, with what it refuses. */

import { refuse } from "../errors.js";
import { hiddenUnits } from "../machines/boltzmann.js";
import type { Connections } from "../machines/connections.js";
import { neighbours } from "../machines/graph.js";
import { checkTemperature } from "../machines/network.js";
import { type PlannedSum, planSum } from "./separator.js";
import { type ExactSum, exactSum } from "./sums.js";

/** The most terms of sums that learning repeats. */
export const MOST_TERMS = 2 ** 25;

export interface MachineSum {
  readonly sum: ExactSum;
  /** 1 for connected pairs [N, N], both ways. */
  readonly joined: Uint8Array;
  /** Takes weights [N, N] and a temperature for the runs to come; looks at the biases' number only. */
  load(weights: ArrayLike<number>, bias: ArrayLike<number>, temperature: number): void;
}

export interface MachineSumOptions {
  /** Who refuses, if need be. */
  readonly who: string;
  /** The visible units: given these, or given the others, the graph may fall apart. */
  readonly visible: readonly number[];
  /** The units to sum over. */
  readonly over: "all" | "hidden";
  /** Which pair moments. */
  readonly pairs: "all" | "joined" | "none";
  readonly mostTerms: number;
}

/** Throws "size" above `mostTerms`; its `load` as exactMomentsOf says (moments.ts). */
export function machineSum(connections: Connections, options: MachineSumOptions): MachineSum {
  const { who, pairs, mostTerms } = options;
  const { units } = connections;
  const { plan, terms, among } = planOver(connections, options);
  checkTerms(who, among, terms, mostTerms);
  const joined = adjacency(connections);
  const wanted = {
    all: () => true,
    joined: (i: number, j: number) => joined[i * units + j] === 1,
    none: () => false,
  };
  const sum = exactSum(plan, units, wanted[pairs]);
  return {
    sum,
    joined,
    load(weights, bias, temperature) {
      checkTemperature(temperature);
      checkParameters(who, joined, weights, bias);
      sum.load(weights, temperature);
    },
  };
}

interface PlanOptions extends Pick<MachineSumOptions, "visible" | "over" | "mostTerms"> {}

/** `among`: over how many units. */
function planOver(
  connections: Connections,
  { visible, over, mostTerms }: PlanOptions,
): PlannedSum & { readonly among: number } {
  const { units } = connections;
  const hidden = hiddenUnits({ units, visible });
  const among = over === "hidden" ? hidden : Array.from({ length: units }, (_, i) => i);
  const hints = over === "hidden" ? [] : [hidden, visible];
  return { ...planSum(neighbours(connections), among, hints, mostTerms), among: among.length };
}

/**
 * About how many terms an exact sum has: over all units, which is log Z and the free moments, or over the hidden ones, for each case that
 * is clamped. Infinity where no sum of at most `most` terms is found; 2^25, what learning may repeat, by default.
 */
export function exactTerms(
  connections: Connections,
  visible: readonly number[],
  over: "all" | "hidden",
  most: number = MOST_TERMS,
): number {
  const { terms } = planOver(connections, { visible, over, mostTerms: most });
  return terms <= most ? terms : Number.POSITIVE_INFINITY;
}

/** Throws "size" for a sum of more than `most` terms. */
export function checkTerms(who: string, units: number, terms: number, most: number): void {
  if (terms <= most) return;
  const many = Number.isFinite(terms) ? `about 2^${Math.log2(terms).toFixed(1)}` : `more than 2^${Math.log2(most)}`;
  throw refuse("size", {
    who,
    got: `${units} units, so connected that the sum has ${many} terms`,
    expected: `at most 2^${Math.log2(most)} terms`,
    wayOut: "Sample instead: networkSampler; in learning, persistent chains.",
  });
}

function adjacency({ units, pairs }: Connections): Uint8Array {
  const joined = new Uint8Array(units * units);
  for (let at = 0; at < pairs.length; at += 2) {
    joined[pairs[at] * units + pairs[at + 1]] = 1;
    joined[pairs[at + 1] * units + pairs[at]] = 1;
  }
  return joined;
}

function checkParameters(who: string, joined: Uint8Array, weights: ArrayLike<number>, bias: ArrayLike<number>): void {
  const units = Math.sqrt(joined.length);
  if (weights.length !== joined.length || bias.length !== units) {
    const got = `${weights.length} weights and ${bias.length} biases`;
    throw refuse("shape", { who, got, expected: `${units} × ${units} and ${units}, as many units as are connected` });
  }
  for (let at = 0; at < joined.length; at++) {
    if (joined[at] === 1 || weights[at] === 0) continue;
    const got = `the weight ${weights[at]} from unit ${Math.floor(at / units)} to unit ${at % units}`;
    throw refuse("data", { who, got, expected: "no weight but 0 between units that are not connected" });
  }
}
