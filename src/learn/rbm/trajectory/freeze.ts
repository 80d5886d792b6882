/**
 * Freezing a machine: its chains, by exchanges with samples of the last frozen one, are brought to equilibrium and give samples of it.
 *
 * A chain is on one of two levels, ±1, that change with every exchange it takes part in; how long it remembers its level says how long
 * it remembers where it came from.
 */

import type { BondParameters, Kernels } from "../../../kernels/kernels.js";
import { log } from "../../../math/log.js";
import { mean, variance } from "../../../math/statistics.js";
import type { Reservoir, TrajectoryChains } from "./chains.js";

/** Sweeps are rounds of an exchange and Gibbs steps. */
const fewestSweeps = 20;
export const MOST_FREEZE_SWEEPS = 10_000;
/** Sweeps, in autocorrelation times, after which chains are taken to be at equilibrium. */
const forgotten = 20;

export interface Freeze {
  readonly kernels: Kernels;
  readonly chains: TrajectoryChains;
  /** The machine to be frozen. */
  readonly parameters: BondParameters;
  /** The last frozen one, samples of it that no exchange has touched, and room for those that exchanges change. */
  readonly frozen: BondParameters;
  readonly pristine: Reservoir;
  readonly working: Reservoir;
  /** Gets equilibrium samples of the machine, with their free energies under it. */
  readonly next: Reservoir;
  /** Below this mean acceptance the two machines are too far apart. */
  readonly rejectBelow: number;
}

export interface FreezeFigures {
  /** Integrated autocorrelation time of the levels, in sweeps. */
  readonly autocorrelationTime: number;
  /** Mean acceptance of the exchanges. */
  readonly acceptance: number;
  /**
   * By how many standard errors the mean free energy of samples moves under Gibbs sweeps alone, as many as it took to equilibrium:
   * beyond ±3 they were not at equilibrium.
   */
  readonly drift: number;
}

/** Fills `next`; nothing where the chains do not come to equilibrium. Yields after each sweep. */
export function* freeze(task: Freeze): Generator<void, FreezeFigures | undefined, void> {
  const { kernels, chains, parameters, frozen, pristine, working, next, rejectBelow } = task;
  // exchanges have put chains into it that lagged behind their machine, and moved the weights of modes that chains cannot leave
  copyReservoir(kernels, pristine, working);
  const accepted: Uint8Array[] = [];
  function* sweeps(count: number): Generator<void, void, void> {
    for (let n = 0; n < count; n++) {
      accepted.push(chains.exchange(chains.propose(parameters, frozen, working), working));
      chains.move(parameters);
      yield;
    }
  }

  yield* sweeps(fewestSweeps);
  let times = levelTimes(accepted);
  while (accepted.length < forgotten * Math.max(times.integrated, times.slowest)) {
    if (lateMean(accepted) < rejectBelow || accepted.length >= MOST_FREEZE_SWEEPS) return undefined;
    yield* sweeps(accepted.length);
    times = levelTimes(accepted);
  }
  const acceptance = lateMean(accepted);
  if (acceptance < rejectBelow) return undefined;

  const settling = accepted.length;
  const apart = Math.ceil(2 * times.integrated);
  for (let first = 0; first < next.states.capacity; first += chains.states.capacity) {
    yield* sweeps(apart);
    chains.collect(next, first);
  }
  next.energies.set(chains.energiesOf(parameters, next.states, next.states.capacity));
  const drift = yield* driftOf(chains, parameters, settling);
  return { autocorrelationTime: times.integrated, acceptance, drift };
}

export function copyReservoir(kernels: Kernels, from: Reservoir, to: Reservoir): void {
  const rows = Uint32Array.from(from.energies, (_, n) => n);
  kernels.copyCases({ from: from.states, rows, to: to.states });
  to.energies.set(from.energies);
}

/** Moves the chains by Gibbs sweeps alone; the last samples are theirs, and they go on from where they end. */
function* driftOf(chains: TrajectoryChains, parameters: BondParameters, rounds: number): Generator<void, number, void> {
  const before = chains.look(parameters);
  for (let n = 0; n < rounds; n++) {
    chains.move(parameters);
    yield;
  }
  const after = chains.look(parameters);
  const moved = after.map((x, n) => x - before[n]);
  const error = Math.sqrt(variance(moved) / moved.length);
  return error > 0 ? mean(moved) / error : 0;
}

/** Mean over chains and the second half of the sweeps. */
function lateMean(accepted: readonly Uint8Array[]): number {
  return mean(accepted.slice(accepted.length >> 1).map(mean));
}

/** The window of a sum of autocorrelations, in units of the time so far [Sokal 1997]. */
const windowFactor = 6;
/** An autocorrelation below this is taken for noise. */
const noise = 0.05;

/**
 * Autocorrelation times of the chains' levels in sweeps, from which of them were exchanged [sweeps][chains]: the integrated one, ½ + Σ C(t),
 * and that of the slowest decay. The mean level is known to be 0: with that of the series in its place, chains that never
 * change would seem to forget at once.
 */
export function levelTimes(accepted: readonly Uint8Array[]): { readonly integrated: number; readonly slowest: number } {
  const sweeps = accepted.length;
  const level = new Int8Array(accepted[0].length).fill(1);
  const series = accepted.map((flags) => {
    flags.forEach((flag, n) => {
      if (flag) level[n] = -level[n];
    });
    return level.slice();
  });
  let [integrated, slowest] = [0.5, 0];
  for (let lag = 1; lag <= sweeps >> 1; lag++) {
    let sum = 0;
    for (let t = 0; t + lag < sweeps; t++)
      for (let n = 0; n < level.length; n++) sum += series[t][n] * series[t + lag][n];
    const C = sum / (level.length * (sweeps - lag));
    if (C >= 1) slowest = Number.POSITIVE_INFINITY;
    else if (C > noise) slowest = Math.max(slowest, -lag / log(C));
    integrated += C;
    if (lag >= windowFactor * integrated) break;
  }
  return { integrated: Math.max(integrated, 0.5), slowest };
}
