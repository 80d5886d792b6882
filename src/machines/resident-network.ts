/** A general network in the kernels' memory: where its weights live while it is sampled or learns. */

import { refuse } from "../errors.js";
import type { Couplings, Kernels, States } from "../kernels/kernels.js";
import { createKernels, type KernelOptions } from "../kernels/threads.js";
import type { Network } from "./network.js";
import type { SparseNetwork } from "./sparse.js";

export interface ResidentNetwork {
  readonly kernels: Kernels;
  readonly couplings: Couplings;
  /** N */
  readonly units: number;
  /** What was copied in. Weights that are written later are not in it. */
  readonly network: Network | SparseNetwork;
}

/** Copies the network into the kernels, rounded to float32: a matrix of weights for a dense one, lists for a sparse one. */
export function residentNetwork(kernels: Kernels, network: Network | SparseNetwork): ResidentNetwork {
  const { units } = network;
  const couplings = kernels.couplings(units, network.kind === "sparse" ? network : undefined);
  writeCouplings(couplings, network);
  return { kernels, couplings, units, network };
}

/**
 * Copies changed weights and biases in: [N, N] and [N], or for a sparse network one weight for each entry of its lists.
 * Throws "shape" where the biases, or the weights of a dense network, are not as many.
 */
export function writeCouplings(
  couplings: Couplings,
  { weights, bias }: { readonly weights: ArrayLike<number>; readonly bias: ArrayLike<number> },
): void {
  const { kind, units } = couplings;
  const checks: [string, number, number][] = [["bias", bias.length, units]];
  if (kind === "dense") checks.push(["weights", weights.length, units * units]);
  for (const [who, got, expected] of checks) {
    if (got !== expected) throw refuse("shape", { who, got: `${got} numbers`, expected: `${expected} of them` });
  }
  couplings.write(float32(weights), float32(bias));
}

function float32(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Makes kernels, copies the network in, lets `work` use both, and frees them whatever happens. */
export async function withResidentNetwork<T>(
  network: Network | SparseNetwork,
  options: KernelOptions,
  work: (resident: ResidentNetwork) => T | Promise<T>,
): Promise<T> {
  const kernels = await createKernels(options);
  try {
    return await work(residentNetwork(kernels, network));
  } finally {
    kernels.dispose();
  }
}

/**
 * E(s) = −½ sᵀ M s − bᵀ s of many states at once: a function to call as often as one likes, whose memory is reserved once for
 * `capacity` chains. It gives [chains], from inputs in float32: −½ Σ_j s_j (x_j + b_j). Changed weights count from the next call.
 */
export function energiesOf(
  { kernels, couplings, units }: ResidentNetwork,
  capacity: number,
): (states: States, chains: number) => Float64Array {
  const inputs = kernels.field(capacity, units);
  const [nothing, biases] = [kernels.states(1, units), kernels.field(1, units)];
  return (states, chains) => {
    // with all units off, what remains of the inputs is the biases
    kernels.inputs(couplings, nothing, 1, biases);
    kernels.inputs(couplings, states, chains, inputs);
    const [bits, x, b] = [states.read(chains), inputs.read(chains), biases.read(1)];
    return Float64Array.from({ length: chains }, (_, chain) => {
      let sum = 0;
      // a product in place of a branch, which random bits would mispredict
      for (let j = 0, at = chain * units; j < units; j++, at++) sum += bits[at] * (x[at] + b[j]);
      return -sum / 2;
    });
  };
}
