/** What a link to the page of temperature can hold: a network of twelve spins, and a cooling schedule drawn by hand. */

import { type AnnealingSchedule, latticeConnections } from "#src/index.js";
import { choice, reals, type Values, whole } from "../../link/fields.js";
import { type Couplings, glass, hebbian, ringPairs, spinGraph } from "../../networks/couplings.js";

export const UNITS = 12;
export const STAGES = 16;
export const [COLDEST, HOTTEST, TEMPERATURE_STEP] = [0.05, 5, 0.05];

/** Cooling in equal steps. */
const linear = Array.from({ length: STAGES }, (_, k) => Math.round(100 * (4 - (3.9 * k) / (STAGES - 1))) / 100);

export const fields = {
  network: choice(["glass", "ring", "lattice", "hopfield"], "glass"),
  /** Which spin glass. */
  glass: whole(7, 0, 9999),
  schedule: reals(linear, { min: COLDEST, max: HOTTEST, most: STAGES }),
  /** Sweeps at each of its temperatures. */
  sweeps: whole(10, 1, 200),
  replicas: whole(400, 10, 2000),
  /** Ticks a second. */
  speed: whole(30, 1, 1e9),
  seed: whole(1, 0, 999_999),
};

export type Settings = Values<typeof fields>;

export const networkNames: Readonly<Record<Settings["network"], string>> = {
  glass: "Spin glass: random couplings",
  ring: "Ising ring of 12",
  lattice: "Ising lattice, 3 × 4 on a torus",
  hopfield: "Hopfield: two patterns of 12",
};

/** The couplings of spins ±1, as the machine of {0, 1} units that has the same laws. */
export function couplingsOf({ network, glass: number }: Pick<Settings, "network" | "glass">): Couplings {
  if (network === "ring") return spinGraph(UNITS, ringPairs(UNITS), 1);
  if (network === "lattice") {
    const { pairs } = latticeConnections(3, 4, { periodic: true });
    const list = Array.from({ length: pairs.length / 2 }, (_, at) => [pairs[2 * at], pairs[2 * at + 1]] as const);
    return spinGraph(UNITS, list as (readonly [number, number])[], 1);
  }
  if (network === "hopfield") return hebbian(["111111000000", "111000111000"], 3);
  return glass(UNITS, 2, number);
}

/** A temperature for each stage: one that is missing is the last that is there. */
export function temperaturesOf(schedule: readonly number[]): number[] {
  return Array.from({ length: STAGES }, (_, k) => schedule[Math.min(k, schedule.length - 1)] ?? 1);
}

/** As the library and the command line have it; stages of equal temperature are one. */
export function scheduleOf({ schedule, sweeps }: Pick<Settings, "schedule" | "sweeps">): AnnealingSchedule {
  const stages: { steps: number; temperature: number }[] = [];
  for (const temperature of temperaturesOf(schedule)) {
    const before = stages.at(-1);
    if (before?.temperature === temperature) before.steps += sweeps;
    else stages.push({ steps: sweeps, temperature });
  }
  return stages;
}
