/** Small networks to begin with. */

import { type Couplings, fromSpins, hebbian, ringPairs, spinGraph } from "./couplings.js";

export interface Preset extends Couplings {
  readonly id: string;
  readonly name: string;
  readonly temperature: number;
  readonly dynamics: "glauber" | "sequential" | "parallel";
  /** Bits of the units, unit 1 first; random without. */
  readonly start?: string;
}

/** Lists as a link can hold them: without −0 and the last digits of float64. */
function plain({ units, weights, biases }: Couplings): Couplings {
  const round = (x: number) => Math.round(x * 1000) / 1000 + 0;
  return { units, weights: weights.map(round), biases: biases.map(round) };
}

export const presets: readonly Preset[] = [
  {
    id: "mixed",
    name: "Five neurons, both signs",
    ...{ units: 5, weights: [2, -1.5, 0, 1, 1, -2, 0, 1.5, -1, 2], biases: [-0.5, 0, 0.5, 0, -1] },
    temperature: 1,
    dynamics: "glauber",
  },
  {
    id: "blink",
    name: "Two that exclude each other",
    ...{ units: 2, weights: [-1], biases: [0.5, 0.5] },
    temperature: 0,
    dynamics: "parallel",
    start: "00",
  },
  {
    id: "hopfield",
    name: "Hopfield: two stored patterns",
    ...plain(hebbian(["11110000", "11001100"], 2)),
    temperature: 0.4,
    dynamics: "glauber",
    start: "11010000",
  },
  {
    id: "ring",
    name: "Ising ring of ten",
    ...plain(spinGraph(10, ringPairs(10), 1)),
    temperature: 1,
    dynamics: "glauber",
  },
  {
    id: "frustrated",
    name: "A frustrated triangle",
    ...plain(fromSpins(3, [-0.5, -0.5, -0.5])),
    temperature: 0.5,
    dynamics: "glauber",
  },
];
