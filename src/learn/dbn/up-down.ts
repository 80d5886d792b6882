/**
 * The up-down algorithm, a contrastive version of wake-sleep [Hinton, Osindero and Teh 2006, appendix B]: all layers of a deep belief network
 * learn together. A pass up from the data teaches the generative weights to make each layer from the one above; k sweeps of the top pair from
 * there teach it as CD-k; a pass down from where they end teaches the recognition weights to find each layer from the one below,
 *
 *   ΔG = η ⟨(s − σ(G h + g)) hᵀ⟩ up,   ΔW = η (⟨s hᵀ⟩ up − ⟨s hᵀ⟩ after k sweeps),   ΔR = η ⟨s (h − σ(Rᵀ s + r))ᵀ⟩ down,
 *
 * s the lower layer and h the upper one of a bond, and biases alike. All are taken before any is applied.
 */

import type { Dataset } from "../../data/dataset.js";
import type { BondParameters, Field, Kernels, Phase, Phases, States } from "../../kernels/kernels.js";
import type { Dbn } from "../../machines/dbn.js";
import { allocateParameters, startTransposing, towardsHidden, towardsVisible } from "../../machines/resident.js";
import { type ResidentDbn, readDbn } from "../../machines/resident-dbn.js";
import { type AverageConfig, runningAverage } from "../average.js";
import type { SavedState } from "../checkpoint.js";
import { countFrom, savedCount } from "../counter.js";
import type { Batch, Learner } from "../learner.js";
import { restoreBond, saveBond } from "../rbm/saved-bond.js";
import { valueAt } from "../schedule.js";
import { type DbnWatched, startDbnFigures } from "./figures.js";
import { joinLabels } from "./layer-input.js";
import type { CompleteUpDown } from "./up-down-options.js";

/** What is taught, by name: the weights of each bond both ways, from below, then the top's. */
export function taughtBonds<Bond>(
  directed: readonly { readonly generative: Bond; readonly recognition: Bond }[],
  top: Bond,
): [string, Bond][] {
  return [
    ...directed.flatMap(({ generative, recognition }, l): [string, Bond][] => [
      [`directed.${l + 1}.generative`, generative],
      [`directed.${l + 1}.recognition`, recognition],
    ]),
    ["top", top],
  ];
}

/** Names in saved states. */
export const [stepOf, averageOf, averageCounter, chains] = [
  (name: string) => `step.${name}`,
  (name: string) => `average.${name}`,
  "average.updates",
  "chains.hidden",
];

export const hasMomentum = ({ optimizer: { momentum } }: CompleteUpDown): boolean => momentum !== 0;

/** A learner of all layers of the network, which is in the kernels' memory already. */
export function startUpDown(
  resident: ResidentDbn,
  data: Dataset,
  learning: CompleteUpDown,
  watched: DbnWatched,
  saved: SavedState | undefined,
): Learner<Dbn> {
  const { kernels, directed, top } = resident;
  const { epochs, optimizer } = learning;
  const moved = taughtBonds(directed, top).map(([name, parameters]) => {
    const { visibleBias, hiddenBias } = parameters;
    const step = hasMomentum(learning) ? allocateParameters(kernels, visibleBias.size, hiddenBias.size) : undefined;
    if (step) restoreBond(stepOf(name), step, saved);
    return { name, parameters, step };
  });
  const updatesAnEpoch = Math.ceil(data.cases / learning.batchSize);
  const average = learning.average && startAverage(resident, learning.average, updatesAnEpoch, saved);
  const shown = average?.shown ?? (() => resident);
  const figures = startDbnFigures(shown(), data, watched, learning);
  const wake = startWake(resident, learning);
  const { dream, state: chainState } = startDream(resident, learning, saved);
  let sweeps = 0;

  return {
    learn(batch, epoch) {
      sweeps = valueAt(learning.sweeps, epoch, epochs);
      const up = wake.up(batch);
      const down = dream(batch, up.hiddenSample, sweeps);
      const phases = [
        ...directed.flatMap((_, l) => [up.bonds[l], down.bonds[l]]),
        { positive: up.top, negative: down.top },
      ];
      const rate = valueAt(optimizer.rate, epoch, epochs);
      const momentum = valueAt(optimizer.momentum, epoch, epochs);
      moved.forEach(({ parameters, step }, n) => {
        const decay = rate * optimizer.weightDecay;
        kernels.update({ parameters, ...phases[n], rate, momentum, decay, ...(step && { step }) });
      });
      average?.follow(epoch, epochs);
      return up.error;
    },
    largest: () => ({
      weight: Math.max(...moved.map(({ parameters }) => kernels.largest(parameters.weights))),
      bias: Math.max(
        ...moved.flatMap(({ parameters: { visibleBias, hiddenBias } }) =>
          [visibleBias, hiddenBias].map(kernels.largest),
        ),
      ),
    }),
    ruleFigures: () => ({ sweeps }),
    ...(figures && {
      figures(epoch) {
        // brings the arrays that figures are of up to date
        shown();
        return figures(epoch);
      },
    }),
    parameters: () => readDbn(resident),
    machine: () => readDbn(shown()),
    state: () =>
      Object.assign(
        chainState(),
        ...moved.map(({ name, step }) => step && saveBond(stepOf(name), step)),
        average?.state(),
      ),
  };
}

