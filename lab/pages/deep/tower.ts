/** A deep belief network that dreams in ten columns, and what is seen of its layers. */

import {
  bondRbm,
  type Dbn,
  type DbnSampler,
  type DbnState,
  dbnSampler,
  hiddenMean,
  type Kernels,
  type ResidentDbn,
  residentDbn,
  visibleMean,
} from "#src/index.js";

export const COLUMNS = 10;

/** States of the layers [COLUMNS, units] from the pixels up, and which label is on. */
export interface Levels {
  readonly layers: readonly Float32Array[];
  readonly labels: readonly number[];
}

export interface SavedDream {
  readonly sweep: number;
  readonly joined: Uint8Array;
  readonly hidden: Uint8Array;
}

export interface Dreamer {
  /** The network's numbers in place of those of before. */
  write(dbn: Dbn): void;
  /** Chains from random bits of the top layer, with these labels. */
  begin(dream: string, seed: number): void;
  sweep(): void;
  readonly sweeps: number;
  levels(): Levels;
  save(): SavedDream;
  load(saved: SavedDream): void;
}

/** "each": a class a column; "free": none is held; "7": all hold the 7. */
export function heldLabels(dream: string): readonly number[] | undefined {
  if (dream === "free") return undefined;
  return Array.from({ length: COLUMNS }, (_, c) => (dream === "each" ? c : Number(dream)));
}

type ResidentBond = ResidentDbn["directed"][number];

/** For networks of four layers: pixels, two hidden ones, the top. The memory that the network takes is of the kernels. */
export function createDreamer(kernels: Kernels, dbn: Dbn, dream: string, seed: number): Dreamer {
  const resident = residentDbn(kernels, dbn);
  const plain = dbn.layers.at(-2) as number;
  const second = kernels.states(COLUMNS, plain);
  const first = kernels.field(COLUMNS, dbn.layers.at(-3) as number);
  let sampler: DbnSampler;
  let state: DbnState;
  const begin = (held: string, from: number) => {
    const labels = heldLabels(held);
    sampler = dbnSampler(resident, labels ? { labels } : {});
    state = sampler.init(from, COLUMNS);
  };
  begin(dream, seed);
  return {
    write(next) {
      writeDbn(resident, next);
    },
    begin,
    sweep() {
      sampler.step(state);
    },
    get sweeps() {
      return state.sweep;
    },
    levels() {
      const info = sampler.look(state);
      kernels.copyUnits({ cases: COLUMNS, from: state.joined, to: second, units: plain });
      const { weights, visibleBias: bias } = (resident.directed.at(-1) as ResidentBond).generative;
      kernels.conditional({ cases: COLUMNS, from: second, weights, bias, transposed: true, mean: first });
      return {
        layers: [
          Float32Array.from(info.visible("mean").read(COLUMNS)),
          first.read(COLUMNS),
          Float32Array.from(second.read(COLUMNS)),
          Float32Array.from(state.hidden.read(COLUMNS)),
        ],
        labels: [...info.labels()],
      };
    },
    save: () => ({ sweep: state.sweep, joined: state.joined.read(COLUMNS), hidden: state.hidden.read(COLUMNS) }),
    load({ sweep, joined, hidden }) {
      state.sweep = sweep;
      state.joined.write(joined);
      state.hidden.write(hidden);
    },
  };
}

/** What the first bonds of a network that learns make of digits [COLUMNS, 784], by means: up through them, and down again. */
export function recognized(dbn: Dbn, bonds: number, digits: Float32Array): Levels {
  const rbms = Array.from({ length: bonds }, (_, l) => bondRbm(dbn, l));
  const up = [digits];
  for (const rbm of rbms) up.push(eachRow(up.at(-1) as Float32Array, rbm.visible, (v) => hiddenMean(rbm, v)));
  let down = up.at(-1) as Float32Array;
  for (const rbm of rbms.reverse()) down = eachRow(down, rbm.hidden, (h) => visibleMean(rbm, h));
  return { layers: [down, ...up.slice(1)], labels: [] };
}

function eachRow(rows: Float32Array, width: number, map: (row: Float32Array) => Float64Array): Float32Array {
  const mapped = Array.from({ length: rows.length / width }, (_, b) => map(rows.subarray(b * width, (b + 1) * width)));
  return Float32Array.from(mapped.flatMap((row) => [...row]));
}

function writeDbn(resident: ResidentDbn, { directed, top }: Dbn): void {
  directed.forEach((bond, l) => {
    const place = resident.directed[l];
    place?.generative.weights.write(bond.generativeWeights);
    place?.generative.visibleBias.write(bond.lowerBias);
    place?.recognition.weights.write(bond.recognitionWeights);
    place?.recognition.hiddenBias.write(bond.upperBias);
  });
  resident.top.weights.write(top.weights);
  resident.top.visibleBias.write(top.visibleBias);
  resident.top.hiddenBias.write(top.hiddenBias);
}
