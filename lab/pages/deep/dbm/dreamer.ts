/** A deep Boltzmann machine that dreams in ten columns; half of the pixels can be held at those of a digit, which it then completes. */

import { type Dataset, type Dbm, type DbmState, dbmSampler, type Kernels, residentDbm } from "#src/index.js";
import { PIXELS } from "../../draw/bits.js";
import { chosenDigit } from "../digit.js";
import type { Settings } from "../fields.js";
import { COLUMNS, type Dreamer } from "../kind.js";

/** Which pixels are held [784]; none at all where nothing is. */
export function heldPixels(hold: Settings["hold"]): readonly boolean[] | undefined {
  if (hold === "nothing") return undefined;
  return Array.from({ length: PIXELS }, (_, i) => i < PIXELS / 2 === (hold === "upper"));
}

/** A sweep draws layer 1 given pixels and layer 2, then these two given layer 1. */
export function createDreamer(kernels: Kernels, dbm: Dbm, settings: Settings, held: Dataset): Dreamer<Dbm> {
  const resident = residentDbm(kernels, dbm);
  const sampler = dbmSampler(resident);
  const mean = kernels.field(COLUMNS, dbm.layers[0] as number);
  let state: DbmState;
  let digit: Float32Array;
  let clamped: readonly boolean[] | undefined;

  /** The held pixels of each column as they are in the digit. */
  function clamp<Values extends Uint8Array | Float32Array>(pixels: Values): Values {
    for (let i = 0; clamped && i < pixels.length; i++) if (clamped[i % PIXELS]) pixels[i] = digit[i % PIXELS] as number;
    return pixels;
  }

  function holdPixels(): void {
    const pixels = state.layers[0] as DbmState["layers"][number];
    if (clamped) pixels.write(clamp(pixels.read(COLUMNS)));
  }

  const begin = (next: Settings) => {
    [clamped, digit] = [heldPixels(next.hold), chosenDigit(held, next).digit];
    state = sampler.init(next.seed, COLUMNS);
    holdPixels();
  };
  begin(settings);
  return {
    write({ weights, biases }) {
      weights.forEach((W, l) => {
        resident.bonds[l]?.weights.write(W);
      });
      biases.forEach((b, l) => {
        resident.biases[l]?.write(b);
      });
    },
    begin,
    sweep() {
      sampler.step(state);
      holdPixels();
    },
    get sweeps() {
      return state.sweep;
    },
    levels() {
      const [, first, second] = state.layers as [unknown, ...DbmState["layers"]];
      const { weights, visibleBias: bias } = resident.bonds[0] as (typeof resident.bonds)[number];
      const from = first as DbmState["layers"][number];
      kernels.conditional({ cases: COLUMNS, from, weights, bias, transposed: true, mean });
      const above = [first, second].map((layer) => Float32Array.from(layer?.read(COLUMNS) ?? []));
      return { layers: [clamp(mean.read(COLUMNS)), ...above], labels: [] };
    },
    save: () => ({ sweep: state.sweep, states: state.layers.map((layer) => layer.read(COLUMNS)) }),
    load({ sweep, states }) {
      state.sweep = sweep;
      state.layers.forEach((layer, l) => {
        layer.write(states[l] as Uint8Array);
      });
    },
  };
}