/** Averages of all that is taught (rbm/average.ts): what is shown and kept in place of the latest parameters. */
function startAverage(
  resident: ResidentDbn,
  config: AverageConfig,
  updatesAnEpoch: number,
  saved: SavedState | undefined,
) {
  const { kernels } = resident;
  const like = ({ visibleBias, hiddenBias, group }: BondParameters): BondParameters => ({
    ...allocateParameters(kernels, visibleBias.size, hiddenBias.size),
    ...(group && { group }),
  });
  const own: ResidentDbn = {
    ...resident,
    directed: resident.directed.map(({ generative, recognition }) => ({
      generative: like(generative),
      recognition: like(recognition),
    })),
    top: like(resident.top),
  };
  const [averages, taught] = [own, resident].map(({ directed, top }) => taughtBonds(directed, top));
  for (const [name, bond] of averages) restoreBond(averageOf(name), bond, saved);
  const running = runningAverage(
    kernels,
    averages.map(([, bond]) => bond),
    taught.map(([, bond]) => bond),
    config,
    updatesAnEpoch,
    countFrom(averageCounter, saved),
  );
  return {
    follow: running.follow,
    /** The averages, in the same arrays every time; until they have begun, the parameters as they are. */
    shown() {
      running.settle();
      return own;
    },
    state: (): SavedState =>
      Object.assign(
        { [averageCounter]: savedCount(running.updates) },
        ...averages.map(([name, bond]) => saveBond(averageOf(name), bond)),
      ),
  };
}

/** The pass up: what it says of each bond's generative weights, and where the top pair is. */
function startWake({ kernels, directed, top, layers, classes }: ResidentDbn, learning: CompleteUpDown) {
  const { batchSize, clamp, seed } = learning;
  const visible = layerOf(kernels, clamp === "probability", batchSize, layers[0]);
  const hidden = directed.map(({ recognition: { hiddenBias } }) => ({
    states: kernels.states(batchSize, hiddenBias.size),
    field: kernels.field(batchSize, hiddenBias.size),
  }));
  const made = directed.map(({ generative }) => kernels.field(batchSize, generative.visibleBias.size));
  // of the kind that the layer below the top has
  const kind = directed.length === 0 ? visible.kind : "states";
  const joined = layerOf(kernels, kind === "field", batchSize, top.visibleBias.size);
  const join = joinLabels(kernels, batchSize, classes, kind === "field" ? "mean" : "sample");
  const mean = kernels.field(batchSize, top.hiddenBias.size);
  const hiddenSample = kernels.states(batchSize, top.hiddenBias.size);

  function up({ data, rows, update }: Batch) {
    const cases = rows.length;
    const draw = { seed, purpose: "clamp", step: update } as const;
    kernels.clamp({ levels: data.levels, units: layers[0], rows, mode: clamp, draw, out: visible });
    let below: States | Field = visible;
    const bonds = directed.map(({ generative, recognition }, l): Phases => {
      const { states, field } = hidden[l];
      const own = { ...draw, purpose: "recognition", sweep: l } as const;
      const sample = { mean: field, meanIsSample: true, sample: states, draw: own };
      kernels.conditional({ cases, from: below, ...towardsHidden(recognition), ...sample });
      kernels.conditional({ cases, from: states, ...towardsVisible(generative), mean: made[l] });
      const positive = { cases, visible: below, hidden: field };
      below = states;
      return { positive, negative: { ...positive, visible: made[l] } };
    });
    const last = classes > 0 ? joined : below;
    if (classes > 0) join(below, joined, rows, data.labels ?? []);
    kernels.conditional({
      cases,
      from: last,
      ...towardsHidden(top),
      mean,
      sample: hiddenSample,
      draw: { ...draw, purpose: "hidden" },
    });
    const error = made[0] && { sum: kernels.squaredError(visible, made[0], cases), count: cases * layers[0] };
    return { bonds, top: { cases, visible: last, hidden: mean } satisfies Phase, hiddenSample, error };
  }
  return { up };
}

