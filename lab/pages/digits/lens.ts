/**
 * A machine to look at, in kernels of its own, so that training's bits stay training's: reconstructions, dreams, answers of hidden units, with or
 * without some of them.
 */

import {
  createKernels,
  createRbm,
  type Dataset,
  type GibbsState,
  gibbsSampler,
  type Kernels,
  type Rbm,
  type ResidentRbm,
  residentRbm,
  takeCases,
} from "#src/index.js";
import { type Activity, activityOf, filterOf, imagesOf, spread } from "./looks.js";

/** Cases in the rows of data, reconstructions and dreams, and of those that a filter answers. */
export const SHOWN = 10;
/** Held-out cases whose hidden units are looked at. */
const LOOKED_AT = 100;
/** Sweeps that dreams go on without the silent units. */
const SILENT_SWEEPS = 20;
/** An input that no weights of a trained machine come near: P = 0 to the last bit. */
const SILENCE = -1e4;

/** One hidden unit, big. */
export interface Filter {
  readonly unit: number;
  readonly weights: Float32Array;
  readonly bias: number;
  /** The held-out cases that it answers most [at most SHOWN, units], and its input x = c + Σ v W of each. */
  readonly top: Float32Array;
  readonly inputs: Float32Array;
  /** Mean P(h = 1 | v) over all held-out cases. */
  readonly mean: number;
}

export interface Dream {
  sweep: number;
  visible: Uint8Array;
}

export async function createLens(initial: Rbm, held: Dataset, seed: number) {
  const kernels = await createKernels({ threads: 1 });
  const { hidden, visible: units } = initial;
  const shown = Math.min(SHOWN, held.cases);
  const resident = residentRbm(kernels, initial);
  const { parameters } = resident;
  const data = spread(held, shown);
  const rows = { visible: kernels.field(shown, units), hidden: kernels.field(shown, hidden) };
  const looked = statesOf(kernels, takeCases(held, Math.min(LOOKED_AT, held.cases)));
  const lookedMeans = kernels.field(looked.cases, hidden);
  const all = statesOf(kernels, held);
  const one = residentRbm(kernels, createRbm(units, 1));
  const answer = { input: kernels.field(held.cases, 1), mean: kernels.field(held.cases, 1) };
  const sampler = gibbsSampler(resident);
  const dream: GibbsState = sampler.init(seed, SHOWN);
  let means: Float32Array = new Float32Array(SHOWN * units).fill(0.5);

  const load = (rbm: Rbm, silent: readonly number[] = []) => {
    parameters.weights.write(rbm.weights);
    parameters.visibleBias.write(rbm.visibleBias);
    parameters.hiddenBias.write(silenced(rbm.hiddenBias, silent));
  };

  return {
    data,
    shown,
    load,
    /** The units that are silent, of a machine that is loaded. */
    silence(rbm: Rbm, silent: readonly number[]) {
      parameters.hiddenBias.write(silenced(rbm.hiddenBias, silent));
    },
    reconstructions(): Float32Array {
      rows.visible.write(data);
      toHidden(kernels, resident, shown, rows.visible, rows.hidden);
      kernels.conditional({
        cases: shown,
        from: rows.hidden,
        weights: parameters.weights,
        bias: parameters.visibleBias,
        transposed: true,
        mean: rows.visible,
      });
      return rows.visible.read(shown);
    },
    /** One sweep of the chains that run along. */
    sweep() {
      means = sampler.step(dream).visibleMean.read(SHOWN);
    },
    dreams: (): Float32Array => means.slice(),
    /** Where the chains come to in some sweeps of the machine as it is loaded; they stay where they are. */
    dreamsOn(): Float32Array {
      const kept = { sweep: dream.sweep, visible: dream.visible.read(SHOWN) };
      let seen = means;
      for (let n = 0; n < SILENT_SWEEPS; n++) seen = sampler.step(dream).visibleMean.read(SHOWN);
      dream.sweep = kept.sweep;
      dream.visible.write(kept.visible);
      return seen;
    },
    activity(): Activity {
      toHidden(kernels, resident, looked.cases, looked.states, lookedMeans);
      return activityOf(lookedMeans.read(looked.cases), looked.cases, hidden);
    },
    filter(rbm: Rbm, unit: number): Filter {
      const weights = filterOf(rbm, unit);
      const bias = rbm.hiddenBias[unit] as number;
      one.parameters.weights.write(weights);
      one.parameters.hiddenBias.write(Float32Array.of(bias));
      const { weights: to, hiddenBias } = one.parameters;
      kernels.conditional({ cases: all.cases, from: all.states, weights: to, bias: hiddenBias, ...answer });
      const x = answer.input.read(all.cases);
      const best = Array.from(x, (_, b) => b)
        .sort((a, b) => (x[b] as number) - (x[a] as number) || a - b)
        .slice(0, SHOWN);
      const mean = answer.mean.read(all.cases).reduce((sum, p) => sum + p, 0) / all.cases;
      return {
        unit,
        weights,
        bias,
        top: imagesOf(held, best),
        inputs: Float32Array.from(best, (b) => x[b] as number),
        mean,
      };
    },
    saveDream: () => ({ sweep: dream.sweep, visible: dream.visible.read(SHOWN), means }),
    loadDream(saved: { readonly sweep: number; readonly visible: Uint8Array; readonly means: Float32Array }) {
      dream.sweep = saved.sweep;
      dream.visible.write(saved.visible);
      means = saved.means;
    },
    dispose: () => kernels.dispose(),
  };
}

function silenced(bias: Float32Array, silent: readonly number[]): Float32Array {
  return silent.length === 0 ? bias : bias.map((b, j) => (silent.includes(j) ? SILENCE : b));
}

function toHidden(
  kernels: Kernels,
  { parameters }: ResidentRbm,
  cases: number,
  from: Parameters<Kernels["conditional"]>[0]["from"],
  mean: ReturnType<Kernels["field"]>,
) {
  kernels.conditional({ cases, from, weights: parameters.weights, bias: parameters.hiddenBias, mean });
}

/** The cases as bits in the kernels. */
function statesOf(kernels: Kernels, { levels, units, cases }: Dataset) {
  const states = kernels.states(cases, units);
  const rows = Uint32Array.from({ length: cases }, (_, i) => i);
  const draw = { seed: 0, purpose: "evaluationClamp", step: 0 } as const;
  kernels.clamp({ levels, units, rows, draw, mode: "threshold", out: states });
  return { states, cases };
}
