/** Moments from chains, and the bits that they start at. */

import type { Moments } from "../../evaluate/moments.js";
import type { Kernels, States } from "../../kernels/kernels.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import type { Purpose } from "../../random/draw.js";
import type { NetworkSampler, NetworkState } from "../../samplers/network.js";
import { startChains } from "../../samplers/start.js";
import type { Batch } from "../learner.js";
import type { BoltzmannContext, Settling } from "./phase.js";

/** Adds readings of chains up; `moments` is their mean. */
export function momentSum(kernels: Kernels, units: number) {
  const sums = new Float64Array(units * units);
  let cases = 0;
  return {
    add(states: States, chains: number): void {
      const counts = kernels.coincidences(states, chains);
      for (let at = 0; at < sums.length; at++) sums[at] += counts[at];
      cases += chains;
    },
    /** The mean so far; begins anew. */
    take(): Moments {
      const pair = sums.map((sum) => sum / cases);
      sums.fill(0);
      cases = 0;
      return { mean: Float64Array.from({ length: units }, (_, i) => pair[i * units + i]), pair };
    },
  };
}

/**
 * Lets chains settle, then reads their moments. A unit of time is a sweep, or as many random probes as units are free; `before` is called
 * before each but the first, with how many are done.
 */
export function settle(
  sampler: NetworkSampler,
  state: NetworkState,
  { anneal, readings, dynamics }: Settling,
  temperature: number,
  sum: ReturnType<typeof momentSum>,
  before?: (time: number) => void,
): Moments {
  const unit = dynamics === "glauber" ? sampler.free.length : 1;
  let time = 0;
  for (const stage of anneal) {
    // one call for a whole stage where nothing happens in between
    const [calls, length] = before ? [stage.steps, unit] : [1, stage.steps * unit];
    for (let call = 0; call < calls; call++) {
      if (time > 0) before?.(time);
      sampler.advance(state, length, stage.temperature);
      time++;
    }
  }
  for (let reading = 0; reading < readings; reading++) {
    if (time > 0) before?.(time);
    sampler.advance(state, unit, temperature);
    sum.add(state.states, state.chains);
    time++;
  }
  return sum.take();
}

/**
 * Clamps cases to bits: each row of a batch `times` times, every time drawn anew from its grey levels; `draw` tells the draws of one
 * update apart. Returns [times · rows, visible] in {0, 1}: all rows once, all of them again, …
 */
export function caseClamp({ machine, resident: { kernels }, clamp, seed, batchSize }: BoltzmannContext, times = 1) {
  const visible = machine.visible.length;
  const states = kernels.states(times * batchSize, visible);
  return ({ data, rows, update }: Batch, draw = 0): Uint8Array => {
    const repeated = new Uint32Array(times * rows.length);
    for (let time = 0; time < times; time++) repeated.set(rows, time * rows.length);
    kernels.clamp({
      levels: data.levels,
      units: data.units,
      rows: repeated,
      mode: clamp,
      draw: { seed, purpose: "clamp", step: update, sweep: draw },
      out: states,
    });
    return states.read(repeated.length);
  };
}

/** Writes whole states: the visible units as given [chains, visible], if they are, all others random bits. */
export function beginChains(
  { machine, resident, seed }: BoltzmannContext,
  states: States,
  chains: number,
  purpose: Purpose,
  update: number,
  visible?: Uint8Array,
): void {
  startChains(resident, states, chains, {}, { seed, purpose, step: update });
  if (visible) showVisible(machine, states, chains, visible);
}

/** Sets the visible units of chains to these bits [chains, visible] and leaves the others as they are. */
export function showVisible(
  { units, visible: numbers }: Boltzmann,
  states: States,
  chains: number,
  visible: Uint8Array,
): void {
  const bits = states.read(chains);
  const V = numbers.length;
  for (let at = 0; at < visible.length; at++) bits[Math.floor(at / V) * units + numbers[at % V]] = visible[at];
  states.write(bits);
}
