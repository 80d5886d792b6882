/** A general Boltzmann machine that is being taught: its parameters in float64, and its chains in the kernels' memory. */

import type { Dataset } from "../../data/dataset.js";
import { takeCases } from "../../data/select.js";
import { unnormalisedLogLikelihoods } from "../../evaluate/visible-law.js";
import type { Kernels } from "../../kernels/kernels.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import { residentNetwork, writeCouplings } from "../../machines/resident-network.js";
import type { SavedState } from "../checkpoint.js";
import type { EpochFigures, Learner } from "../learner.js";
import { likelihoodFigures } from "../likelihood-figures.js";
import { monitorBoltzmann } from "../monitor.js";
import { startFlatOptimizer } from "./optimizer.js";
import type { CompleteBoltzmannOptions } from "./options.js";

/** At most so many cases are looked at for a log-likelihood. */
const monitoredCases = 1000;

export interface BoltzmannMonitor {
  /** Every so many epochs, and after the last. */
  readonly every: number;
  readonly data: Dataset;
  readonly heldOut?: Dataset | undefined;
}

/** `saved`: the state of the rule to go on from. */
export function startBoltzmannLearner(
  kernels: Kernels,
  initial: Boltzmann,
  learning: CompleteBoltzmannOptions,
  monitor?: BoltzmannMonitor,
  saved?: SavedState,
): Learner<Boltzmann> {
  const { epochs, temperature } = learning;
  const machine = copyOf(initial);
  const resident = residentNetwork(kernels, machine);
  const context = { ...learning, machine, resident, saved };
  const wake = learning.positive.start(context);
  const dream = learning.negative.start(context);
  const optimizer = startFlatOptimizer(machine, learning, learning.optimizer, saved);
  const largest = (values: Float64Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / temperature;
  return {
    learn(batch, epoch) {
      const positive = wake(batch);
      const negative = dream.expect(batch, positive);
      optimizer.apply(positive.moments, negative, epoch, epochs);
      writeCouplings(resident.couplings, machine);
      return undefined;
    },
    // in units of T, which is what firing probabilities see
    largest: () => ({ weight: largest(machine.weights), bias: largest(machine.bias) }),
    ...(monitor && { figures: logLikelihoodFigures(kernels, machine, learning, monitor) }),
    parameters: () => copyOf(machine),
    machine: () => copyOf(machine),
    state: () => ({ ...dream.state?.(), ...optimizer.state() }),
  };
}

/** The figures of a run with this monitor. */
export function logLikelihoodsTold(heldOut: Dataset | undefined, monitor: number): (keyof EpochFigures)[] {
  if (monitor === 0) return [];
  return heldOut ? ["logLikelihood", "heldOutLogLikelihood"] : ["logLikelihood"];
}

function copyOf({ weights, bias, ...rest }: Boltzmann): Boltzmann {
  return { ...rest, weights: weights.slice(), bias: bias.slice() };
}

function logLikelihoodFigures(
  kernels: Kernels,
  machine: Boltzmann,
  learning: CompleteBoltzmannOptions,
  { every, data, heldOut }: BoltzmannMonitor,
): (epoch: number) => Generator<EpochFigures, EpochFigures, void> {
  const { temperature, epochs, connections } = learning;
  const partition = monitorBoltzmann(kernels, machine, connections, data, learning);
  const meanOf = (of: Dataset): number => {
    const { levels, cases } = takeCases(of, monitoredCases);
    const half = levels instanceof Uint8Array ? 128 : 0.5;
    const bits = Uint8Array.from(levels, (level) => (level >= half ? 1 : 0));
    return unnormalisedLogLikelihoods(machine, bits, temperature).reduce((a, b) => a + b, 0) / cases;
  };
  return function* (epoch) {
    if ((epoch + 1) % every !== 0 && epoch + 1 < epochs) return {};
    const work = partition(machine);
    for (let next = work.next(); ; next = work.next()) {
      if (next.done) return likelihoodFigures(next.value, meanOf(data), heldOut && meanOf(heldOut));
      yield {};
    }
  };
}