/** Sweeps of the top pair from its upper layer, and the pass down: what it says of each bond's recognition weights, and of the top. */
function startDream(
  { kernels, directed, top, layers }: ResidentDbn,
  learning: CompleteUpDown,
  saved: SavedState | undefined,
) {
  const { batchSize, clamp, seed } = learning;
  const isPersistent = learning.dreams === "persistent";
  const [joinedUnits, topUnits] = [top.visibleBias.size, top.hiddenBias.size];
  const joined = kernels.states(batchSize, joinedUnits);
  const joinedField = kernels.field(batchSize, joinedUnits);
  const chain = kernels.states(batchSize, topUnits);
  if (saved && isPersistent) chain.write(saved[chains].data as Uint8Array);
  let begun = saved !== undefined && isPersistent;
  const mean = kernels.field(batchSize, topUnits);
  // faster where it serves several sweeps
  const downwards = startTransposing(kernels, joinedUnits, topUnits);
  const plain = layers[directed.length];
  /** From the last layer but one down; samples as states and as numbers. Dreams of the visible layer are as its data are. */
  const made = [...directed.keys(), directed.length].map((l) => ({
    states: kernels.states(batchSize, layers[l]),
    field: kernels.field(batchSize, layers[l]),
  }));
  const found = directed.map(({ recognition }) => kernels.field(batchSize, recognition.hiddenBias.size));

  function dream({ rows, update }: Batch, from: States, sweeps: number) {
    const goesOn = begun;
    // chains are as many as the first batch has cases, the largest
    const cases = isPersistent ? batchSize : rows.length;
    begun = isPersistent;
    const down = sweeps > 1 ? downwards(top) : towardsVisible(top);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const draw = { seed, step: update, sweep } as const;
      const isLast = sweep === sweeps - 1;
      kernels.conditional({
        cases,
        from: sweep === 0 && !goesOn ? from : chain,
        ...down,
        sample: joined,
        ...(isLast && { mean: joinedField, meanIsSample: true }),
        draw: { ...draw, purpose: "visible" },
      });
      kernels.conditional({
        cases,
        from: joined,
        ...towardsHidden(top),
        ...(isLast && { mean }),
        ...((!isLast || isPersistent) && { sample: chain }),
        draw: { ...draw, purpose: "hidden", sweep: sweep + 1 },
      });
    }
    const { states, field } = made[directed.length];
    kernels.copyUnits({ cases, from: joined, to: states, units: plain });
    kernels.copyUnits({ cases, from: joinedField, to: field, units: plain });
    const bonds: Phases[] = [];
    for (let l = directed.length - 1; l >= 0; l--) {
      const { generative, recognition } = directed[l];
      const [above, below] = [made[l + 1], made[l]];
      const asMean = l === 0 && clamp === "probability";
      const sample = { mean: below.field, meanIsSample: true, sample: below.states };
      const draw = { seed, purpose: "generation", step: update, sweep: l } as const;
      const wanted = asMean ? { mean: below.field } : { ...sample, draw };
      kernels.conditional({ cases, from: above.states, ...towardsVisible(generative), ...wanted });
      const visible = asMean ? below.field : below.states;
      kernels.conditional({ cases, from: visible, ...towardsHidden(recognition), mean: found[l] });
      const positive = { cases, visible, hidden: above.field };
      bonds[l] = { positive, negative: { ...positive, hidden: found[l] } };
    }
    return { bonds, top: { cases, visible: joined, hidden: mean } satisfies Phase };
  }
  return {
    dream,
    state: (): SavedState =>
      isPersistent ? { [chains]: { shape: [batchSize, topUnits], data: chain.read(batchSize) } } : {},
  };
}

function layerOf(kernels: Kernels, asField: boolean, capacity: number, units: number): States | Field {
  return asField ? kernels.field(capacity, units) : kernels.states(capacity, units);
}
