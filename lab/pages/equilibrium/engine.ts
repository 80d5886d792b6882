/** Many chains of a small network, counted beside their exact law; the exact law of this moment and its currents. A tick is a time step. */

import {
  codeOf,
  createKernels,
  detailedBalanceResidual,
  effectiveSamples,
  entropyProduction,
  evolve,
  expectedTotalVariation,
  frequencyVariances,
  isSymmetric,
  type Network,
  networkSampler,
  residentNetwork,
  spectralGap,
  stationaryLaw,
  totalVariation,
  transitionMatrix,
  writeCouplings,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { machineOf, withCirculation } from "../../networks/couplings.js";
import type { Settings } from "./fields.js";

/** Currents that are shown, the largest. */
const SHOWN_CURRENTS = 48;
/** Relaxation times before counting begins, and time steps at most. */
const [SETTLING, MOST_BURN_IN] = [5, 2000];

/** Net currents of probability from state to state, largest first; all ≥ 0. */
export interface Currents {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly current: Float64Array;
}

export interface Curve {
  /** Time steps counted. */
  readonly steps: readonly number[];
  readonly own: readonly number[];
  readonly other: readonly number[];
  readonly expected: readonly number[];
}

export interface EquilibriumView {
  readonly tick: number;
  readonly units: number;
  /** Exact stationary laws [2^N], by code. */
  readonly glauber: Float64Array;
  readonly parallel: Float64Array;
  readonly symmetric: boolean;
  /** The exact law of this moment, of chains that began at random. */
  readonly now: Float64Array;
  readonly counted: Float64Array;
  readonly steps: number;
  /** Time steps yet to come before counting begins. */
  readonly settling: number;
  readonly burnIn: number;
  readonly currents: Currents;
  readonly largestCurrent: number;
  /** Of the stationary law: the largest net current, nats a step. */
  readonly residual: number;
  readonly production: number;
  readonly relaxation: number;
  readonly own: number;
  readonly other: number;
  readonly expected: number;
  readonly curve: Curve;
}

interface Saved {
  readonly tick: number;
  readonly bits: Uint8Array;
  readonly now: Float64Array;
  readonly counts: Float64Array;
  readonly steps: number;
  readonly from: number;
  readonly curve: Curve;
}

const emptyCurve: Curve = { steps: [], own: [], other: [], expected: [] };

/** The network of the settings. */
export const networkOf = (settings: Settings): Network => withCirculation(machineOf(settings), settings.asymmetry);

/** All that follows from weights, temperature and dynamics. */
function exactly(settings: Settings) {
  const { temperature, dynamics } = settings;
  const network = networkOf(settings);
  const T = transitionMatrix(network, dynamics, temperature);
  const laws = {
    glauber: stationaryLaw(network, { dynamics: "glauber", temperature }).law,
    parallel: stationaryLaw(network, { dynamics: "parallel", temperature }).law,
  };
  const law = laws[dynamics];
  const { relaxationTime } = spectralGap(T, law);
  return {
    network,
    T,
    laws,
    law,
    otherLaw: dynamics === "glauber" ? laws.parallel : laws.glauber,
    symmetric: isSymmetric(network),
    residual: detailedBalanceResidual(T, law),
    production: entropyProduction(T, law),
    relaxation: relaxationTime,
    burnIn: Math.min(MOST_BURN_IN, Math.ceil(SETTLING * relaxationTime)),
  };
}

export async function start(initial: Settings): Promise<Engine<EquilibriumView>> {
  let settings = initial;
  const { units, chains, seed } = settings;
  const states = 2 ** units;
  const kernels = await createKernels();
  let exact = exactly(settings);
  const resident = residentNetwork(kernels, exact.network);
  const samplers = {
    glauber: networkSampler(resident, { dynamics: "glauber" }),
    parallel: networkSampler(resident, { dynamics: "parallel" }),
  };
  const state = samplers.glauber.init(seed, chains);
  let tick = 0;
  let now = new Float64Array(states).fill(1 / states);
  let counts = new Float64Array(states);
  let steps = 0;
  /** The tick from which steps are counted. */
  let from = exact.burnIn;
  let curve = emptyCurve;

  function distances() {
    if (steps === 0) return { own: Number.NaN, other: Number.NaN };
    const counted = counts.map((count) => count / (steps * chains));
    return { own: totalVariation(counted, exact.law), other: totalVariation(counted, exact.otherLaw) };
  }

  /** What total variation so many steps of the stationary chains have in the mean. */
  function expected(): number {
    if (steps === 0) return Number.NaN;
    const errors = frequencyVariances(exact.T, exact.law, steps).map((variance) => Math.sqrt(variance / chains));
    return expectedTotalVariation(exact.law, effectiveSamples(exact.law, errors));
  }

  return {
    advance() {
      samplers[settings.dynamics].advance(state, 1, settings.temperature);
      now = evolve(exact.T, now) as Float64Array<ArrayBuffer>;
      tick++;
      if (tick <= from) return true;
      const bits = state.states.read(chains);
      for (let chain = 0; chain < chains; chain++) {
        const code = codeOf(bits.subarray(chain * units, (chain + 1) * units));
        counts[code] = (counts[code] as number) + 1;
      }
      steps++;
      if (isMark(steps)) {
        const { own, other } = distances();
        curve = {
          steps: [...curve.steps, steps],
          own: [...curve.own, own],
          other: [...curve.other, other],
          expected: [...curve.expected, expected()],
        };
      }
      return true;
    },

    view() {
      const currents = currentsOf(exact.T, now);
      return {
        tick,
        units,
        glauber: exact.laws.glauber.slice(),
        parallel: exact.laws.parallel.slice(),
        symmetric: exact.symmetric,
        now: now.slice(),
        counted: counts.map((count) => (steps === 0 ? 0 : count / (steps * chains))),
        steps,
        settling: Math.max(0, from - tick),
        burnIn: exact.burnIn,
        currents,
        largestCurrent: currents.current[0] ?? 0,
        residual: exact.residual,
        production: exact.production,
        relaxation: exact.relaxation,
        ...distances(),
        expected: expected(),
        curve,
      };
    },

    /** The chains go on from where they are; what they come to is counted anew. */
    adjust(next: Settings) {
      if (next.units !== units || next.seed !== seed || next.chains !== chains) return false;
      settings = next;
      exact = exactly(settings);
      writeCouplings(resident.couplings, exact.network);
      counts = new Float64Array(states);
      steps = 0;
      from = tick + exact.burnIn;
      curve = emptyCurve;
      return true;
    },

    save: (): Saved => ({
      tick,
      bits: state.states.read(chains).slice(),
      now,
      counts: counts.slice(),
      steps,
      from,
      curve,
    }),

    load(saved: Saved) {
      ({ tick, steps, from, curve } = saved);
      now = saved.now.slice() as Float64Array<ArrayBuffer>;
      counts = saved.counts.slice() as Float64Array<ArrayBuffer>;
      state.states.write(saved.bits);
      state.step = tick;
    },

    dispose: () => kernels.dispose(),
  };
}

/** About ten moments a decade. */
function isMark(steps: number): boolean {
  const index = Math.round(10 * Math.log10(steps));
  return Math.round(10 ** (index / 10)) === steps;
}

/** The largest net currents p(s) T(s′ | s) − p(s′) T(s | s′) of a law. */
export function currentsOf(T: Float64Array, law: ArrayLike<number>): Currents {
  const states = law.length;
  const all: { from: number; to: number; current: number }[] = [];
  for (let s = 0; s < states; s++) {
    for (let r = 0; r < s; r++) {
      const flow =
        (law[s] as number) * (T[s * states + r] as number) - (law[r] as number) * (T[r * states + s] as number);
      if (flow !== 0) all.push({ from: flow > 0 ? s : r, to: flow > 0 ? r : s, current: Math.abs(flow) });
    }
  }
  const largest = all.sort((a, b) => b.current - a.current).slice(0, SHOWN_CURRENTS);
  return {
    from: Uint8Array.from(largest, ({ from }) => from),
    to: Uint8Array.from(largest, ({ to }) => to),
    current: Float64Array.from(largest, ({ current }) => current),
  };
}
