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

/** Chains of Glauber dynamics at the end of the schedule, one a case, begun at random bits. */
function annealed(kernels: Kernels, machine: Boltzmann, { clamped, values, schedule, seed }: Completion) {
  const { units } = machine;
  const chains = values.length / clamped.length;
  const random = randomStream(seed, "evaluation");
  const start = Uint8Array.from({ length: chains * units }, () => (random.uniform() < 0.5 ? 0 : 1));
  for (let at = 0; at < values.length; at++) {
    start[Math.floor(at / clamped.length) * units + (clamped[at % clamped.length] as number)] = values[at] as number;
  }
  const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "glauber", clamped, start });
  const state = sampler.init(seed, chains);
  anneal(sampler, state, schedule);
  return { sampler, state };
}

/** The states that the machine settles into [cases, N]. */
export function completed(kernels: Kernels, machine: Boltzmann, completion: Completion): Uint8Array {
  const { state } = annealed(kernels, machine, completion);
  return state.states.read(state.chains);
}

/** How often each unit is on in `readings` units of time that follow, at the last temperature [cases, N]. */
export function timesOn(kernels: Kernels, machine: Boltzmann, completion: Completion, readings: number): Uint32Array {
  const { sampler, state } = annealed(kernels, machine, completion);
  const { temperature } = completion.schedule.at(-1) as AnnealingSchedule[number];
  const counts = new Uint32Array(state.chains * machine.units);
  for (let reading = 0; reading < readings; reading++) {
    sampler.advance(state, sampler.free.length, temperature);
    state.states.read(state.chains).forEach((bit, at) => {
      counts[at] = (counts[at] as number) + bit;
    });
  }
  return counts;
}
