/** An RBM that is being taught, in the kernels' memory. */

import type { Dataset } from "../../data/dataset.js";
import type { BondParameters, Kernels } from "../../kernels/kernels.js";
import type { Rbm } from "../../machines/rbm.js";
import { readRbm, residentRbm } from "../../machines/resident.js";
import type { SavedState } from "../checkpoint.js";
import type { EpochFigures, Learner } from "../learner.js";
import { startAverage } from "./average.js";
import { startCentring } from "./centring.js";
import { startFigures, type Watched } from "./figures.js";
import { startOptimizer } from "./optimizer.js";
import type { CompleteLearningOptions } from "./options.js";
import { isMoments, startPositive, type VisibleSource } from "./phase.js";
import { startSparsity } from "./sparsity.js";

/** Where an RBM is a part of a larger machine. */
export interface Within {
  /** The last of its visible units that are label units. */
  readonly classes?: number;
  readonly source?: VisibleSource | undefined;
  /** Of the inputs of its units, for CD and PCD. */
  readonly scales?: Pick<BondParameters, "visibleScale" | "hiddenScale">;
  /** What the larger machine tells after an epoch, given the parameters that are shown, which change in place. */
  readonly figures?: (shown: BondParameters) => FiguresOfEpoch | undefined;
}

type FiguresOfEpoch = (epoch: number) => Generator<EpochFigures, EpochFigures, void>;

/** `saved`: the state of the rule to go on from. */
export function startRbmLearner(
  kernels: Kernels,
  rbm: Rbm,
  data: Dataset,
  learning: CompleteLearningOptions,
  watched: Watched,
  saved?: SavedState,
  { classes = 0, source, scales, figures: figuresOf }: Within = {},
): Learner<Rbm> {
  const { epochs, batchSize, seed, clamp, negative } = learning;
  const parameters = { ...residentRbm(kernels, rbm, classes).parameters, ...scales };
  const context = { kernels, parameters, data, seed, batchSize, saved, source };
  const wake = startPositive(context, learning);
  const dream = negative.start(context);
  const centring = learning.centring && startCentring(context, learning.centring, data, clamp);
  const sparsity = learning.sparsity && startSparsity(context, learning.sparsity);
  const optimizer = startOptimizer(context, learning.optimizer, centring?.offsets);
  const average = learning.average && startAverage(context, learning.average, Math.ceil(data.cases / batchSize));
  const shown = average?.shown ?? (() => parameters);
  const own = startFigures({ kernels, parameters: shown() }, dream, data, watched, learning);
  const figures = both(own, figuresOf?.(shown()));
  let rateFactor = 1;
  return {
    *prepare(update) {
      if (!dream.prepare) return;
      const verdict = yield* dream.prepare(update);
      if (verdict.rejected) optimizer.forget();
      rateFactor = verdict.rateFactor;
    },
    learn(batch, epoch) {
      const positive = wake(batch);
      const result = dream.expect(batch, positive);
      const cases = batch.rows.length;
      const rebuilt = isMoments(result) ? undefined : result.reconstruction;
      const sum = rebuilt && kernels.squaredError(positive.visible, rebuilt, cases);
      // λ and q are of the statistics before they are shifted
      centring?.follow(positive.hidden, cases);
      sparsity?.shift(positive.hidden, cases);
      optimizer.apply(positive, result, epoch, epochs, rateFactor);
      average?.follow(epoch, epochs);
      return sum === undefined ? undefined : { sum, count: cases * rbm.visible };
    },
    largest: () => ({
      weight: kernels.largest(parameters.weights),
      bias: Math.max(kernels.largest(parameters.visibleBias), kernels.largest(parameters.hiddenBias)),
    }),
    ...(figures && {
      *figures(epoch) {
        // brings the arrays that figures are of up to date
        shown();
        return yield* figures(epoch);
      },
    }),
    ruleFigures: () => dream.figures?.(),
    rateFactor: () => rateFactor,
    parameters: () => readRbm(parameters),
    machine: () => readRbm(shown()),
    state: () => ({
      ...dream.state?.(),
      ...optimizer.state(),
      ...centring?.state(),
      ...sparsity?.state(),
      ...average?.state(),
    }),
  };
}

/** The figures of one, and of another after it. */
function both(one: FiguresOfEpoch | undefined, other: FiguresOfEpoch | undefined): FiguresOfEpoch | undefined {
  if (!one || !other) return one ?? other;
  return function* (epoch) {
    const first = yield* one(epoch);
    const work = other(epoch);
    for (let next = work.next(); ; next = work.next()) {
      if (next.done) return { ...first, ...next.value };
      yield { ...first, ...next.value };
    }
  };
}
