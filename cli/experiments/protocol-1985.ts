/** How a machine reaches equilibrium in [Ackley et al. 1985]. */

import type { AnnealingSchedule, Settling } from "../../src/index.js";

/** Units of time at temperatures. */
export const annealing: AnnealingSchedule = [
  { steps: 2, temperature: 20 },
  { steps: 2, temperature: 15 },
  { steps: 2, temperature: 12 },
  { steps: 4, temperature: 10 },
];

/** The temperature of the statistics. */
export const statisticsAt = 10;

/** Statistics are read in ten more units of time; a unit of time is as many random probes as units are free. */
export const settling: Settling = { anneal: annealing, readings: 10, dynamics: "glauber" };
