/** Early stopping: the loop ends when a figure has not been good for some epochs, and keeps the machine of the last good one. */

import { refuse } from "../errors.js";
import { dbmArrays, dbmFromArrays } from "../machines/dbm.js";
import { dbnArrays, dbnFromArrays } from "../machines/dbn.js";
import type { Checkpoint, SavedArray, SavedShapes, SavedState, Trainable } from "./checkpoint.js";
import type { EpochFigures } from "./learner.js";

/** Which way each figure gets better. */
const directions = {
  heldOutLogLikelihood: "up",
  logLikelihood: "up",
  heldOutReconstructionError: "down",
  freeEnergyGap: "down",
  heldOutErrorRate: "down",
  heldOutCrossEntropy: "down",
} as const satisfies Partial<Record<keyof EpochFigures, "up" | "down">>;

export type StopMetric = keyof typeof directions;

/**
 * An epoch is good whose figure is within `tolerance` of the best so far. Without a tolerance that is a new best, or an equal one.
 *
 * Figures use Math.exp and Math.log, whose last bits an engine may choose; where two epochs are equal to that, so may the epoch that is kept.
 *
 * The free-energy gap is about 0 before learning and grows with it, so it needs a tolerance: how many nats of overfitting are allowed.
 */
export interface StopWhen {
  readonly metric: StopMetric;
  /** Stop once so many epochs have passed since the last good one; at least 1. Judged where the figure is told. */
  readonly patience: number;
  /** In units of the figure, 0 or more; 0 by default. */
  readonly tolerance?: number;
}

export type StopConfig = Required<StopWhen>;

/** Throws "option" for an unknown metric, a patience below 1, a negative tolerance, and a free-energy gap without tolerance. */
export function completeStopWhen({ metric, patience, tolerance = 0 }: StopWhen): StopConfig {
  const who = "stopWhen";
  if (!(metric in directions)) {
    throw refuse("option", { who, got: String(metric), expected: `one of ${Object.keys(directions).join(", ")}` });
  }
  if (!Number.isInteger(patience) || patience < 1) {
    throw refuse("option", {
      who: "patience",
      got: String(patience),
      expected: "a whole number of epochs, at least 1",
    });
  }
  if (!(tolerance >= 0 && Number.isFinite(tolerance)) || (metric === "freeEnergyGap" && tolerance === 0)) {
    const expected = metric === "freeEnergyGap" ? "a positive number of nats" : "a number, 0 or more";
    const wayOut =
      metric === "freeEnergyGap" ? "The gap grows whenever the machine learns; say by how much it may." : undefined;
    throw refuse("option", { who: "tolerance", got: String(tolerance), expected, ...(wayOut && { wayOut }) });
  }
  return { metric, patience, tolerance };
}

/** Throws "option" unless the run will tell the figure. */
export function checkTold(config: StopConfig | undefined, told: readonly (keyof EpochFigures)[]): void {
  if (!config || told.includes(config.metric)) return;
  const expected = told.length > 0 ? `a figure that this run tells: ${told.join(", ")}` : "a run that tells figures";
  const wayOut = "Give held-out cases; log-likelihoods also need `monitor`.";
  throw refuse("option", { who: "stopWhen", got: config.metric, expected, wayOut });
}

const record = "stopping.record";

/** The arrays of a machine by their names in saved states. */
function arraysOf(machine: Trainable): Record<string, SavedArray> {
  if (machine.kind === "rbm") {
    const { visible, hidden, weights, visibleBias, hiddenBias } = machine;
    return {
      "best.weights": { shape: [visible, hidden], data: weights },
      "best.visible.bias": { shape: [visible], data: visibleBias },
      "best.hidden.bias": { shape: [hidden], data: hiddenBias },
    };
  }
  if (machine.kind === "dbn" || machine.kind === "dbm") {
    const arrays = machine.kind === "dbn" ? dbnArrays(machine) : dbmArrays(machine);
    return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`best.${name}`, array]));
  }
  if (machine.kind === "classifier") {
    const { layers, weights, biases } = machine;
    const entries = weights.flatMap((data, l): [string, SavedArray][] => [
      [`best.${l}.weights`, { shape: layers.slice(l, l + 2), data }],
      [`best.${l}.bias`, { shape: [layers[l + 1] as number], data: biases[l] as Float32Array }],
    ]);
    return Object.fromEntries(entries);
  }
  const { units, weights, bias } = machine;
  return { "best.weights": { shape: [units, units], data: weights }, "best.bias": { shape: [units], data: bias } };
}

function withArrays<Machine extends Trainable>(machine: Machine, saved: SavedState): Machine {
  if (machine.kind === "dbn") {
    return dbnFromArrays(machine, (name) => saved[`best.${name}`].data) as Trainable as Machine;
  }
  if (machine.kind === "dbm") {
    return dbmFromArrays(machine.layers, (name) => saved[`best.${name}`].data) as Trainable as Machine;
  }
  if (machine.kind === "classifier") {
    const all = (name: string) => machine.weights.map((_, l) => saved[`best.${l}.${name}`].data);
    return { ...machine, weights: all("weights"), biases: all("bias") };
  }
  const [weights, bias] = [saved["best.weights"].data, saved["best.bias"]?.data];
  if (machine.kind !== "rbm") return { ...machine, weights, bias };
  const [visibleBias, hiddenBias] = [saved["best.visible.bias"].data, saved["best.hidden.bias"].data];
  return { ...machine, weights, visibleBias, hiddenBias };
}

export function stoppingSaves(machine: Trainable): SavedShapes {
  const shapes = Object.entries(arraysOf(machine)).map(([name, { shape }]) => [name, shape] as const);
  return { ...Object.fromEntries(shapes), [record]: [3] };
}

/** Has the run of this checkpoint stopped early, with no stages to come? */
export function hasStoppedEarly({ state, progress: { stage } }: Checkpoint): boolean {
  return state[record]?.data[2] === 1 && (!stage || stage.index === stage.count - 1);
}

export interface Stopping<Machine> {
  /** After epoch `epoch`, from 1: should training stop? */
  look(epoch: number, figures: EpochFigures, machine: () => Machine): boolean;
  /** The machine of the last good epoch; the initial one before the first, epoch 0. */
  readonly best: { readonly machine: Machine; readonly epoch: number };
  readonly stopped: boolean;
  state(): SavedState;
}

export function startStopping<Machine extends Trainable>(
  { metric, patience, tolerance }: StopConfig,
  initial: Machine,
  saved?: SavedState,
): Stopping<Machine> {
  const sign = directions[metric] === "up" ? 1 : -1;
  const [figure = Number.NaN, epoch = 0, ended = 0] = saved?.[record].data ?? [];
  /** The best figure so far, in the direction that is better. */
  let top = Number.isNaN(figure) ? Number.NEGATIVE_INFINITY : sign * figure;
  let best = { machine: saved ? withArrays(initial, saved) : initial, epoch };
  let stopped = ended === 1;
  return {
    look(now, figures, machine) {
      const value = figures[metric];
      // not told after every epoch, perhaps
      if (value === undefined || Number.isNaN(value)) return stopped;
      top = Math.max(top, sign * value);
      if (sign * value >= top - tolerance) best = { machine: machine(), epoch: now };
      stopped = now - best.epoch >= patience;
      return stopped;
    },
    get best() {
      return best;
    },
    get stopped() {
      return stopped;
    },
    state: () => ({
      ...arraysOf(best.machine),
      [record]: {
        shape: [3],
        data: Float64Array.of(top === Number.NEGATIVE_INFINITY ? Number.NaN : sign * top, best.epoch, Number(stopped)),
      },
    }),
  };
}
