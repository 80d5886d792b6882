/** A general Boltzmann machine learns a law of a few units: one update a tick, with the statistics that made it. */

import {
  type Boltzmann,
  type Checkpoint,
  clampedMoments,
  createBoltzmann,
  createKernels,
  dataMoments,
  exactFree,
  exactMoments,
  fullConnections,
  initializeBoltzmann,
  type Kernels,
  klDivergence,
  type Moments,
  sgd,
  stateOf,
  type TrainingReport,
  train,
  visibleDistribution,
} from "#src/index.js";
import { emptyCurve, isRecorded, type Recorded, recorded } from "../../engine/curve.js";
import type { Engine } from "../../engine/engine.js";
import type { Settings } from "./fields.js";
import { csvOf, type Phases, systemOf, watched } from "./machine.js";

export interface WakeView {
  readonly update: number;
  readonly updates: number;
  readonly visible: number;
  readonly units: number;
  /** Laws of the visible units [2^V]. */
  readonly target: Float64Array;
  readonly model: Float64Array;
  readonly kl: number;
  /** KL(target ‖ the best machine without hidden units), where that is not what learns. */
  readonly floor: number | undefined;
  /** ⟨s_i s_j⟩ [units, units] of the last update, as it was taken; the diagonal is ⟨s_i⟩, NaN where there is no weight. */
  readonly clamped: Float64Array;
  readonly free: Float64Array;
  readonly difference: Float64Array;
  /** The same by exact sums, where it was sampled. */
  readonly exact: Float64Array | undefined;
  /** ‖sampled − exact‖ / ‖exact‖ of the difference. */
  readonly noise: number | undefined;
  /** M [units, units] as it is now, the biases on its diagonal. */
  readonly weights: Float64Array;
  readonly curve: Recorded;
  readonly codes: Codes | undefined;
}

/** What the encoder's hidden units make of its four cases. */
export interface Codes {
  /** P(h_j = 1 | case) [4, hidden]. */
  readonly hidden: Float64Array;
  /** P(the right unit of V2 alone is on | the unit of V1) [4]. */
  readonly right: Float64Array;
  /** How many of the codes differ when each is rounded. */
  readonly different: number;
}

type Report = TrainingReport<Boltzmann>;

interface Saved {
  readonly checkpoint: Checkpoint<Boltzmann> | undefined;
  readonly curve: Recorded;
  readonly phases: Phases;
}

export async function start(settings: Settings): Promise<Engine<WakeView>> {
  const kernels = await createKernels({ threads: 1 });
  const { data, target, connections, initial, learning } = systemOf(settings);
  const floor =
    settings.hidden > 0 && settings.system === "law" ? await bestWithoutHidden(settings, kernels) : undefined;
  const visible = data.units;
  const { units } = initial;
  const cases = Uint8Array.from(data.levels, (level) => (level ? 1 : 0));

  let machine = initial;
  let report: Report | undefined;
  let phases = exactPhases(machine, cases);
  let curve = withDivergence(emptyCurve, 0);
  let training: AsyncGenerator<Report, void, void>;

  function begin(resume?: Checkpoint<Boltzmann>) {
    const rules = watched(learning, (seen) => {
      phases = seen;
    });
    training = train(resume?.machine ?? initial, data, { ...learning, ...rules, kernels, ...(resume && { resume }) });
  }
  begin();

  function withDivergence(before: Recorded, update: number): Recorded {
    if (!isRecorded(before, update)) return before;
    return recorded(before, update, { kl: klDivergence(target, visibleDistribution(machine)) });
  }

  /** NaN where there is no weight to learn. */
  function joined(pair: ArrayLike<number>): Float64Array {
    const shown = new Float64Array(units * units).fill(Number.NaN);
    const { pairs } = connections;
    for (let at = 0; at < pairs.length; at += 2) {
      const [i, j] = [pairs[at] as number, pairs[at + 1] as number];
      shown[i * units + j] = pair[i * units + j] as number;
      shown[j * units + i] = pair[i * units + j] as number;
    }
    for (let i = 0; i < units; i++) shown[i * units + i] = pair[i * units + i] as number;
    return shown;
  }

  return {
    async advance() {
      const next = await training.next();
      if (next.done) return false;
      report = next.value;
      machine = report.machine();
      curve = withDivergence(curve, report.update);
      return true;
    },

    view() {
      const model = visibleDistribution(machine);
      const difference = minus(phases.clamped, phases.free);
      const sampled = settings.statistics === "sampled";
      const truth = sampled ? exactDifference(phases, initial, cases) : undefined;
      const weights = machine.weights.slice();
      for (let i = 0; i < units; i++) weights[i * units + i] = machine.bias[i] as number;
      const exact = truth && joined(truth);
      return {
        update: report?.update ?? 0,
        updates: settings.updates,
        visible,
        units,
        target: target.slice(),
        model,
        kl: klDivergence(target, model),
        floor,
        clamped: joined(phases.clamped.pair),
        free: joined(phases.free.pair),
        difference: joined(difference),
        exact,
        noise: exact && relativeError(joined(difference), exact),
        weights: joined(weights),
        curve,
        codes: settings.system === "encoder" ? codesOf(machine, model) : undefined,
      };
    },

    save: (): Saved => ({ checkpoint: report?.checkpoint(), curve, phases }),

    async load({ checkpoint, curve: saved, phases: seen }: Saved) {
      await training.return();
      report = checkpoint && ({ ...checkpoint.progress, checkpoint: () => checkpoint } as unknown as Report);
      machine = checkpoint?.machine ?? initial;
      [curve, phases] = [saved, seen];
      begin(checkpoint);
    },

    command: ({ what }: { readonly what: "cases" }) => (what === "cases" ? csvOf(data) : undefined),

    dispose: () => kernels.dispose(),
  };
}

