/** A general Boltzmann machine under tempering: a chain carries the whole state, U_β(s) = β E(s). */

import { refuse } from "../errors.js";
import type { States } from "../kernels/kernels.js";
import type { Network } from "../machines/network.js";
import { energiesOf, type ResidentNetwork } from "../machines/resident-network.js";
import { type SparseNetwork, sparseFrom } from "../machines/sparse.js";
import type { Purpose } from "../random/draw.js";
import { checkedStart, freeUnits, repeated, type StartOptions, startChains } from "./start.js";
import type { TemperedMachine } from "./tempering.js";

export interface TemperedNetworkOptions extends StartOptions {
  /** What the draws are for; a sampler's chains by default. */
  readonly purposes?: { readonly unit: Purpose; readonly start: Purpose };
}

/**
 * For temperingSampler. A sweep updates the free units one after the other. Clamped units have the same values in a chain on all rungs, so
 * exchanges leave the law given these as it is. `start` gives the states of each chain, the same on all rungs.
 *
 * Throws "data" for weights that are not symmetric, which have no energy, and as networkSampler for clamped units and start states.
 */
export function temperedNetwork(
  resident: ResidentNetwork,
  { purposes = { unit: "networkUnit", start: "chainStart" }, ...starting }: TemperedNetworkOptions = {},
): TemperedMachine {
  const { kernels, couplings, units } = resident;
  checkEnergy(resident.network);
  const free = freeUnits(units, starting);
  let work: { states: States; energies: (states: States, chains: number) => Float64Array } | undefined;

  /** Memory for all chains of all rungs, reserved once. */
  function workFor(rows: number) {
    if (!work || work.states.capacity < rows) {
      work = { states: kernels.states(rows, units), energies: energiesOf(resident, rows) };
    }
    return work;
  }

  return {
    units,
    start(seed, chains, rungs) {
      const { states } = workFor(rungs * chains);
      const { start } = starting;
      const everywhere = start && { start: repeated(checkedStart(start, chains, units), rungs) };
      startChains(
        resident,
        states,
        rungs * chains,
        { ...starting, ...everywhere },
        { seed, purpose: purposes.start, step: 0 },
      );
      return states.read(rungs * chains);
    },
    sweep({ seed, chains, betas, bits, sweep }, steps, partner, ratios) {
      const rows = ratios.length;
      const { states, energies } = workFor(rows);
      states.write(bits);
      const beta = Float32Array.from(ratios, (_, row) => betas[Math.floor(row / chains)]);
      const draw = { seed, purpose: purposes.unit, step: sweep };
      kernels.advance({ couplings, states, chains: rows, dynamics: "sequential", steps, free, beta, draw });
      bits.set(states.read(rows));
      const energy = energies(states, rows);
      for (let row = 0; row < rows; row++) {
        const k = Math.floor(row / chains);
        if (partner[k] >= 0) ratios[row] = (betas[k] - betas[partner[k]]) * energy[row];
      }
    },
  };
}

function checkEnergy(network: Network | SparseNetwork): void {
  const { kind, units } = network;
  if (kind === "boltzmann") return;
  const { offsets, sources, weights } = kind === "sparse" ? network : sparseFrom(network);
  const heard = new Map<number, number>();
  const visit = (act: (from: number, to: number, weight: number) => void) => {
    for (let j = 0; j < units; j++) for (let e = offsets[j]; e < offsets[j + 1]; e++) act(sources[e], j, weights[e]);
  };
  visit((from, to, weight) => heard.set(from * units + to, weight));
  visit((from, to, weight) => {
    const back = heard.get(to * units + from) ?? 0;
    if (from !== to && back === weight) return;
    const got = from === to ? `${weight} on the diagonal, unit ${to}` : `${weight} from ${from} to ${to}, ${back} back`;
    const wayOut = "Other networks have no energy; networkSampler runs them.";
    const expected = "symmetric weights with a zero diagonal";
    throw refuse("data", { who: "temperedNetwork: weights", got, expected, wayOut });
  });
}
