/** A deep belief network in the kernels' memory, and its passes up and down. */

import { refuse } from "../errors.js";
import type { BondParameters, Field, Kernels, States } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Draw } from "../random/draw.js";
import type { Dbn, DirectedBond } from "./dbn.js";
import { createRbm } from "./rbm.js";
import { readRbm, residentRbm, towardsHidden, towardsVisible } from "./resident.js";

/** Each as an RBM of which half serves: the generative one towards its visible units, the other towards its hidden ones. */
export interface ResidentBond {
  readonly generative: BondParameters;
  readonly recognition: BondParameters;
}

export interface ResidentDbn {
  readonly kernels: Kernels;
  readonly layers: readonly number[];
  readonly classes: number;
  readonly directed: readonly ResidentBond[];
  /** With the label units as its group. */
  readonly top: BondParameters;
}

/** Copies the network into the kernels. */
export function residentDbn(kernels: Kernels, { layers, classes, directed, top }: Dbn): ResidentDbn {
  const bonds = directed.map((bond) => residentBond(kernels, bond));
  return { kernels, layers, classes, directed: bonds, top: residentRbm(kernels, top, classes).parameters };
}

export function residentBond(kernels: Kernels, bond: DirectedBond): ResidentBond {
  const none = createRbm(bond.lower, bond.upper);
  const { generativeWeights, lowerBias, recognitionWeights, upperBias } = bond;
  const generative = { ...none, weights: generativeWeights, visibleBias: lowerBias };
  const recognition = { ...none, weights: recognitionWeights, hiddenBias: upperBias };
  return {
    generative: residentRbm(kernels, generative).parameters,
    recognition: residentRbm(kernels, recognition).parameters,
  };
}

/** Copies the parameters out again. */
export function readDbn({ layers, classes, directed, top }: Omit<ResidentDbn, "kernels">): Dbn {
  const bonds = directed.map(({ generative, recognition }) => ({
    lower: generative.visibleBias.size,
    upper: generative.hiddenBias.size,
    generativeWeights: generative.weights.read(),
    lowerBias: generative.visibleBias.read(),
    recognitionWeights: recognition.weights.read(),
    upperBias: recognition.hiddenBias.read(),
  }));
  return { kind: "dbn", layers, classes, directed: bonds, top: readRbm(top) };
}

/** Makes kernels, copies the network in, lets `work` use both, and frees them whatever happens. */
export async function withResidentDbn<T>(
  dbn: Dbn,
  options: KernelOptions & { readonly kernels?: Kernels },
  work: (resident: ResidentDbn) => T | Promise<T>,
): Promise<T> {
  const kernels = options.kernels ?? (await createKernels(options));
  try {
    return await work(residentDbn(kernels, dbn));
  } finally {
    if (!options.kernels) kernels.dispose();
  }
}

/** A layer given its neighbour: as samples, or as probabilities. */
export type PassMode = "sample" | "mean";

/**
 * One layer after the other from `from` on: what each became, the last one last, which goes to `out` where that is given. The sweeps of the
 * draw count layers from its own on.
 */
export type Pass = (
  from: States | Field,
  cases: number,
  draw: Draw,
  out?: States | Field,
) => readonly (States | Field)[];

/**
 * A pass from the visible units up through these bonds by their recognition weights, for up to `capacity` cases. Each layer is given as the
 * mode says; `last` is for the last one.
 */
export function upPass(
  kernels: Kernels,
  bonds: readonly ResidentBond[],
  capacity: number,
  mode: PassMode,
  last: PassMode = mode,
): Pass {
  const steps = bonds.map(({ recognition }) => ({ ...towardsHidden(recognition), units: recognition.hiddenBias.size }));
  return passThrough(kernels, steps, capacity, mode, last);
}

/** The same from the upper layer of the last of these bonds down by generative weights. */
export function downPass(
  kernels: Kernels,
  bonds: readonly ResidentBond[],
  capacity: number,
  mode: PassMode,
  last: PassMode = mode,
): Pass {
  const steps = bonds
    .map(({ generative }) => ({ ...towardsVisible(generative), units: generative.visibleBias.size }))
    .reverse();
  return passThrough(kernels, steps, capacity, mode, last);
}

function passThrough(
  kernels: Kernels,
  steps: readonly (ReturnType<typeof towardsHidden> & { readonly units: number })[],
  capacity: number,
  mode: PassMode,
  last: PassMode,
): Pass {
  const layers = steps.map(({ units }, l) => {
    const own = l === steps.length - 1 ? last : mode;
    return own === "sample" ? kernels.states(capacity, units) : kernels.field(capacity, units);
  });
  return (from, cases, draw, out) => {
    const made = out ? [...layers.slice(0, -1), out] : layers;
    let below = from;
    steps.forEach(({ units: _, ...step }, l) => {
      const to = made[l];
      const wanted = to.kind === "states" ? { sample: to } : { mean: to };
      kernels.conditional({ cases, from: below, ...step, ...wanted, draw: { ...draw, sweep: (draw.sweep ?? 0) + l } });
      below = to;
    });
    return made;
  };
}

/** Throws "shape" unless the data are as wide as the network's visible layer. */
export function checkVisible(who: string, { name, units }: { name: string; units: number }, { layers }: Dbn): void {
  if (units === layers[0]) return;
  const expected = `${layers[0]}, the visible units`;
  const wayOut = "Use data of the kind that the model was trained on.";
  throw refuse("shape", { who, got: `${name} with ${units} units a case`, expected, wayOut });
}
