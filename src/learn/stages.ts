/**
 * Training in stages: each is a learner on data of its own, one after the other on the same machine (the layers of a deep belief network,
 * then fine-tuning). The loop knows nothing of it: stages hand it one learner after another, and count its reports together.
 */

import type { Dataset } from "../data/dataset.js";
import { refuse } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Checkpoint, Progress, SavedShapes, SavedState, Trainable } from "./checkpoint.js";
import type { Learner } from "./learner.js";
import { type LoopOptions, loop, withKernels } from "./loop.js";
import { AS_BEGUN, checkSaved, type RunOptions } from "./options.js";
import type { Training, TrainingReport } from "./report.js";

export interface Stage<Machine extends Trainable> {
  /** "layer 2", "up-down". */
  readonly name: string;
  readonly learning: LoopOptions;
  /** Cases of an epoch. */
  readonly cases: number;
  /** What a case costs, in any unit that all stages share: for the time left. */
  readonly work: number;
  /** What its rule keeps, for checkpoints. */
  readonly saves: SavedShapes;
  /** Starts on the machine as the stages before left it; or where `saved` is given, inside the stage. */
  begin(kernels: Kernels, machine: Machine, saved?: SavedState): Promise<Lesson<Machine>>;
}

/** A learner and its data. It teaches a part of the machine, and shows the whole. */
export interface Lesson<Machine extends Trainable> {
  readonly learner: Learner<Machine>;
  readonly data: Dataset;
}

/** A learner of a part as one of the whole. */
export function asPart<Part, Whole>(learner: Learner<Part>, whole: (part: Part) => Whole): Learner<Whole> {
  return {
    ...learner,
    parameters: () => whole(learner.parameters()),
    machine: () => whole(learner.machine()),
  };
}

/** Updates of one epoch of the stage. */
const updatesAnEpoch = ({ cases, learning }: Pick<Stage<never>, "cases" | "learning">): number =>
  Math.ceil(cases / learning.batchSize);

const updatesOf = (stage: Stage<never>): number => updatesAnEpoch(stage) * stage.learning.epochs;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Epochs and updates of the stages before the one of this index. */
function before(stages: readonly Stage<never>[], index: number) {
  const earlier = stages.slice(0, index);
  return { epochs: sum(earlier.map(({ learning }) => learning.epochs)), updates: sum(earlier.map(updatesOf)) };
}

/**
 * Trains a machine in stages. Kernels are made anew for each stage, as their memory is never given back, unless some are given.
 *
 * A checkpoint tells its stage in `progress`; its machine is whole, its state that of the stage's rule.
 */
export async function* trainInStages<Machine extends Trainable>(
  stages: readonly Stage<Machine>[],
  initial: Machine,
  options: RunOptions<Machine>,
): Training<Machine> {
  const { resume, signal } = options;
  let machine = resume?.machine ?? initial;
  let seconds = resume?.progress.seconds ?? 0;
  const first = resume?.progress.stage?.index ?? 0;
  for (let index = first; index < stages.length; index++) {
    const from = resume && index === first ? resume : undefined;
    const learnt: Machine | undefined = yield* withKernels(options, (kernels) => oneStage(index, kernels, from));
    if (!learnt || signal?.aborted) return;
    machine = learnt;
  }

  async function* oneStage(index: number, kernels: Kernels, from: Checkpoint<Machine> | undefined) {
    const stage = stages[index];
    const started = performance.now();
    const { learner, data } = await stage.begin(kernels, machine, from?.state);
    seconds += (performance.now() - started) / 1000;
    const done = before(stages as readonly Stage<never>[], index).updates;
    const progress: Progress = from
      ? { ...from.progress, update: from.progress.update - done, seconds }
      : { update: 0, errorSum: 0, errorCount: 0, seconds };
    const reports = loop(learner, data, stage.learning, options, { progress, ...(from && { state: from.state }) });
    for (;;) {
      const next = await reports.next();
      if (next.done) return next.value;
      seconds = next.value.seconds;
      yield ofAll(next.value, stages, index);
    }
  }
}

/** The report of a stage as one of the whole training. */
function ofAll<Machine extends Trainable>(
  report: TrainingReport<Machine>,
  stages: readonly Stage<Machine>[],
  index: number,
): TrainingReport<Machine> {
  const known = stages as readonly Stage<never>[];
  const { name, work } = stages[index];
  const [earlier, all] = [before(known, index), before(known, stages.length)];
  const [count, isLast] = [stages.length, index === stages.length - 1];
  const later = sum(known.slice(index + 1).map((stage) => stage.work * stage.cases * stage.learning.epochs)) / work;
  const { stoppedEarly, ...rest } = report;
  return {
    ...rest,
    epoch: earlier.epochs + report.epoch,
    epochs: all.epochs,
    update: earlier.updates + report.update,
    updates: all.updates,
    stage: { name, index, count, epoch: report.epoch, epochs: report.epochs },
    secondsLeft: report.secondsLeft + later / Math.max(report.casesPerSecond, 1e-9),
    ...(report.bestEpoch !== undefined && { bestEpoch: earlier.epochs + report.bestEpoch }),
    ...(stoppedEarly && isLast && { stoppedEarly }),
    done: report.done && isLast,
    checkpoint() {
      const { progress, ...checkpoint } = report.checkpoint();
      const update = earlier.updates + progress.update;
      return { ...checkpoint, progress: { ...progress, update, stage: { index, count } } };
    },
  };
}

/** Throws "option" or "shape" unless the progress and the state are of a run in these stages. */
export function checkStages(
  { progress, state }: Checkpoint,
  stages: readonly Pick<Stage<never>, "cases" | "learning" | "saves" | "name">[],
  who: string,
): void {
  const { stage, update } = progress;
  if (!stage || stage.count !== stages.length || stage.index >= stages.length) {
    const got = stage ? `stage ${stage.index + 1} of ${stage.count}` : "training without stages";
    throw refuse("option", { who, got, expected: `one of ${stages.length} stages`, wayOut: AS_BEGUN });
  }
  const { index } = stage;
  const known = stages as readonly Stage<never>[];
  const [least, most] = [before(known, index).updates, before(known, index + 1).updates];
  if (update < least || update > most) {
    const expected = `${least} to ${most}, those of ${stages[index].name}`;
    throw refuse("option", { who, got: `${update} updates`, expected, wayOut: AS_BEGUN });
  }
  checkSaved(state, stages[index].saves, who);
}
