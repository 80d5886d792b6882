/** Parallel tempering of a general Boltzmann machine: a chain carries the whole state, U_β(s) = β E(s). */

import type { States } from "../kernels/kernels.js";
import { energiesOf, type ResidentNetwork } from "../machines/resident-network.js";
import type { Purpose } from "../random/draw.js";
import type { Sampler } from "./sampler.js";
import { checkedStart, freeUnits, type StartOptions, startChains } from "./start.js";
import {
  type TemperedMachine,
  type TemperingInfo,
  type TemperingOptions,
  type TemperingState,
  temperedSampler,
} from "./tempering.js";

export interface NetworkTemperingOptions extends TemperingOptions, StartOptions {
  /** What the draws are for; a sampler's chains by default. */
  readonly purposes?: { readonly unit: Purpose; readonly start: Purpose };
}

/**
 * A sweep updates the free units one after the other. Clamped units have the same values in a chain on all rungs, so exchanges leave the
 * law given these as it is. `start` gives the states of each chain, on all rungs the same.
 *
 * Throws "data" for weights that are not symmetric, which have no energy; "option" and "shape" as networkSampler and checkLadder.
 */
export function networkTempering(
  resident: ResidentNetwork,
  { betas, sweeps, purposes = { unit: "networkUnit", start: "chainStart" }, ...starting }: NetworkTemperingOptions,
): Sampler<TemperingState, TemperingInfo> {
  const { kernels, couplings, units } = resident;
  const free = freeUnits(units, starting);
  let work: { states: States; energies: (states: States, chains: number) => Float64Array } | undefined;

  /** Memory for all chains of all rungs, reserved once. */
  function workFor(rows: number) {
    if (!work || work.states.capacity < rows) {
      work = { states: kernels.states(rows, units), energies: energiesOf(resident, rows) };
    }
    return work;
  }

  const machine: TemperedMachine = {
    units,
    start(seed, chains, rungs) {
      const { states } = workFor(rungs * chains);
      const { start } = starting;
      const everywhere = start && repeated(checkedStart(start, chains, units), rungs);
      const draw = { seed, purpose: purposes.start };
      startChains(resident, states, rungs * chains, { ...starting, ...(everywhere && { start: everywhere }) }, draw);
      return states.read(rungs * chains);
    },
    sweep({ seed, chains, betas: ladder, bits, sweep }, steps, partner, ratios) {
      const rows = ratios.length;
      const { states, energies } = workFor(rows);
      states.write(bits);
      const beta = Float32Array.from(ratios, (_, row) => ladder[Math.floor(row / chains)]);
      const draw = { seed, purpose: purposes.unit, step: sweep };
      kernels.advance({ couplings, states, chains: rows, dynamics: "sequential", steps, free, beta, draw });
      bits.set(states.read(rows));
      const energy = energies(states, rows);
      for (let row = 0; row < rows; row++) {
        const k = Math.floor(row / chains);
        if (partner[k] >= 0) ratios[row] = (ladder[k] - ladder[partner[k]]) * energy[row];
      }
    },
  };
  return temperedSampler(machine, sweeps === undefined ? { betas } : { betas, sweeps });
}

function repeated(bits: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(times * bits.length);
  for (let k = 0; k < times; k++) all.set(bits, k * bits.length);
  return all;
}
