/** What the layers that do not learn make of cases: computed once and kept where memory allows, else anew for each batch. */

import { chunks } from "../../data/batches.js";
import type { Dataset } from "../../data/dataset.js";
import type { Field, Kernels, LayerParameters } from "../../kernels/kernels.js";
import type { Classifier } from "../../machines/classifier.js";
import { throughLayer } from "../../machines/resident-classifier.js";

/** How many layers, from below, do not learn: none, or all but the read-out. */
export function frozenLayers({ weights }: Classifier, learns: "all" | "read-out"): number {
  return learns === "all" ? 0 : weights.length - 1;
}

/** As many values are kept: 1 GiB. */
const mostKept = 2 ** 28;
const chunkSize = 256;

export interface Inputs {
  /** Fills the field, of the units of the first layer that learns, with these cases. */
  fill(rows: Uint32Array, out: Field): void;
  readonly cases: number;
  /** Computes what will be kept; other work has its turn at each yield. */
  prepare(): Generator<void, void, void>;
}

/** Levels as they are, fed through the frozen layers. Kept or not, the bits are the same: a case does not depend on its neighbours. */
export function inputsThrough(
  kernels: Kernels,
  frozen: readonly LayerParameters[],
  data: Dataset,
  most = mostKept,
): Inputs {
  const { cases } = data;
  const plain = (from: Pick<Dataset, "levels" | "units">, rows: Uint32Array, out: Field) => {
    // levels as they are need no draw
    const draw = { seed: 0, purpose: "clamp", step: 0 } as const;
    kernels.clamp({ levels: from.levels, units: from.units, rows, mode: "probability", draw, out });
  };
  const top = frozen.at(-1);
  if (!top) return { cases, *prepare() {}, fill: (rows, out) => plain(data, rows, out) };
  const units = top.hiddenBias.size;
  const through = frozenPass(kernels, frozen, data.units, plain);
  let kept: Float32Array | undefined;
  return {
    cases,
    *prepare() {
      if (kept || cases * units > most) return;
      const values = new Float32Array(cases * units);
      const out = kernels.field(chunkSize, units);
      for (const rows of chunks(cases, chunkSize)) {
        through(data, rows, out);
        values.set(out.read(rows.length), rows[0] * units);
        yield;
      }
      kept = values;
    },
    fill(rows, out) {
      if (kept) plain({ levels: kept, units }, rows, out);
      else through(data, rows, out);
    },
  };
}

type Clamp = (from: Pick<Dataset, "levels" | "units">, rows: Uint32Array, out: Field) => void;

/** Any number of cases, a chunk of which is in the layers at a time. */
function frozenPass(kernels: Kernels, frozen: readonly LayerParameters[], units: number, plain: Clamp) {
  const fields: Field[] = [];
  return (data: Dataset, rows: Uint32Array, out: Field): void => {
    if (fields.length === 0 || (fields[0] as Field).capacity < rows.length) {
      const sizes = [units, ...frozen.slice(0, -1).map(({ hiddenBias }) => hiddenBias.size)];
      fields.splice(0, fields.length, ...sizes.map((size) => kernels.field(Math.max(chunkSize, rows.length), size)));
    }
    plain(data, rows, fields[0] as Field);
    frozen.forEach((layer, l) => {
      throughLayer(
        kernels,
        layer,
        rows.length,
        fields[l] as Field,
        l === frozen.length - 1 ? out : (fields[l + 1] as Field),
      );
    });
  };
}
