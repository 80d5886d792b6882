/** Machines that runs have kept: their filters, and log Z where it can be summed. Loaded only when asked for, with what reads models. */

import { exactLogPartition, type Machine, parseModel, type Rbm } from "#src/index.js";
import { type Frame, frameOf } from "../../data/frame.js";
import type { Run } from "./run.js";

export interface Filters {
  /** [count, units], row-major. */
  readonly images: Float32Array;
  readonly count: number;
  /** Of the whole layer. */
  readonly hidden: number;
  readonly height: number;
  readonly width: number;
}

const MOST_FILTERS = 64;
/** 2^16 terms take a few milliseconds. */
const MOST_SUMMED = 16;

/** The machine of a kept epoch. Throws with the reason where it is not there, or none. */
export async function machineOf(run: Run, epoch: number): Promise<Machine> {
  const name = `epoch-${String(epoch).padStart(5, "0")}.safetensors`;
  if (run.machineAt) return parseModel(await run.machineAt(epoch), name).machine;
  const answer = await fetch(new URL(`api/runs/${encodeURIComponent(run.id)}/history/${name}`, document.baseURI));
  if (!answer.ok) throw new Error(`${name} of ${run.name}: got ${answer.status}; expected the machine of an epoch.`);
  return parseModel(new Uint8Array(await answer.arrayBuffer()), name).machine;
}

/** Weights from the visible units to hidden ones of the first layer, each as an image; undefined for a machine without layers. */
export function filtersOf(machine: Machine, config: unknown): Filters | undefined {
  const first = firstLayer(machine);
  if (!first) return undefined;
  const { weights, visible, hidden } = first;
  const { height, width } = frameFor(config, visible);
  const [units, count] = [height * width, Math.min(hidden, MOST_FILTERS)];
  const images = new Float32Array(count * units);
  for (let j = 0; j < count; j++)
    for (let i = 0; i < Math.min(units, visible); i++) images[j * units + i] = weights[i * hidden + j] as number;
  return { images, count, hidden, height, width };
}

function firstLayer(machine: Machine) {
  if (machine.kind === "rbm") return machine;
  if (machine.kind === "dbm" || machine.kind === "classifier") {
    const [visible, hidden] = machine.layers as [number, number];
    return { weights: machine.weights[0] as Float32Array, visible, hidden };
  }
  if (machine.kind !== "dbn") return undefined;
  const [visible, hidden] = machine.layers as [number, number];
  const below = machine.directed[0];
  return below ? { weights: below.generativeWeights, visible, hidden } : machine.top;
}

/** Of the cases' images, as the data say; else as cases are shown that are none. Units beyond an image are those of labels. */
function frameFor(config: unknown, visible: number): Pick<Frame, "height" | "width"> {
  const data = (config as { data?: { spec?: unknown; imageShape?: unknown } } | undefined)?.data;
  const spec = String(data?.spec ?? "");
  const side = spec.startsWith("mnist") ? 28 : Number(/^bars-and-stripes:(\d+)$/.exec(spec)?.[1] ?? 0);
  const given = Array.isArray(data?.imageShape) ? data.imageShape : [side, side];
  const [height, width] = [Number(given[0]), Number(given[1])];
  return height >= 1 && width >= 1 && height * width <= visible ? { height, width } : frameOf(visible);
}

/** log Z of a small RBM, summed; undefined for others. nats */
export function summedLogPartition(machine: Machine): number | undefined {
  if (machine.kind !== "rbm" || Math.min(machine.visible, machine.hidden) > MOST_SUMMED) return undefined;
  return exactLogPartition(machine as Rbm);
}
