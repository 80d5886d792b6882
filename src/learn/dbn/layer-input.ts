/** What one layer of a deep belief network learns from: the layer below, given the data, perhaps with their labels. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { oneHot } from "../../data/one-hot.js";
import { layerMeans } from "../../evaluate/dbn/layer-means.js";
import type { ClampMode, Field, Kernels, States } from "../../kernels/kernels.js";
import { type ResidentBond, upPass } from "../../machines/resident-dbn.js";
import type { VisibleSource } from "../rbm/phase.js";

export interface LayerBelow {
  readonly kernels: Kernels;
  /** From the data to the layer; none where it is the visible one. */
  readonly bonds: readonly ResidentBond[];
  /** Label units that join the layer. */
  readonly classes: number;
  /** How levels become visible units. */
  readonly clamp: ClampMode;
}

/** The layer's means as data, with the labels as levels 0 and 1 behind them; the data themselves where the layer is theirs, without labels. */
export async function layerData({ kernels, bonds, classes, clamp }: LayerBelow, data: Dataset): Promise<Dataset> {
  if (bonds.length === 0 && classes === 0) return data;
  const own = bonds.at(-1)?.recognition.hiddenBias.size ?? data.units;
  const units = own + classes;
  const levels = await layerMeans(kernels, bonds, data, clamp, units);
  if (classes > 0) {
    labelsOf("train", data, classes).forEach((label, b) => {
      levels[b * units + own + label] = 1;
    });
  }
  const { cases, name, labels } = data;
  return { name: `${name}, layer ${bonds.length + 1}`, cases, units, levels, ...(labels && { labels }) };
}

/** The layer drawn from the data anew for each update; as probabilities given the layer below it where it goes to a Field. */
export function layerSamples(
  { kernels, bonds, classes, clamp }: LayerBelow,
  { units, labels }: Dataset,
  last: "sample" | "mean",
  batchSize: number,
  seed: number,
): VisibleSource {
  const visible = clamp === "probability" ? kernels.field(batchSize, units) : kernels.states(batchSize, units);
  const pass = upPass(kernels, bonds, batchSize, "sample", last);
  const fill = classes > 0 ? joinLabels(kernels, batchSize, classes, last) : undefined;
  return ({ data, rows, update }, out) => {
    const draw = { seed, purpose: "clamp", step: update } as const;
    kernels.clamp({ levels: data.levels, units, rows, mode: clamp, draw, out: visible });
    const layers = pass(visible, rows.length, { ...draw, purpose: "recognition" }, fill ? undefined : out);
    fill?.(layers.at(-1) as States | Field, out, rows, labels ?? []);
  };
}

/** A function that makes of a layer and the labels of these rows the layer that has both. */
export function joinLabels(kernels: Kernels, capacity: number, classes: number, mode: "sample" | "mean") {
  const states = mode === "sample" ? kernels.states(capacity, classes) : undefined;
  const field = mode === "mean" ? kernels.field(capacity, classes) : undefined;
  return (layer: States | Field, out: States | Field, rows: Uint32Array, labels: ArrayLike<number>): void => {
    const [cases, bits] = [rows.length, oneHot(labels, rows, classes)];
    states?.write(bits);
    field?.write(Float32Array.from(bits));
    kernels.copyUnits({ cases, from: layer, to: out, units: layer.units });
    kernels.copyUnits({
      cases,
      from: (states ?? field) as States | Field,
      to: out,
      toUnit: layer.units,
      units: classes,
    });
  };
}
