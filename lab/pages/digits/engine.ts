/** An RBM that learns the shipped digits, one update a tick; with reconstructions and dreams of this moment. */

import {
  availableThreads,
  type Checkpoint,
  contrastiveDivergence,
  createKernels,
  type Dataset,
  type GibbsState,
  gibbsSampler,
  initializeRbm,
  type NegativeRule,
  parametersSha256,
  persistentContrastiveDivergence,
  type Rbm,
  residentRbm,
  serializeModel,
  sgd,
  type TrainingReport,
  takeCases,
  temperedGibbs,
  train,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { loadDigits } from "../../engine/shipped.js";
import type { Settings } from "./fields.js";

/** Cases in the rows of data, reconstructions and dreams. */
export const SHOWN = 10;
/** Filters that are shown, of how many there may be. */
export const MOST_FILTERS = 100;
/** Updates between two sweeps of the dreams. */
const DREAM_EVERY = 5;
/** Held-out digits whose hidden units are looked at. */
const LOOKED_AT = 200;

export interface Curve {
  readonly epoch: number[];
  readonly reconstruction: number[];
  readonly heldOut: number[];
  readonly gap: number[];
}

export interface DigitsView {
  readonly update: number;
  readonly updates: number;
  readonly epoch: number;
  readonly cases: number;
  /** [shown filters, 784] */
  readonly filters: Float32Array;
  readonly filterCount: number;
  /** [SHOWN, 784] each */
  readonly data: Float32Array;
  readonly reconstructions: Float32Array;
  readonly dreams: Float32Array;
  /** Mean squared reconstruction error of the epoch so far. */
  readonly error: number | undefined;
  readonly curve: Curve;
  /** Counts of weights in 41 bins from −histogramEnd to it. */
  readonly histogram: Float32Array;
  readonly histogramEnd: number;
  /** Mean P(h_j = 1 | v) over held-out digits [hidden], sorted. */
  readonly activity: Float32Array;
  readonly dead: number;
  readonly saturated: number;
  readonly largestWeight: number;
  readonly rate: number;
}

type Report = TrainingReport<Rbm>;

interface Saved {
  readonly checkpoint: Checkpoint<Rbm> | undefined;
  readonly curve: Curve;
  readonly dream: { readonly sweep: number; readonly visible: Uint8Array };
}

function ruleOf({ rule, k }: Settings): NegativeRule {
  if (rule === "pcd") return persistentContrastiveDivergence({ k });
  if (rule === "pt") return temperedGibbs({});
  return contrastiveDivergence({ k });
}

export async function start(settings: Settings): Promise<Engine<DigitsView>> {
  const { hidden, rate, momentum, decay, epochs, seed } = settings;
  const [data, held] = await Promise.all([loadDigits("train", settings.digits), loadDigits("test", settings.digits)]);
  const batchSize = Math.min(settings.batch, data.cases);
  // one processor is for the page
  const threads = Math.max(1, Math.min(4, availableThreads() - 1));
  const kernels = await createKernels({ threads });
  const initial = initializeRbm(data, { hidden, seed });
  const learning = {
    epochs,
    batchSize,
    seed,
    negative: ruleOf(settings),
    optimizer: sgd({ rate, momentum, weightDecay: decay }),
  };

  // what is looked at has kernels of its own: training's bits stay training's
  const lens = await createKernels();
  const resident = residentRbm(lens, initial);
  const shown = spread(held, SHOWN);
  const rows = { visible: lens.field(SHOWN, 784), hidden: lens.field(SHOWN, hidden) };
  const looked = takeCases(held, Math.min(LOOKED_AT, held.cases));
  const look = { visible: lens.states(looked.cases, 784), hidden: lens.field(looked.cases, hidden) };
  lens.clamp({ ...allRows(looked), mode: "threshold", out: look.visible });
  const sampler = gibbsSampler(resident);

  let training: AsyncGenerator<Report, void, void> | undefined;
  let report: Report | undefined;
  let curve: Curve = { epoch: [], reconstruction: [], heldOut: [], gap: [] };
  let dream: GibbsState = sampler.init(seed, SHOWN);
  let means: Float32Array = new Float32Array(SHOWN * 784).fill(0.5);

  const begin = (resume?: Checkpoint<Rbm>) => {
    training = train(resume?.machine ?? initial, data, {
      ...learning,
      kernels,
      heldOut: held,
      reportEvery: 0,
      ...(resume && { resume }),
    });
  };
  begin();

  const machine = () => report?.machine() ?? initial;
  function showMachine(): Rbm {
    const rbm = machine();
    resident.parameters.weights.write(rbm.weights);
    resident.parameters.visibleBias.write(rbm.visibleBias);
    resident.parameters.hiddenBias.write(rbm.hiddenBias);
    return rbm;
  }

  return {
    async advance() {
      const next = await training?.next();
      if (!next || next.done || !next.value) return false;
      report = next.value;
      if (report.kind === "epoch") {
        const {
          epoch,
          reconstructionError = Number.NaN,
          heldOutReconstructionError = Number.NaN,
          freeEnergyGap = Number.NaN,
        } = report;
        curve = {
          epoch: [...curve.epoch, epoch],
          reconstruction: [...curve.reconstruction, reconstructionError],
          heldOut: [...curve.heldOut, heldOutReconstructionError],
          gap: [...curve.gap, freeEnergyGap],
        };
      }
      if (report.update % DREAM_EVERY === 0) {
        showMachine();
        means = sampler.step(dream).visibleMean.read(SHOWN);
      }
      return true;
    },

    view() {
      const rbm = showMachine();
      const { parameters } = resident;
      rows.visible.write(shown);
      lens.conditional({
        cases: SHOWN,
        from: rows.visible,
        weights: parameters.weights,
        bias: parameters.hiddenBias,
        mean: rows.hidden,
      });
      lens.conditional({
        cases: SHOWN,
        from: rows.hidden,
        weights: parameters.weights,
        bias: parameters.visibleBias,
        transposed: true,
        mean: rows.visible,
      });
      lens.conditional({
        cases: looked.cases,
        from: look.visible,
        weights: parameters.weights,
        bias: parameters.hiddenBias,
        mean: look.hidden,
      });
      const count = Math.min(hidden, MOST_FILTERS);
      return {
        update: report?.update ?? 0,
        updates: epochs * Math.ceil(data.cases / batchSize),
        epoch: report?.epoch ?? 0,
        cases: data.cases,
        filters: filtersOf(rbm, count),
        filterCount: count,
        data: shown.slice(),
        reconstructions: rows.visible.read(SHOWN),
        dreams: means.slice(),
        error: report?.reconstructionError,
        curve,
        ...histogramOf(rbm.weights),
        ...activityOf(look.hidden.read(looked.cases), looked.cases, hidden),
        largestWeight: report?.largestWeight ?? 0,
        rate,
      };
    },

    save(): Saved {
      return {
        checkpoint: report?.checkpoint(),
        curve,
        dream: { sweep: dream.sweep, visible: dream.visible.read(SHOWN) },
      };
    },

    async load({ checkpoint, curve: saved, dream: chains }: Saved) {
      await training?.return();
      report = undefined;
      curve = saved;
      dream = sampler.init(seed, SHOWN);
      dream.sweep = chains.sweep;
      dream.visible.write(chains.visible);
      begin(checkpoint);
      if (checkpoint)
        report = {
          ...emptyReport,
          ...checkpoint.progress,
          machine: () => checkpoint.machine,
          checkpoint: () => checkpoint,
        } as unknown as Report;
    },

    async command(command: { readonly what: "sha256" | "model" | "filter"; readonly filter?: number }) {
      if (command.what === "sha256") return parametersSha256(machine());
      if (command.what === "model") return serializeModel(machine());
      return filterOf(machine(), command.filter ?? 0);
    },

    dispose() {
      kernels.dispose();
      lens.dispose();
    },
  };
}

const emptyReport = { kind: "progress", epoch: 0, largestWeight: 0 };

const allRows = ({ levels, units, cases }: Dataset) => ({
  levels,
  units,
  rows: Uint32Array.from({ length: cases }, (_, i) => i),
  draw: { seed: 0, purpose: "evaluationClamp" as const, step: 0 },
});

/** So many cases, of all classes in turn. */
function spread({ cases, levels, labels }: Dataset, count: number): Float32Array {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const taken = Array.from({ length: count }, (_, i) => {
    const wanted = classes[i % classes.length];
    const nth = Math.floor(i / classes.length);
    const members = Array.from({ length: cases }, (_, b) => b).filter((b) => labels?.[b] === wanted);
    return members[nth % members.length] as number;
  });
  return Float32Array.from({ length: count * 784 }, (_, at) =>
    (levels[(taken[Math.floor(at / 784)] as number) * 784 + (at % 784)] as number) > 127 ? 1 : 0,
  );
}

/** [count, 784] of W [784, hidden]. */
function filtersOf({ weights, hidden }: Rbm, count: number): Float32Array {
  const filters = new Float32Array(count * 784);
  for (let i = 0; i < 784; i++)
    for (let j = 0; j < count; j++) filters[j * 784 + i] = weights[i * hidden + j] as number;
  return filters;
}

function filterOf({ weights, hidden, hiddenBias }: Rbm, j: number) {
  return {
    weights: Float32Array.from({ length: 784 }, (_, i) => weights[i * hidden + j] as number),
    bias: hiddenBias[j] as number,
  };
}

const BINS = 41;

function histogramOf(weights: Float32Array) {
  const stride = Math.max(1, Math.floor(weights.length / 50_000));
  let end = 0;
  for (let i = 0; i < weights.length; i += stride) end = Math.max(end, Math.abs(weights[i] as number));
  end ||= 1;
  const histogram = new Float32Array(BINS);
  for (let i = 0; i < weights.length; i += stride) {
    const bin = Math.min(BINS - 1, Math.floor((((weights[i] as number) / end + 1) / 2) * BINS));
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  return { histogram, histogramEnd: end };
}

function activityOf(means: Float32Array, cases: number, hidden: number) {
  const activity = new Float32Array(hidden);
  const highest = new Float32Array(hidden);
  const lowest = new Float32Array(hidden).fill(1);
  for (let b = 0; b < cases; b++) {
    for (let j = 0; j < hidden; j++) {
      const p = means[b * hidden + j] as number;
      activity[j] = (activity[j] as number) + p / cases;
      highest[j] = Math.max(highest[j] as number, p);
      lowest[j] = Math.min(lowest[j] as number, p);
    }
  }
  const dead = highest.filter((p) => p < 0.01).length;
  const saturated = lowest.filter((p) => p > 0.99).length;
  return { activity: activity.sort(), dead, saturated };
}
