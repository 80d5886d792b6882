/**
 * Sampling of a deep belief network: Gibbs sweeps of its top pair, and from there a pass down by generative weights, which makes an exact
 * sample of the layers below. With the label units clamped, the top pair settles at what the network has learnt of that class.
 */

import type { Dataset } from "../data/dataset.js";
import { oneHot } from "../data/one-hot.js";
import { refuse } from "../errors.js";
import type { Field, States } from "../kernels/kernels.js";
import { checkWidth, towardsHidden, towardsVisible } from "../machines/resident.js";
import { downPass, type PassMode, type ResidentDbn, upPass } from "../machines/resident-dbn.js";
import { checkSeed } from "../random/draw.js";
import type { Sampler } from "./sampler.js";
import { checkChains } from "./start.js";

export interface DbnState {
  readonly seed: number;
  readonly chains: number;
  /** Sweeps done; the next one has the number after it as step. */
  sweep: number;
  /** The last layer but one and the label units. */
  readonly joined: States;
  /** The top layer. */
  readonly hidden: States;
}

export interface DbnInfo {
  /** The visible units, given samples of all layers above them: their means or a sample [chains, visible]. */
  visible(mode: PassMode): States | Field;
  /** Which label unit is on [chains]; −1 where none is, before the first sweep. */
  labels(): Int32Array;
}

export interface DbnSamplerOptions {
  /** The class of each chain, clamped; free without. */
  readonly labels?: ArrayLike<number>;
  /** Where chains start: at these cases, sampled from their grey levels and passed up; at random bits of the top layer without it. */
  readonly start?: Dataset;
}

export interface DbnSampler extends Sampler<DbnState, DbnInfo> {
  /** The state as it is, without a sweep. */
  look(state: DbnState): DbnInfo;
}

/**
 * `init` throws "option" unless there is at least one chain, for labels of classes that are not there, and labels of a network without label
 * units; "shape" where there are not as many labels as chains, or too few cases to start from, or cases of another width.
 */
export function dbnSampler(resident: ResidentDbn, { labels, start }: DbnSamplerOptions = {}): DbnSampler {
  const { kernels, layers, classes, directed, top } = resident;
  const plain = layers[directed.length];
  const [joinedUnits, hiddenUnits] = [top.visibleBias.size, top.hiddenBias.size];
  let clamped: States | undefined;
  let own: ReturnType<typeof makeInfo> | undefined;

  /** Given the top layer: the one below it and the labels, of which clamped ones stay. */
  function fall(state: DbnState): void {
    const { seed, chains: cases, joined, hidden, sweep } = state;
    const draw = { seed, purpose: "chainVisible", step: sweep } as const;
    kernels.conditional({ cases, from: hidden, ...towardsVisible(top), sample: joined, draw });
    clampLabels(state);
  }

  function clampLabels({ chains: cases, joined }: DbnState): void {
    if (clamped) kernels.copyUnits({ cases, from: clamped, to: joined, toUnit: plain, units: classes });
  }

  function startAt({ seed, chains: cases, joined, hidden }: DbnState): void {
    const draw = { seed, purpose: "chainStart", step: 0 } as const;
    if (!start) {
      const levels = new Float32Array(hiddenUnits).fill(0.5);
      // one case of levels for all chains
      const rows = new Uint32Array(cases);
      kernels.clamp({ levels, units: hiddenUnits, rows, mode: "sample", draw, out: hidden });
      return;
    }
    const { levels, units } = start;
    const rows = Uint32Array.from({ length: cases }, (_, i) => i);
    const visible = kernels.states(cases, units);
    kernels.clamp({ levels, units, rows, mode: "sample", draw, out: visible });
    const pass = upPass(kernels, directed, cases, "sample");
    const last = pass(visible, cases, { seed, purpose: "evaluationRecognition", step: 0 }).at(-1) ?? visible;
    joined.write(new Uint8Array(cases * joinedUnits));
    kernels.copyUnits({ cases, from: last, to: joined, units: plain });
  }

  function makeInfo(chains: number) {
    const below = kernels.states(chains, plain);
    const passes = {
      sample: downPass(kernels, directed, chains, "sample"),
      mean: downPass(kernels, directed, chains, "sample", "mean"),
    };
    const means = { joined: kernels.field(chains, joinedUnits), below: kernels.field(chains, plain) };
    const shown = kernels.states(chains, Math.max(1, classes));
    return (state: DbnState): DbnInfo => {
      const { seed, chains: cases, joined, hidden, sweep } = state;
      return {
        visible(mode) {
          const draw = { seed, purpose: "evaluationGeneration", step: sweep } as const;
          if (directed.length === 0 && mode === "mean") {
            kernels.conditional({ cases, from: hidden, ...towardsVisible(top), mean: means.joined });
            kernels.copyUnits({ cases, from: means.joined, to: means.below, units: plain });
            return means.below;
          }
          kernels.copyUnits({ cases, from: joined, to: below, units: plain });
          return passes[mode](below, cases, draw).at(-1) ?? below;
        },
        labels() {
          if (classes === 0) return new Int32Array(cases).fill(-1);
          kernels.copyUnits({ cases, from: joined, fromUnit: plain, to: shown, units: classes });
          const bits = shown.read(cases);
          return Int32Array.from({ length: cases }, (_, b) => bits.subarray(b * classes, (b + 1) * classes).indexOf(1));
        },
      };
    };
  }

  const look = (state: DbnState): DbnInfo => {
    own ??= makeInfo(state.chains);
    return own(state);
  };

  return {
    init(seed, chains) {
      checkSeed(seed);
      checkChains(chains);
      checkStart(start, chains, layers[0]);
      const joined = kernels.states(chains, joinedUnits);
      const state: DbnState = { seed, chains, sweep: 0, joined, hidden: kernels.states(chains, hiddenUnits) };
      own = undefined;
      clamped = undefined;
      if (labels) {
        checkLabels(labels, chains, classes);
        clamped = kernels.states(chains, classes);
        clamped.write(
          oneHot(
            labels,
            Uint32Array.from({ length: chains }, (_, i) => i),
            classes,
          ),
        );
      }
      startAt(state);
      if (start) clampLabels(state);
      else fall(state);
      return state;
    },
    step(state) {
      state.sweep++;
      const { seed, chains: cases, joined, hidden, sweep } = state;
      const draw = { seed, purpose: "chainHidden", step: sweep } as const;
      kernels.conditional({ cases, from: joined, ...towardsHidden(top), sample: hidden, draw });
      fall(state);
      return look(state);
    },
    look,
  };
}

function checkStart(start: Dataset | undefined, chains: number, visible: number): void {
  if (!start) return;
  checkWidth("chains", start, visible);
  if (start.cases >= chains) return;
  const expected = `at most ${start.cases}, the cases of ${start.name}`;
  throw refuse("shape", { who: "chains", got: String(chains), expected });
}

function checkLabels(labels: ArrayLike<number>, chains: number, classes: number): void {
  if (classes === 0) {
    const wayOut = "Train it with labels, or leave the class out.";
    throw refuse("option", { who: "labels", got: "a network without label units", expected: "one with some", wayOut });
  }
  if (labels.length !== chains) {
    throw refuse("shape", { who: "labels", got: `${labels.length} of them`, expected: `${chains}, one a chain` });
  }
  const bad = Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad === undefined) return;
  throw refuse("option", { who: "label", got: String(bad), expected: `a class from 0 to ${classes - 1}` });
}
