/**
 * A deep Boltzmann machine that is being taught, all layers together [Salakhutdinov and Hinton 2009]: the data's statistics by mean field,
 * the machine's by chains that go on from update to update, persistent or tempered ones,
 *
 *   ∂/∂W_l = ⟨m_l m_{l+1}ᵀ⟩data − ⟨x_l x_{l+1}ᵀ⟩machine,
 *
 * the gradient of the variational bound where the means have settled. Each bond learns as an RBM would, with what an RBM has: optimizers,
 * averages, and centring, with which it needs no greedy start [Montavon and Müller 2012; Melchior et al. 2016]. A layer between two
 * others takes a step of its bias for each of its two bonds: its biases learn at twice the rate.
 */

import type { Dataset } from "../../data/dataset.js";
import { type Settled, startMeanField } from "../../evaluate/mean-field.js";
import type { Field, Kernels, Vector } from "../../kernels/kernels.js";
import type { Dbm } from "../../machines/dbm.js";
import { type ResidentDbm, readDbm, residentDbm } from "../../machines/resident-dbm.js";
import type { SavedState } from "../checkpoint.js";
import type { Learner } from "../learner.js";
import { startAverage } from "../rbm/average.js";
import { startCentring } from "../rbm/centring.js";
import { startMovingMean } from "../rbm/moving-mean.js";
import { startOptimizer } from "../rbm/optimizer.js";
import type { LearningContext } from "../rbm/phase.js";
import { startSparsity } from "../rbm/sparsity.js";
import { ofBond, savedOfBond } from "./bonds.js";
import { startDbmChains } from "./chains.js";
import { type DbmWatched, startDbmFigures } from "./figures.js";
import type { CompleteDbmOptions } from "./options.js";
import { startTemperedDbm } from "./tempered.js";

/** `saved`: the state of the rule to go on from. */
export function startDbmLearner(
  kernels: Kernels,
  dbm: Dbm,
  data: Dataset,
  learning: CompleteDbmOptions,
  watched: DbmWatched,
  saved?: SavedState,
): Learner<Dbm> {
  const { epochs, batchSize, seed, clamp } = learning;
  const resident = residentDbm(kernels, dbm);
  const { layers, biases, bonds } = resident;
  const visible = clamp === "probability" ? kernels.field(batchSize, layers[0]) : kernels.states(batchSize, layers[0]);
  const meanField = startMeanField(resident, batchSize);
  const { negative } = learning;
  const dream =
    negative.rule === "pcd"
      ? startDbmChains(resident, negative, seed, saved)
      : startTemperedDbm(resident, negative, data, seed, saved);
  const contexts = bonds.map((parameters, l): LearningContext => {
    return { kernels, parameters, data, seed, batchSize, saved: savedOfBond(l, saved) };
  });
  const centres = learning.centring && startCentres(contexts, learning);
  const sparsities = contexts.map((context) => learning.sparsity && startSparsity(context, learning.sparsity));
  const optimizers = contexts.map((context, l) => startOptimizer(context, learning.optimizer, centres?.offsets[l]));
  const factors = bonds.map((_, l) => bonds.slice(l + 1).reduce((factor) => factor * learning.lowerRate, 1));
  const updatesAnEpoch = Math.ceil(data.cases / batchSize);
  const averages = contexts.map(
    (context) => learning.average && startAverage(context, learning.average, updatesAnEpoch),
  );
  const shown = (): ResidentDbm => {
    const own = bonds.map((bond, l) => averages[l]?.shown() ?? bond);
    return { kernels, layers, bonds: own, biases: [own[0].visibleBias, ...own.map(({ hiddenBias }) => hiddenBias)] };
  };
  const figures = startDbmFigures(shown(), data, watched, learning);
  let settled: Settled | undefined;
  return {
    learn({ data: { levels, units }, rows, update }, epoch) {
      const cases = rows.length;
      const draw = { seed, purpose: "clamp", step: update } as const;
      kernels.clamp({ levels, units, rows, mode: clamp, draw, out: visible });
      const means = meanField(visible, cases, learning.meanField);
      const dreamt = dream.sweep(update);
      const hidden = means.layers.slice(1) as Field[];
      // λ and q are of the statistics before they are shifted
      hidden.forEach((mean, l) => {
        centres?.follow(l, mean, cases);
        sparsities[l]?.shift(mean, cases);
      });
      optimizers.forEach((optimizer, l) => {
        const positive = { cases, visible: means.layers[l], hidden: hidden[l] };
        optimizer.apply(positive, dreamt[l], epoch, epochs, factors[l]);
      });
      for (const average of averages) average?.follow(epoch, epochs);
      settled = means;
      return undefined;
    },
    largest: () => ({
      weight: Math.max(...bonds.map(({ weights }) => kernels.largest(weights))),
      bias: Math.max(...biases.map((bias) => kernels.largest(bias))),
    }),
    ruleFigures: () => settled && { meanFieldPasses: settled.iterations, meanFieldChange: settled.change },
    ...(figures && {
      figures(epoch) {
        // brings the arrays that figures are of up to date
        shown();
        return figures(epoch);
      },
    }),
    parameters: () => readDbm(bonds),
    machine: () => readDbm(shown().bonds),
    state: () =>
      Object.assign(
        dream.state(),
        ...contexts.map((_, l) =>
          ofBond(l, {
            ...optimizers[l].state(),
            ...centres?.state(l),
            ...sparsities[l]?.state(),
            ...averages[l]?.state(),
          }),
        ),
      ),
  };
}

/** Offsets of all layers: the data's means, which do not move, and moving averages of the means of mean field. */
function startCentres(contexts: readonly LearningContext[], { centring, clamp }: CompleteDbmOptions) {
  const { rate } = centring as NonNullable<typeof centring>;
  const first = startCentring(contexts[0], { rate }, contexts[0].data, clamp);
  const others = contexts.slice(1).map((context) => startMovingMean(context, "centring", rate));
  const means: Vector[] = [first.offsets.hidden, ...others.map(({ mean }) => mean)];
  const each = [first, ...others];
  return {
    offsets: means.map((hidden, l) => ({ visible: l === 0 ? first.offsets.visible : means[l - 1], hidden })),
    follow: (l: number, mean: Field, cases: number) => each[l].follow(mean, cases),
    state: (l: number) => each[l].state(),
  };
}
