/** One chain of a small network: a tick updates one unit (Glauber, sequential) or all (parallel). Nothing resets when weights change. */

import {
  createKernels,
  logistic32,
  type NetworkSampler,
  type NetworkState,
  networkSampler,
  residentNetwork,
  stateEnergy,
  unitInput,
  writeCouplings,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { machineOf } from "../../networks/couplings.js";
import type { Settings } from "./fields.js";

/** Ticks that the raster and the trace reach back. */
export const WINDOW = 120;

/** What stands for T = 0: inputs of a thousandth are decided for sure, an input of 0 by a fair coin, as in the limit. */
const COLD = 1e-6;
export const workingTemperature = (temperature: number): number => Math.max(temperature, COLD);

/** How a unit came to its value. */
export interface Update {
  /** The tick that it happened in, from 1. */
  readonly tick: number;
  readonly input: number;
  readonly probability: number;
  readonly uniform: number;
  readonly on: boolean;
  readonly before: boolean;
}

export interface NetworkView {
  readonly tick: number;
  readonly units: number;
  readonly state: Uint8Array;
  /** x_j of the present state [N], and P(s_j = 1) at the next update. */
  readonly inputs: Float64Array;
  readonly probabilities: Float64Array;
  /** The last update of each unit, if it had one. */
  readonly last: readonly (Update | undefined)[];
  /** Units that the last tick updated. */
  readonly updated: readonly number[];
  /** The unit that comes next, in sequential dynamics. */
  readonly next: number | undefined;
  /** States of the last ticks [N, WINDOW], the newest at the right; 0 where there was none yet. */
  readonly raster: Uint8Array;
  /** Energies at these ticks. */
  readonly energyTicks: Float64Array;
  readonly energies: Float64Array;
  /** How often the energy has risen so far. */
  readonly rises: number;
}

interface Saved {
  readonly tick: number;
  readonly bits: Uint8Array;
  readonly past: readonly Moment[];
  readonly last: readonly (Update | undefined)[];
  readonly updated: readonly number[];
  readonly rises: number;
}

interface Moment {
  readonly bits: Uint8Array;
  readonly energy: number;
}

export async function start(initial: Settings): Promise<Engine<NetworkView>> {
  let settings = initial;
  const { units, seed } = settings;
  const kernels = await createKernels();
  let machine = machineOf(settings);
  const resident = residentNetwork(kernels, machine);
  const all = Array.from({ length: units }, (_, j) => j);
  const starts = startBits(settings);
  const whole = {
    glauber: networkSampler(resident, { dynamics: "glauber", ...starts }),
    parallel: networkSampler(resident, { dynamics: "parallel" }),
  };
  // a sweep cut into its units: the sampler of each has the others clamped, and the draws of a sweep belong to its units
  const single = all.map((unit) => {
    const clamped = all.filter((other) => other !== unit);
    return networkSampler(resident, { dynamics: "sequential", clamped, start: new Uint8Array(units) });
  });

  const state = whole.glauber.init(seed, 1);
  let bits: Uint8Array = state.states.read(1).slice();
  let tick = 0;
  let past: readonly Moment[] = [{ bits, energy: stateEnergy(machine, bits) }];
  let last: readonly (Update | undefined)[] = all.map(() => undefined);
  let updated: readonly number[] = [];
  let rises = 0;

  /** The sampler of the next tick, and its step. */
  function next(): [NetworkSampler, NetworkState] {
    if (settings.dynamics !== "sequential") return [whole[settings.dynamics], { ...state, step: tick }];
    return [single[tick % units] as NetworkSampler, { ...state, step: Math.floor(tick / units) }];
  }

  return {
    advance() {
      const temperature = workingTemperature(settings.temperature);
      const [sampler, at] = next();
      const draws = sampler.draws(at, 0);
      const before = bits;
      sampler.advance(at, 1, temperature);
      bits = state.states.read(1).slice();
      tick++;
      const updates = new Map(
        draws.map(({ unit, uniform }) => {
          const input = unitInput(machine, before, unit);
          const probability = chance(input, temperature);
          return [
            unit,
            { tick, input, probability, uniform, on: bits[unit] === 1, before: before[unit] === 1 },
          ] as const;
        }),
      );
      updated = [...updates.keys()];
      last = last.map((update, unit) => updates.get(unit) ?? update);
      const energy = stateEnergy(machine, bits);
      // more than rounding
      if (energy > stateEnergy(machine, before) + 1e-9) rises++;
      past = [...past, { bits, energy }].slice(-WINDOW);
      return true;
    },

    view() {
      const raster = new Uint8Array(units * WINDOW);
      past.forEach((moment, n) => {
        const column = WINDOW - past.length + n;
        for (let j = 0; j < units; j++) raster[j * WINDOW + column] = moment.bits[j] as number;
      });
      const inputs = Float64Array.from(all, (j) => unitInput(machine, bits, j));
      const temperature = workingTemperature(settings.temperature);
      return {
        tick,
        units,
        state: bits.slice(),
        inputs,
        probabilities: inputs.map((x) => chance(x, temperature)),
        last,
        updated,
        next: settings.dynamics === "sequential" ? tick % units : undefined,
        raster,
        energyTicks: Float64Array.from(past, (_, n) => tick - past.length + 1 + n),
        energies: Float64Array.from(past, ({ energy }) => energy),
        rises,
      };
    },

    /** Weights, biases, temperature and dynamics change under a state that stays. */
    adjust(settingsNow: Settings) {
      if (settingsNow.units !== units || settingsNow.seed !== seed || settingsNow.start !== settings.start)
        return false;
      settings = settingsNow;
      machine = machineOf(settings);
      writeCouplings(resident.couplings, machine);
      past = past.map((moment) => ({ ...moment, energy: stateEnergy(machine, moment.bits) }));
      return true;
    },

    save: (): Saved => ({ tick, bits, past, last, updated, rises }),

    load(saved: Saved) {
      ({ tick, bits, past, last, updated, rises } = saved);
      state.states.write(bits);
    },

    /** Turns a unit over by hand. */
    act({ flip }: { readonly flip: number }) {
      if (!(flip >= 0 && flip < units)) return;
      bits = bits.map((bit, j) => (j === flip ? 1 - bit : bit));
      state.states.write(bits);
      past = [...past.slice(0, -1), { bits, energy: stateEnergy(machine, bits) }];
    },

    dispose: () => kernels.dispose(),
  };
}

/** P(s_j = 1) as the kernels compute it, with 1 / T in float32. */
function chance(input: number, temperature: number): number {
  return logistic32(Math.fround(1 / temperature) * input);
}

function startBits({ start, units }: Settings): { readonly start?: Uint8Array } {
  if (start === "") return {};
  return { start: Uint8Array.from({ length: units }, (_, j) => Number(start[j] ?? 0)) };
}
