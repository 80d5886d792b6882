/** A deep Boltzmann machine in the kernels' memory, and one of its layers given its neighbours. */

import type { BondParameters, Conditional, Field, Kernels, States, Vector } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Dbm } from "./dbm.js";
import { towardsHidden, towardsVisible } from "./resident.js";

export interface ResidentDbm {
  readonly kernels: Kernels;
  readonly layers: readonly number[];
  /** b_l */
  readonly biases: readonly Vector[];
  /** Two neighbours and the weights between them; a layer between two others has one bias, in both of its bonds. */
  readonly bonds: readonly BondParameters[];
}

/** Copies the machine into the kernels. */
export function residentDbm(kernels: Kernels, { layers, weights, biases }: Dbm): ResidentDbm {
  const vectors = biases.map((b) => filled(kernels.vector(b.length), b));
  const bonds = weights.map((W, l) => ({
    weights: filled(kernels.matrix(layers[l], layers[l + 1]), W),
    visibleBias: vectors[l],
    hiddenBias: vectors[l + 1],
  }));
  return { kernels, layers, biases: vectors, bonds };
}

function filled<Block extends { write(values: Float32Array): void }>(block: Block, values: Float32Array): Block {
  block.write(values);
  return block;
}

/** Copies the parameters out again. */
export function readDbm(bonds: readonly BondParameters[]): Dbm {
  const biases = [bonds[0].visibleBias, ...bonds.map(({ hiddenBias }) => hiddenBias)];
  return {
    kind: "dbm",
    layers: biases.map(({ size }) => size),
    weights: bonds.map(({ weights }) => weights.read()),
    biases: biases.map((bias) => bias.read()),
  };
}

/** Makes kernels, copies the machine in, lets `work` use both, and frees them whatever happens. */
export async function withResidentDbm<T>(
  dbm: Dbm,
  options: KernelOptions,
  work: (resident: ResidentDbm) => T | Promise<T>,
): Promise<T> {
  const kernels = await createKernels(options);
  try {
    return await work(residentDbm(kernels, dbm));
  } finally {
    kernels.dispose();
  }
}

export type Layer = States | Field;

/** Where to put a layer, and how it is drawn: `conditional` without its sources. */
export type LayerTask = Pick<Conditional, "cases" | "scale" | "input" | "mean" | "sample" | "meanIsSample" | "draw">;

/**
 * A function for P(x_l | the layers beside it), of at most `capacity` cases: x_l has the input b_l + W_{l−1}ᵀ x_{l−1} + W_l x_{l+1}. The
 * neighbours are taken from `from`, by their numbers; what is at l itself may be there or not.
 */
export function layerGiven(
  { kernels, layers, biases, bonds }: ResidentDbm,
  capacity: number,
): (l: number, from: readonly (Layer | undefined)[], task: LayerTask) => void {
  const top = layers.length - 1;
  const between = layers.map((units, l) => {
    if (l === 0 || l === top) return undefined;
    return { input: kernels.field(capacity, units), none: kernels.vector(units) };
  });
  return (l, from, task) => {
    const [below, above] = [from[l - 1] as Layer, from[l + 1] as Layer];
    const both = between[l];
    if (both) {
      const { input, none } = both;
      kernels.conditional({ cases: task.cases, from: below, ...towardsHidden(bonds[l - 1]), input });
      kernels.conditional({ ...task, from: above, ...towardsVisible(bonds[l]), bias: none, plus: input });
    } else if (l === 0) {
      kernels.conditional({ ...task, from: above, ...towardsVisible(bonds[0]) });
    } else {
      kernels.conditional({ ...task, from: below, ...towardsHidden(bonds[top - 1]), bias: biases[top] });
    }
  };
}
