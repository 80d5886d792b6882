/**
 * What a machine makes of a drawing, sweep by sweep: v → h → v by samples (Gibbs) or by means, a few chains side by side. With `keep`, pixels
 * that are not hidden are set back to the drawing after each sweep: the hidden ones are filled in given the rest.
 */

import {
  freeEnergy,
  type GibbsState,
  gibbsSampler,
  hiddenMean,
  type Rbm,
  type ResidentRbm,
  visibleMean,
} from "#src/index.js";
import { PIXELS } from "./bits.js";

/** Chains that run; the first one is shown big. */
export const CHAINS = 6;
/** Sweeps after which the picture is kept for the film. */
export const FILM: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export interface Start {
  readonly bits: Uint8Array;
  readonly hidden: Uint8Array;
  readonly keep: boolean;
  readonly how: "gibbs" | "mean";
  readonly seed: number;
}

export interface Chain {
  sweep(): void;
  /** P(v | h) of the first chain [784]; before the first sweep after one pass of means. */
  now(): Float32Array;
  /** Of the other chains [CHAINS − 1, 784]; empty where there is no chance in it. */
  others(): Float32Array;
  /** h of `now` [hidden]: a sample, 0 or 1, or means. */
  strokes(): Float32Array;
  /** F of the first chain's pixels, those of means at a threshold of ½; nats. */
  energy(): number;
  /** What `now` was after sweeps of FILM [sweeps, 784]. */
  film(): { readonly sweeps: readonly number[]; readonly pictures: Float32Array };
}

/** Room for the chains of a machine, reserved once: each change of a drawing starts them anew. */
export interface Bench {
  /** All chains sampled from the levels [784]. */
  begin(seed: number, levels: Float32Array): GibbsState;
  /** P(v | h) of the chains after one sweep more [CHAINS, 784]. */
  step(state: GibbsState): Float32Array;
}

export function makeBench(resident: ResidentRbm): Bench {
  const sampler = gibbsSampler(resident);
  const room = sampler.init(0, CHAINS);
  return {
    begin(seed, levels) {
      resident.kernels.clamp({
        levels,
        units: PIXELS,
        rows: new Uint32Array(CHAINS),
        mode: "sample",
        draw: { seed, purpose: "chainStart", step: 0 },
        out: room.visible,
      });
      return { ...room, seed, sweep: 0 };
    },
    step: (state) => sampler.step(state).visibleMean.read(CHAINS),
  };
}

interface Moment {
  readonly visible: Float32Array | Uint8Array;
  readonly hidden: Float32Array;
  readonly means: Float32Array;
}

export function startChain({ rbm, bench }: { readonly rbm: Rbm; readonly bench: Bench }, start: Start): Chain {
  const { bits, hidden, how, seed } = start;
  const holds = start.keep && hidden.some((bit) => bit === 1);
  /** The drawing where it is kept, over one image or several. */
  const overlay = <Of extends Float32Array | Uint8Array>(values: Of): Of => {
    if (holds)
      for (let at = 0; at < values.length; at++) if (!hidden[at % PIXELS]) values[at] = bits[at % PIXELS] as number;
    return values;
  };
  const byMeans = (visible: Float32Array | Uint8Array): Moment => {
    const strokes = hiddenMean(rbm, visible);
    const means = Float32Array.from(visibleMean(rbm, strokes));
    return { visible: overlay(means.slice()), hidden: Float32Array.from(strokes), means };
  };
  // of a hidden pixel nothing is known
  const levels = Float32Array.from(bits, (bit, i) => (hidden[i] ? 0.5 : bit));
  const state = how === "gibbs" ? bench.begin(seed, levels) : undefined;
  const bySamples = (chains: GibbsState): Moment => {
    const means = bench.step(chains);
    const visible = overlay(chains.visible.read(CHAINS));
    if (holds) chains.visible.write(visible);
    return { visible: visible.subarray(0, PIXELS), hidden: Float32Array.from(chains.hidden.read(1)), means };
  };

  const film: { readonly sweep: number; readonly picture: Float32Array }[] = [];
  let sweeps = 0;
  let moment = { ...byMeans(levels), visible: levels as Float32Array | Uint8Array };

  return {
    sweep() {
      sweeps++;
      moment = state ? bySamples(state) : byMeans(moment.visible);
      if (FILM.includes(sweeps)) film.push({ sweep: sweeps, picture: overlay(moment.means.slice(0, PIXELS)) });
    },
    now: () => overlay(moment.means.slice(0, PIXELS)),
    others: () => overlay(moment.means.slice(PIXELS)),
    strokes: () => moment.hidden,
    energy: () =>
      freeEnergy(
        rbm,
        Array.from(moment.visible, (level) => (level >= 0.5 ? 1 : 0)),
      ),
    film: () => {
      const pictures = new Float32Array(film.length * PIXELS);
      film.forEach(({ picture }, n) => {
        pictures.set(picture, n * PIXELS);
      });
      return { sweeps: film.map(({ sweep }) => sweep), pictures };
    },
  };
}
