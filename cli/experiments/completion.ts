/** Completion: some visible units are clamped, the machine is annealed, and others are read. */

import {
  type AnnealingSchedule,
  anneal,
  type Boltzmann,
  type Kernels,
  networkSampler,
  randomStream,
  residentNetwork,
} from "../../src/index.js";

export interface Completion {
  /** The units that keep their values. */
  readonly clamped: readonly number[];
  /** Their values, case by case [cases, clamped]. */
  readonly values: ArrayLike<number>;
  readonly schedule: AnnealingSchedule;
  readonly seed: number;
}

/** The states that the machine settles into, one chain a case, from random bits; Glauber dynamics. [cases, N] */
export function completed(
  kernels: Kernels,
  machine: Boltzmann,
  { clamped, values, schedule, seed }: Completion,
): Uint8Array {
  const { units } = machine;
  const chains = values.length / clamped.length;
  const random = randomStream(seed, "evaluation");
  const start = Uint8Array.from({ length: chains * units }, () => (random.uniform() < 0.5 ? 0 : 1));
  for (let at = 0; at < values.length; at++) {
    start[Math.floor(at / clamped.length) * units + (clamped[at % clamped.length] as number)] = values[at] as number;
  }
  const resident = residentNetwork(kernels, machine);
  const sampler = networkSampler(resident, { dynamics: "glauber", clamped, start });
  const state = sampler.init(seed, chains);
  anneal(sampler, state, schedule);
  return state.states.read(chains);
}
