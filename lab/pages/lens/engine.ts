/** A small RBM learns bars and stripes; every update is shown stage by stage, one stage a tick, beside the exact gradient. */

import {
  agreement,
  barsAndStripes,
  type Checkpoint,
  createKernels,
  initializeRbm,
  parametersSha256,
  parameterVector,
  type Rbm,
  sgd,
  type TrainingReport,
  train,
} from "#src/index.js";
import { emptyCurve, isRecorded, type Recorded, recorded } from "../../engine/curve.js";
import type { Engine } from "../../engine/engine.js";
import { compass, type Direction } from "./compass.js";
import { CASES, looked, type Settings, SIDE, stagesOf } from "./fields.js";
import { outer, type Stages, watched } from "./stages.js";

/** A layer of the case that is looked at. */
export interface SeenLayer {
  readonly sample: Float32Array | undefined;
  readonly mean: Float32Array | undefined;
}

export interface LensView {
  readonly update: number;
  readonly updates: number;
  /** Which of `stages` is on now. */
  readonly stage: number;
  readonly hidden: number;
  /** All cases of the batch [CASES, 9]. */
  readonly cases: Float32Array;
  readonly layers: readonly SeenLayer[];
  /** v hᵀ [9, H] of the data and of the dream, of the case or the mean of all; and what the update added to the weights. */
  readonly wake: Float32Array;
  readonly dream: Float32Array;
  readonly change: Float32Array;
  /** W [9, H] as the machine is at this stage. */
  readonly weights: Float32Array;
  readonly direction: Direction;
  /** Cosine of this update's own step with the gradient, and of the steps and gradients of late. */
  readonly step: number;
  readonly late: number;
  readonly plane: Float64Array;
  /** Where the two weights of the plane are. */
  readonly at: readonly [number, number];
  /** log-likelihood, cosine of the mean step, cosine of late steps. */
  readonly curve: Recorded;
  /** The most that a machine can have: minus the entropy of the cases. */
  readonly bound: number;
  readonly largestWeight: number;
}

/** An update: the machine before it, its stages, the machine after it. */
interface Update {
  readonly before: Rbm;
  readonly after: Rbm;
  readonly stages: Stages;
  /** Taken up to the update before. */
  readonly from: Checkpoint<Rbm> | undefined;
}

/** Averages with a memory of about 20 updates. */
interface Late {
  readonly step: Float64Array;
  readonly gradient: Float64Array;
}

interface Saved {
  readonly from: Checkpoint<Rbm> | undefined;
  readonly stage: number;
  /** As they were before the update. */
  readonly curve: Recorded;
  readonly late: Late;
}

const MEMORY = 20;

