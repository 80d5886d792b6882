/** A machine of the drawing page in the kernels: shipped or the reader's own, with the free energies of digits that it has not learnt. */

import {
  asRbm,
  createKernels,
  type Dataset,
  freeEnergies,
  type Kernels,
  parseModel,
  type Rbm,
  refuse,
  residentRbm,
} from "#src/index.js";
import { loadDigits, shippedUnzipped } from "../../engine/shipped.js";
import { PIXELS } from "./bits.js";
import { type Bench, makeBench } from "./chain.js";

export type MachineId = "twos" | "digits" | "own";

/** Counts of free energies in equal bins. */
export interface EnergyHistogram {
  readonly from: number;
  readonly to: number;
  /** Held-out digits of the kinds that the machine has learnt, and of others. */
  readonly known: Float32Array;
  readonly other: Float32Array;
}

export interface LoadedMachine {
  readonly id: MachineId;
  readonly name: string;
  readonly rbm: Rbm;
  readonly bench: Bench;
  readonly histogram: EnergyHistogram;
  /** F of the held-out digits of the kinds that it has learnt, sorted, nats. */
  readonly known: Float64Array;
}

let kernels: Promise<Kernels> | undefined;
/** For all machines of the page: a new drawing is a new run, and must not cost new memory. */
const sharedKernels = (): Promise<Kernels> => {
  kernels ??= createKernels();
  return kernels;
};

const machines = new Map<MachineId, Promise<LoadedMachine>>();

export function shippedMachine(id: "twos" | "digits"): Promise<LoadedMachine> {
  let loaded = machines.get(id);
  if (!loaded) {
    loaded = shippedUnzipped(`${id}.safetensors`).then((bytes) => load(id, `${id}.safetensors`, bytes));
    machines.set(id, loaded);
  }
  return loaded;
}

export const ownMachine = (): Promise<LoadedMachine> | undefined => machines.get("own");

/** Throws HarmoniumError where the file is no model, or one of another kind or width; then the machine of before stays. */
export async function takeOwn(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<LoadedMachine> {
  const machine = await load("own", file, bytes);
  machines.set("own", Promise.resolve(machine));
  return machine;
}

async function load(id: MachineId, file: string, bytes: Uint8Array): Promise<LoadedMachine> {
  const rbm = asRbm(parseModel(bytes, file).machine, file);
  if (rbm.visible !== PIXELS) {
    const wayOut = "Take a model of MNIST's digits.";
    throw refuse("shape", {
      who: file,
      got: `${rbm.visible} visible units`,
      expected: `${PIXELS}, a pixel each`,
      wayOut,
    });
  }
  const held = await loadDigits("test");
  const energies = await freeEnergies(rbm, held, { clamp: "threshold" });
  const knows = (b: number) => id !== "twos" || held.labels?.[b] === 2;
  const known = energies.filter((_, b) => knows(b)).sort();
  return {
    id,
    name: id === "own" ? file : id,
    rbm,
    bench: makeBench(residentRbm(await sharedKernels(), rbm)),
    known,
    histogram: histogramOf(energies, knows),
  };
}

const BINS = 48;

function histogramOf(energies: Float64Array, knows: (b: number) => boolean): EnergyHistogram {
  const sorted = energies.slice().sort();
  // the last of two thousand may be far out
  const [low, high] = [sorted[0] as number, sorted[Math.floor(0.995 * (sorted.length - 1))] as number];
  const room = 0.25 * (high - low) || 1;
  const [from, to] = [low - room, high + room];
  const [known, other] = [new Float32Array(BINS), new Float32Array(BINS)];
  energies.forEach((energy, b) => {
    const bin = Math.min(BINS - 1, Math.floor((BINS * (energy - from)) / (to - from)));
    const counts = knows(b) ? known : other;
    counts[bin] = (counts[bin] as number) + 1;
  });
  return { from, to, known, other };
}

/** The share of what the machine knows that has a lower free energy: 0.97 is “stranger than 97 %”. */
export function strangeness({ known }: Pick<LoadedMachine, "known">, energy: number): number {
  return known.filter((each) => each < energy).length / known.length;
}

/** The digits of the kind, for the pad. */
export function heldOutDigit({ labels, levels, cases }: Dataset, digit: number, nth: number): Uint8Array {
  const members = Array.from({ length: cases }, (_, b) => b).filter((b) => labels?.[b] === digit);
  const b = members[nth % members.length] as number;
  return Uint8Array.from(levels.subarray(b * PIXELS, (b + 1) * PIXELS), (level) => (level > 127 ? 1 : 0));
}
