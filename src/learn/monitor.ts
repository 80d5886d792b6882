/**
 * log Z of a machine that learns, every now and then: exact where the sum takes seconds at most, otherwise an estimate from both sides
 * (evaluate/estimate-partition.ts) that costs about as much as an epoch.
 *
 * It takes the same random numbers each time, so that a good part of what is uncertain is the same along the curve. They are none of
 * training's: its bits do not depend on the monitor.
 */

import type { Dataset } from "../data/dataset.js";
import type { ReusableChains } from "../evaluate/annealed-chains.js";
import { baseFromMeans } from "../evaluate/base-rates.js";
import { networkLogPartition } from "../evaluate/equilibrium.js";
import { estimateFromBothSides } from "../evaluate/estimate-partition.js";
import { exactPartitionSteps, MOST_EXACT_UNITS } from "../evaluate/log-partition.js";
import { exactTerms } from "../evaluate/machine-sum.js";
import { networkChains } from "../evaluate/network-chains.js";
import { rbmChains } from "../evaluate/rbm-chains.js";
import { linearTemperatures } from "../evaluate/temperatures.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Connections } from "../machines/connections.js";
import { levelMeans } from "../machines/initialize.js";
import type { Rbm } from "../machines/rbm.js";
import type { KnownPartition } from "./likelihood-figures.js";

/** Terms of log Z × units of the larger layer up to which the exact sum takes a few seconds. */
const fewSeconds = 2e9;
/** The most terms of an exact sum of a general machine. */
const mostTerms = 2 ** 29;
/** What an estimate costs: chains each way, temperatures, and sweeps before the first start of the reverse chains. */
const [chains, temperatures, mostSettlingSweeps] = [100, 400, 250];

/**
 * log Z of the machine as it is now; other work has its turn at each yield. Chains start from units with these means, where they are given,
 * else with those of the last time.
 */
export type PartitionMonitor<Machine> = (
  machine: Machine,
  means?: Float64Array,
) => Generator<void, KnownPartition, void>;

/** Of RBMs of this shape, from means of visible units, of which the last `classes` are label units. Memory of the kernels is taken once. */
export function monitorRbm(
  kernels: Kernels,
  shape: Rbm,
  means: Float64Array,
  seed: number,
  classes = 0,
): PartitionMonitor<Rbm> {
  const { visible, hidden } = shape;
  const units = Math.min(visible - classes, hidden);
  const terms = 2 ** units * Math.max(1, classes);
  if (units <= MOST_EXACT_UNITS && terms * Math.max(visible, hidden) <= fewSeconds) {
    return function* (rbm) {
      return { value: yield* exactPartitionSteps(rbm, classes), method: "exact" };
    };
  }
  return estimates(rbmChains(kernels, shape, chains, classes), means, seed, classes);
}

/** Of a general machine with these connections, at a temperature. */
export function monitorBoltzmann(
  kernels: Kernels,
  shape: Boltzmann,
  connections: Connections,
  data: Dataset,
  { seed, temperature }: { readonly seed: number; readonly temperature: number },
): PartitionMonitor<Boltzmann> {
  if (Number.isFinite(exactTerms(connections, shape.visible, "all", mostTerms))) {
    return function* (machine) {
      // the sum is in one piece: learning makes it too, and has no pauses in it
      yield;
      return { value: networkLogPartition(machine, temperature), method: "exact" };
    };
  }
  const means = new Float64Array(shape.units).fill(0.5);
  levelMeans(data).forEach((mean, i) => {
    means[shape.visible[i]] = mean;
  });
  const estimate = estimates(networkChains(kernels, shape, chains), means, seed);
  const cooled = (x: Float64Array) => x.map((value) => value / temperature);
  return (machine) => estimate({ ...machine, weights: cooled(machine.weights), bias: cooled(machine.bias) });
}

function estimates<Machine extends Rbm | Boltzmann>(
  memory: ReusableChains<Machine>,
  means: Float64Array,
  seed: number,
  classes = 0,
): PartitionMonitor<Machine> {
  const betas = linearTemperatures(temperatures);
  // sums of many quotients may end a last digit above 1
  const baseOf = (values: Float64Array) => baseFromMeans(values.map((p) => Math.min(p, 1)));
  memory.base = baseOf(means);
  return function* (machine, fresh) {
    if (fresh) memory.base = baseOf(fresh);
    memory.load(machine);
    const work = estimateFromBothSides(machine, memory, betas, { chains, mostSettlingSweeps, seed, classes });
    for (let next = work.next(); ; next = work.next()) {
      if (!next.done) {
        yield;
        continue;
      }
      const { value, lower, upper, combined } = next.value;
      return { value, method: "estimated", estimate: { value, error: combined?.error ?? Number.NaN, lower, upper } };
    }
  };
}
