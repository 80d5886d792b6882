/** Tests of an encoder that has learned: a vector on V1, and what it makes of V2. */

import { type Boltzmann, exactLogLikelihoods, type Kernels } from "../../../src/index.js";
import { completed } from "../completion.js";
import { type RuleName, temperatureOf, testSchedule } from "./rules.js";

export interface Tested {
  /** Share of completions V1 → V2 that are right. */
  readonly completion: number;
  /** The same with annealing so many times as fast: (speed, share). */
  readonly completionBySpeed: readonly (readonly [number, number])[];
  /** P(V2 right | V1) at the temperature of the statistics, exactly, vector by vector; where it can be had. */
  readonly exactCompletion: readonly number[] | undefined;
}

/** Completions of each vector. */
export const tests = 10;

/** How many times as fast as the schedule of the test. */
const speeds = [8, 4, 2, 1, 0.5, 0.25] as const;

/** Sums over more than one group of eight and the hidden units take too long. */
const mostExact = 8;

/** Units are V1, then V2, then the hidden ones. */
export function testEncoder(kernels: Kernels, machine: Boltzmann, size: number, rule: RuleName, seed: number): Tested {
  const completionBySpeed = speeds.map(
    (speed) => [speed, completion(kernels, machine, size, rule, seed, speed)] as const,
  );
  const [, usual] = completionBySpeed.find(([speed]) => speed === 1) as readonly [number, number];
  const exactCompletion = size <= mostExact ? exactCompletions(machine, size, temperatureOf(rule)) : undefined;
  return { completion: usual, completionBySpeed, exactCompletion };
}

/**
 * The share of vectors on V1 that the machine completes by the same vector on V2, and by nothing else, with annealing `speed` times as fast.
 */
export function completion(
  kernels: Kernels,
  machine: Boltzmann,
  size: number,
  rule: RuleName,
  seed: number,
  speed = 1,
): number {
  const count = tests * size;
  const values = Uint8Array.from({ length: count * size }, (_, at) =>
    Math.floor(at / size) % size === at % size ? 1 : 0,
  );
  const clamped = Array.from({ length: size }, (_, i) => i);
  const states = completed(kernels, machine, { clamped, values, schedule: testSchedule(rule, speed), seed });
  let right = 0;
  for (let test = 0; test < count; test++) {
    const from = test * machine.units + size;
    if (clamped.every((i) => states[from + i] === values[test * size + i])) right++;
  }
  return right / count;
}

/** P(V1, V2) / P(V1) of each vector. */
function exactCompletions(machine: Boltzmann, size: number, temperature: number): number[] {
  const vectors = (groups: number) =>
    Uint8Array.from({ length: size * groups * size }, (_, at) => {
      const vector = Math.floor(at / (groups * size));
      return at % size === vector ? 1 : 0;
    });
  const joint = exactLogLikelihoods(machine, vectors(2), temperature);
  const first = { ...machine, visible: machine.visible.slice(0, size) };
  const alone = exactLogLikelihoods(first, vectors(1), temperature);
  return Array.from(joint, (both, p) => Math.exp(both - alone[p]));
}
