/** Energy, entropy, free energy and heat capacity of a machine against temperature, exactly. */

import { type Boltzmann, equilibrium } from "#src/index.js";

export interface Thermodynamics {
  readonly temperature: Float64Array;
  readonly energy: Float64Array;
  readonly entropy: Float64Array;
  readonly freeEnergy: Float64Array;
  readonly heatCapacity: Float64Array;
  /** The lowest energy, and how many states have it, 16 at most. */
  readonly ground: number;
  readonly groundStates: number;
}

/** The four quantities at one temperature. */
export interface Quantities {
  readonly energy: number;
  readonly entropy: number;
  readonly freeEnergy: number;
  readonly heatCapacity: number;
}

export function quantitiesAt(machine: Boltzmann, temperature: number): Quantities {
  const { energy, entropy, heatCapacity, logPartition } = equilibrium(machine, { temperature, top: 1 });
  return { energy, entropy, freeEnergy: -temperature * logPartition, heatCapacity };
}

const temperatures = Float64Array.from({ length: 50 }, (_, n) => (n + 1) / 10);

export function thermodynamics(machine: Boltzmann): Thermodynamics {
  const all = Array.from(temperatures, (temperature) => quantitiesAt(machine, temperature));
  const { states } = equilibrium(machine, { top: 16 });
  const ground = states[0]?.energy ?? 0;
  return {
    temperature: temperatures.slice(),
    energy: Float64Array.from(all, ({ energy }) => energy),
    entropy: Float64Array.from(all, ({ entropy }) => entropy),
    freeEnergy: Float64Array.from(all, ({ freeEnergy }) => freeEnergy),
    heatCapacity: Float64Array.from(all, ({ heatCapacity }) => heatCapacity),
    ground,
    groundStates: states.filter(({ energy }) => energy < ground + 1e-6).length,
  };
}
