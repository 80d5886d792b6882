/** What trajectory tempering keeps from one update to the next. */

import type { BondParameters, Kernels } from "../../../kernels/kernels.js";
import { allocateParameters } from "../../../machines/resident.js";
import type { SavedShapes, SavedState } from "../../checkpoint.js";
import { bondShapes, restoreBond, saveBond } from "../saved-bond.js";
import { type Reservoir, type TrajectoryChains, trajectoryChains } from "./chains.js";

/** In the order in which they are saved. */
const counted = [
  "round",
  "sinceFreeze",
  "frozen",
  "rejections",
  "rejectionsInARow",
  "rateFactor",
  "acceptance",
  "logPartition",
  "logPartitionVariance",
  "autocorrelationTime",
  "drift",
] as const;

export type TrajectoryNumbers = Record<(typeof counted)[number], number>;

export interface TrajectoryState {
  readonly kernels: Kernels;
  readonly numbers: TrajectoryNumbers;
  readonly chains: TrajectoryChains;
  /** F of the chains under the parameters that they were last sampled with, nats [chains]. */
  readonly energies: Float64Array;
  /** The last frozen machine, samples of it, and a copy of these that exchanges change. */
  readonly frozen: BondParameters;
  readonly pristine: Reservoir;
  readonly working: Reservoir;
  /** Room for the samples of the next frozen machine. */
  readonly next: Reservoir;
}

export interface TrajectorySizes {
  readonly chains: number;
  readonly reservoir: number;
  readonly k: number;
}

export function startTrajectory(
  kernels: Kernels,
  seed: number,
  { chains, reservoir, k }: TrajectorySizes,
  visible: number,
  hidden: number,
): TrajectoryState {
  const room = (): Reservoir => ({
    states: kernels.states(reservoir, visible),
    energies: new Float64Array(reservoir),
  });
  const numbers = Object.fromEntries(counted.map((name) => [name, 0])) as TrajectoryNumbers;
  return {
    kernels,
    numbers: { ...numbers, rateFactor: 1, acceptance: 1 },
    chains: trajectoryChains({ kernels, seed, chains, visible, hidden, k }),
    energies: new Float64Array(chains),
    frozen: allocateParameters(kernels, visible, hidden),
    pristine: room(),
    working: room(),
    next: room(),
  };
}

const names = {
  numbers: "trajectory.numbers",
  chains: "trajectory.chains",
  energies: "trajectory.chains.energies",
  pristine: "trajectory.samples",
  pristineEnergies: "trajectory.samples.energies",
  working: "trajectory.reservoir",
  workingEnergies: "trajectory.reservoir.energies",
  frozen: "trajectory.frozen",
} as const;

export function trajectorySaves({ chains, reservoir }: TrajectorySizes, visible: number, hidden: number): SavedShapes {
  return {
    [names.numbers]: [counted.length],
    [names.chains]: [chains, visible],
    [names.energies]: [chains],
    [names.pristine]: [reservoir, visible],
    [names.pristineEnergies]: [reservoir],
    [names.working]: [reservoir, visible],
    [names.workingEnergies]: [reservoir],
    ...bondShapes(names.frozen, visible, hidden),
  };
}

export function savedTrajectory(state: TrajectoryState): SavedState {
  const { numbers, chains, energies, frozen, pristine, working } = state;
  const [cases, members, visible] = [energies.length, pristine.energies.length, chains.states.units];
  numbers.round = chains.round;
  return {
    [names.numbers]: { shape: [counted.length], data: Float64Array.from(counted, (name) => numbers[name]) },
    [names.chains]: { shape: [cases, visible], data: chains.states.read(cases) },
    [names.energies]: { shape: [cases], data: energies.slice() },
    [names.pristine]: { shape: [members, visible], data: pristine.states.read(members) },
    [names.pristineEnergies]: { shape: [members], data: pristine.energies.slice() },
    [names.working]: { shape: [members, visible], data: working.states.read(members) },
    [names.workingEnergies]: { shape: [members], data: working.energies.slice() },
    ...saveBond(names.frozen, frozen),
  };
}

export function restoreTrajectory(state: TrajectoryState, saved: SavedState): void {
  const { numbers, chains, energies, frozen, pristine, working } = state;
  counted.forEach((name, n) => {
    numbers[name] = saved[names.numbers].data[n];
  });
  chains.round = numbers.round;
  chains.states.write(saved[names.chains].data as Uint8Array);
  energies.set(saved[names.energies].data);
  pristine.states.write(saved[names.pristine].data as Uint8Array);
  pristine.energies.set(saved[names.pristineEnergies].data);
  working.states.write(saved[names.working].data as Uint8Array);
  working.energies.set(saved[names.workingEnergies].data);
  restoreBond(names.frozen, frozen, saved);
}