export async function start(initialSettings: Settings): Promise<Engine<LensView>> {
  let settings = initialSettings;
  const { hidden, rate, seed, updates, k } = settings;
  const data = barsAndStripes(SIDE);
  const bits = Float32Array.from(data.levels, (level) => level / 255);
  const kernels = await createKernels({ threads: 1 });
  const initial = initializeRbm(data, { hidden, seed });
  const stageCount = stagesOf(settings).length;
  const { gradientAt, directionAt, planeAt } = compass({ visible: data.units, hidden }, bits, k);
  const size = parameterVector(initial).length;

  let training: AsyncGenerator<TrainingReport<Rbm>, void, void>;
  let seen: Stages = [];
  let machine = initial;
  let checkpoint: Checkpoint<Rbm> | undefined;
  let stage = 0;
  let done = 0;
  let curve = emptyCurve;
  let late: Late = { step: new Float64Array(size), gradient: new Float64Array(size) };
  /** What the curve and the averages were before the update that is shown. */
  let earlier = { curve, late };
  let update: Update;
  let direction: Direction | undefined;
  let step = 0;
  let plane: { readonly key: string; readonly arrows: Float64Array } | undefined;

  function begin(resume: Checkpoint<Rbm> | undefined) {
    checkpoint = resume;
    machine = resume?.machine ?? initial;
    done = resume?.progress.update ?? 0;
    const negative = watched(
      settings,
      () => machine,
      (stages) => {
        seen = stages;
      },
    );
    training = train(machine, data, {
      epochs: updates,
      batchSize: CASES,
      seed,
      negative,
      optimizer: sgd({ rate, momentum: 0, weightDecay: 0 }),
      kernels,
      reportEvery: 0,
      ...(resume && { resume }),
    });
  }

  /** Takes the next update, whose first stage is shown. */
  async function take(): Promise<boolean> {
    const next = await training.next();
    if (next.done) return false;
    const before = machine;
    const from = checkpoint;
    machine = next.value.machine();
    checkpoint = next.value.checkpoint();
    update = { before, after: machine, stages: seen, from };
    earlier = { curve, late };
    direction = undefined;
    const vector = parameterVector(before);
    const change = parameterVector(machine).map((x, at) => x - (vector[at] as number));
    const { gradient } = gradientAt(vector);
    step = agreement(change, gradient).cosine;
    const mixed = (average: Float64Array, fresh: Float64Array) =>
      average.map((x, at) => x + ((fresh[at] as number) - x) / MEMORY);
    late = { step: mixed(late.step, change), gradient: mixed(late.gradient, gradient) };
    if (isRecorded(curve, done)) {
      const { logLikelihood, cosine } = directionAt(before, []);
      curve = recorded(curve, done, { logLikelihood, cosine, late: agreement(late.step, late.gradient).cosine });
    }
    plane = undefined;
    return true;
  }

  begin(undefined);
  await take();

  return {
    async advance() {
      if (stage + 1 < stageCount) {
        stage++;
        return true;
      }
      if (done + 1 >= updates) return false;
      done++;
      if (!(await take())) return false;
      stage = 0;
      return true;
    },

    view() {
      const { before, after, stages } = update;
      const which = settings.of === "case" ? settings.case : undefined;
      const [V, places] = [before.visible, before.visible * hidden];
      const axes = [settings.x % places, settings.y % places] as [number, number];
      if (axes[0] === axes[1]) axes[1] = (axes[1] + 1) % places;
      const key = axes.join();
      if (plane?.key !== key) plane = { key, arrows: planeAt(before, axes) };
      direction ??= directionAt(before);
      const shown = stage === stageCount - 1 ? after : before;
      return {
        update: done,
        updates,
        stage,
        hidden,
        cases: stages[0]?.sample?.slice() as Float32Array,
        layers: stages.map(({ units, sample, mean }) => ({
          sample: rowOf(sample, settings.case, units),
          mean: rowOf(mean, settings.case, units),
        })),
        wake: outer(stages[0] as Stages[0], stages[1] as Stages[1], which),
        dream: outer(stages.at(-2) as Stages[0], stages.at(-1) as Stages[1], which),
        change: after.weights.map((w, at) => w - (before.weights[at] as number)),
        weights: shown.weights.slice(0, V * hidden),
        direction: {
          ...direction,
          gradient: direction.gradient.slice(),
          contrastive: direction.contrastive.slice(),
          cosines: direction.cosines.slice(),
        },
        step,
        late: agreement(late.step, late.gradient).cosine,
        plane: plane.arrows.slice(),
        at: [before.weights[axes[0]] as number, before.weights[axes[1]] as number],
        curve,
        bound: boundOf(bits),
        largestWeight: before.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0),
      };
    },

    adjust(next: Settings) {
      const names = Object.keys(next) as (keyof Settings)[];
      const same = names.every((name) => looked.includes(name as never) || next[name] === settings[name]);
      if (!same) return false;
      settings = next;
      return "looked";
    },

    save: (): Saved => ({ from: update.from, stage, ...earlier }),

    async load(saved: Saved) {
      await training.return();
      [curve, late] = [saved.curve, saved.late];
      begin(saved.from);
      await take();
      stage = saved.stage;
    },

    command: ({ what }: { readonly what: "sha256" }) =>
      what === "sha256" ? parametersSha256(update.after) : undefined,

    dispose: () => kernels.dispose(),
  };
}

function rowOf(rows: Float32Array | undefined, row: number, units: number): Float32Array | undefined {
  if (!rows) return undefined;
  const at = row % (rows.length / units);
  return rows.slice(at * units, (at + 1) * units);
}

/** −H of the draws, of which the first and the last come twice. */
function boundOf(bits: Float32Array): number {
  const counts = new Map<string, number>();
  for (let c = 0; c < CASES; c++) {
    const word = bits.subarray((c * bits.length) / CASES, ((c + 1) * bits.length) / CASES).join("");
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, n) => sum + (n / CASES) * Math.log(n / CASES), 0);
}