/** What the next update of a machine would take, exactly. */
function exactPhases(machine: Boltzmann, cases: Uint8Array): Phases {
  const { weights, bias } = machine;
  return { clamped: clampedMoments(machine, cases), free: exactMoments(machine), weights, bias };
}

function exactDifference({ weights, bias }: Phases, { visible }: Boltzmann, cases: Uint8Array): Float64Array {
  const { clamped, free } = exactPhases(createBoltzmann(weights, bias, { visible }), cases);
  return minus(clamped, free);
}

const minus = ({ pair: a }: Moments, { pair: b }: Moments): Float64Array => a.map((x, at) => x - (b[at] as number));

function relativeError(estimate: Float64Array, truth: Float64Array): number {
  let [off, all] = [0, 0];
  for (let at = 0; at < truth.length; at++) {
    const [a, b] = [estimate[at] as number, truth[at] as number];
    if (Number.isNaN(b)) continue;
    off += (a - b) ** 2;
    all += b ** 2;
  }
  return Math.sqrt(off / all);
}

/** Of machines without hidden units the likelihood has one maximum, which these updates come near. */
async function bestWithoutHidden(settings: Settings, kernels: Kernels): Promise<number> {
  const { data, target } = systemOf({ ...settings, hidden: 0 });
  const connections = fullConnections(data.units);
  const options = {
    positive: dataMoments(),
    negative: exactFree(),
    clamp: "threshold",
    epochs: 200,
    batchSize: data.cases,
    optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
    reportEvery: 1e9,
    kernels,
  } as const;
  let best = initializeBoltzmann(data, { connections, seed: 0 });
  for await (const { done, machine } of train(best, data, options)) if (done) best = machine();
  return klDivergence(target, visibleDistribution(best));
}

function codesOf(machine: Boltzmann, model: Float64Array): Codes {
  const { units } = machine;
  const hidden = units - 8;
  const codes = new Float64Array(4 * hidden);
  const right = new Float64Array(4);
  for (let c = 0; c < 4; c++) {
    const { mean } = clampedMoments(machine, stateOf((1 << c) | (1 << (4 + c)), 8));
    codes.set(mean.subarray(8), c * hidden);
    let all = 0;
    for (let code = 0; code < 16; code++) all += model[(1 << c) | (code << 4)] as number;
    right[c] = (model[(1 << c) | (1 << (4 + c))] as number) / all;
  }
  const words = new Set(
    Array.from({ length: 4 }, (_, c) =>
      codes
        .subarray(c * hidden, (c + 1) * hidden)
        .map(Math.round)
        .join(""),
    ),
  );
  return { hidden: codes, right, different: words.size };
}
