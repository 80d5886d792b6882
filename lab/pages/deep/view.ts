/** What the page of the tower shows of a moment. */

import type { Settings } from "./fields.js";
import { type GenerativeBond, receptiveFields, SHOWN_FIELDS } from "./projection.js";

export interface DeepView {
  readonly machine: Settings["machine"];
  /** Units of each layer, the pixels first. */
  readonly layers: readonly number[];
  /** What the columns are: dreams, or held-out digits up through the layers learnt so far and down again. */
  readonly columns: "dreams" | "digits";
  /** How many layers of weights have learnt or are learning; the others wait. */
  readonly learnt: number;
  /** From the pixels up [10, units]; none for layers that wait. */
  readonly states: readonly Float32Array[];
  /** Which label each column has; none where there are no label units. */
  readonly labels: readonly number[];
  /** The held-out digits of the columns [10, 784], where they are digits. */
  readonly digits?: Float32Array;
  /** Receptive fields of layers 1, 2, … [shown, 784]; none for those that wait. */
  readonly fields: readonly Float32Array[];
  readonly shown: readonly number[];
  readonly sweeps: number;
  /** While it learns. */
  readonly learning?: {
    readonly update: number;
    readonly updates: number;
    /** "layer 2" and so on, "all layers"; "done". */
    readonly stage: string;
    readonly epoch: number;
    readonly epochs: number;
    readonly error: number | undefined;
  };
  /** Grows when what the tower says of a digit may have changed. */
  readonly version: number;
}

/** Fields of the layers that have learnt; those of layers that learn no more are kept. */
export function fieldKeeper() {
  const kept = new Map<number, Float32Array>();
  return (bonds: readonly GenerativeBond[], learnt: number, learns: (layer: number) => boolean): Float32Array[] =>
    Array.from({ length: learnt }, (_, n) => {
      const layer = n + 1;
      if (learns(layer)) {
        kept.delete(layer);
        return receptiveFields(bonds, layer);
      }
      const fields = kept.get(layer) ?? receptiveFields(bonds, layer);
      kept.set(layer, fields);
      // the page takes what it is given
      return fields.slice();
    });
}

export const shownFields = (layers: readonly number[]): number[] =>
  layers.slice(1).map((units) => Math.min(SHOWN_FIELDS, units));
