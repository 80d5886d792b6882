/** Replicas of a network that are cooled by a schedule: a tick is a sweep of all of them. Beside them what is exact, and a sudden quench. */

import { anneal, createKernels, energiesOf, meanOfLogWeights, networkSampler, residentNetwork } from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { machineOf } from "../../networks/couplings.js";
import { couplingsOf, type Settings, temperaturesOf, UNITS } from "./fields.js";
import { type Quantities, quantitiesAt, type Thermodynamics, thermodynamics } from "./thermodynamics.js";

/** Bins of the histogram of energies, about. */
const BINS = 40;
/** Energies closer than this are one level: inputs are float32. */
const SAME = 2e-3;

/** What the replicas measure at one temperature. */
export interface Measured extends Quantities {
  readonly temperature: number;
  /** Of the energy, the mean over the replicas. F is by annealed importance sampling along the schedule, S is (U − F) / T. */
  readonly standardError: number;
  /** Standard error of the free energy. */
  readonly freeEnergyError: number;
  /** At the same temperature. */
  readonly exact: Quantities;
}

export interface TemperatureView {
  readonly tick: number;
  readonly sweeps: number;
  /** The stage of the last sweep, from 0; −1 before the first. */
  readonly stage: number;
  readonly exact: Thermodynamics;
  /** At the end of each stage so far, the last of them now. */
  readonly measured: readonly Measured[];
  /** Shares of the replicas in bins of E − E₀ [bins], now and after a quench that lasts as long as the schedule. */
  readonly histogram: Float64Array;
  readonly quenched: Float64Array;
  readonly binWidth: number;
  /** Shares in a ground state. */
  readonly found: number;
  readonly quenchedFound: number;
  readonly lastTemperature: number;
}

/** Exact curves take a moment, and a schedule that is drawn anew leaves them as they are. */
const known = new Map<string, Thermodynamics>();

export async function start(settings: Settings): Promise<Engine<TemperatureView>> {
  const { network, glass, replicas, seed, sweeps: each } = settings;
  const machine = machineOf(couplingsOf(settings));
  const key = `${network} ${glass}`;
  const exact = known.get(key) ?? thermodynamics(machine);
  known.set(key, exact);
  const temperatures = temperaturesOf(settings.schedule);
  const sweeps = temperatures.length * each;
  const lastTemperature = temperatures.at(-1) as number;

  const kernels = await createKernels();
  const resident = residentNetwork(kernels, machine);
  const sampler = networkSampler(resident, { dynamics: "glauber" });
  const energyOf = energiesOf(resident, replicas);

  const state = sampler.init(seed, replicas);
  let energies = energyOf(state.states, replicas);
  // so high that bins hold every energy of the random start; whole levels for couplings that are whole
  const span = energies.reduce((most, energy) => Math.max(most, energy), exact.ground + 1) - exact.ground;
  const binWidth = network === "ring" || network === "lattice" ? 4 : Math.ceil((10 * span) / BINS) / 10;
  const bins = Math.floor((span + SAME) / binWidth) + 1;

  const quench = sampler.init(seed, replicas);
  anneal(sampler, quench, [{ steps: sweeps, temperature: lastTemperature }]);
  const quenchedEnergies = energyOf(quench.states, replicas);

  let tick = 0;
  let beta = 0;
  const logWeights = new Float64Array(replicas);
  let measured: readonly Measured[] = [];

  const stageOf = (sweep: number) => Math.min(temperatures.length - 1, Math.floor(sweep / each));

  function measure(temperature: number, there: Quantities): Measured {
    const mean = energies.reduce((sum, energy) => sum + energy, 0) / replicas;
    const variance = energies.reduce((sum, energy) => sum + (energy - mean) ** 2, 0) / (replicas - 1);
    const work = meanOfLogWeights(logWeights);
    const freeEnergy = -temperature * (UNITS * Math.LN2 + work.value);
    return {
      temperature,
      energy: mean,
      standardError: Math.sqrt(variance / replicas),
      heatCapacity: variance / temperature ** 2,
      freeEnergy,
      freeEnergyError: temperature * work.error,
      entropy: (mean - freeEnergy) / temperature,
      exact: there,
    };
  }

  function histogramOf(values: Float64Array): Float64Array {
    const shares = new Float64Array(bins);
    for (const energy of values) {
      const bin = Math.floor((energy - exact.ground + SAME) / binWidth);
      const at = Math.min(bins - 1, Math.max(0, bin));
      shares[at] = (shares[at] as number) + 1 / replicas;
    }
    return shares;
  }

  const inGround = (values: Float64Array) => values.filter((energy) => energy < exact.ground + SAME).length / replicas;

  return {
    advance() {
      if (tick === sweeps) return false;
      const temperature = temperatures[stageOf(tick)] as number;
      const next = 1 / temperature;
      // the work of changing the temperature, before the chains have answered it
      if (next !== beta) {
        energies.forEach((energy, replica) => {
          logWeights[replica] = (logWeights[replica] as number) - (next - beta) * energy;
        });
        beta = next;
      }
      anneal(sampler, state, [{ steps: 1, temperature }]);
      energies = energyOf(state.states, replicas);
      const isNewStage = tick % each === 0;
      const there = isNewStage ? quantitiesAt(machine, temperature) : (measured.at(-1) as Measured).exact;
      const now = measure(temperature, there);
      measured = isNewStage ? [...measured, now] : [...measured.slice(0, -1), now];
      tick++;
      return true;
    },

    view: () => ({
      tick,
      sweeps,
      stage: tick === 0 ? -1 : stageOf(tick - 1),
      exact: copied(exact),
      measured,
      histogram: histogramOf(energies),
      quenched: histogramOf(quenchedEnergies),
      binWidth,
      found: inGround(energies),
      quenchedFound: inGround(quenchedEnergies),
      lastTemperature,
    }),

    dispose: () => kernels.dispose(),
  };
}

/** What goes to the page is the page's. */
function copied(exact: Thermodynamics): Thermodynamics {
  return Object.fromEntries(
    Object.entries(exact).map(([name, value]) => [name, value instanceof Float64Array ? value.slice() : value]),
  ) as unknown as Thermodynamics;
}
