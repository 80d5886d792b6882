/** P(v) of small Boltzmann machines, exactly: the whole law, or of given cases. */

import type { Boltzmann } from "../machines/boltzmann.js";
import { connectionsOf } from "../machines/connections.js";
import { checkEnumerable, logSumExp } from "../math/states.js";
import { networkLogPartition } from "./equilibrium.js";
import { checkCases, hiddenSum } from "./hidden-sum.js";

const mostVisible = 24;
/** Terms of sums that are taken once. */
const mostTerms = 2 ** 29;

/**
 * P(v) = Σ_h P(v, h) of every state of the visible units [2^V]: bit i of a state's code is unit `machine.visible[i]`.
 *
 * Throws "size" above 24 visible units, or where sums over the hidden units make it more than 2^29 terms.
 */
export function visibleDistribution(machine: Boltzmann, temperature = 1): Float64Array {
  const { visible, weights, bias } = machine;
  const who = "visibleDistribution";
  checkEnumerable(who, visible.length, mostVisible, "Take exactLogLikelihoods of the cases that matter.");
  const states = 2 ** visible.length;
  const sum = hiddenSum(connectionsOf(machine), { who, visible, pairs: "none", mostTerms: mostTerms / states });
  sum.load(weights, bias, temperature);
  const on = new Uint32Array(visible.length);
  const law = new Float64Array(states);
  const total = logSumExp();
  for (let code = 0; code < states; code++) {
    let count = 0;
    for (let i = 0; i < visible.length; i++) if ((code >> i) & 1) on[count++] = visible[i];
    law[code] = sum.run(on, count, false);
    total.add(law[code]);
  }
  const logPartition = total.value();
  return law.map((log) => Math.exp(log - logPartition));
}

/**
 * log P(v) of each case [cases, visible] in {0, 1}, nats [cases]; a case has the order of `machine.visible`.
 *
 * Throws "size" where Z, or the sum over the hidden units, takes more than 2^29 terms, "shape" and "data" for cases that are not whole or
 * not binary.
 */
export function exactLogLikelihoods(machine: Boltzmann, cases: ArrayLike<number>, temperature = 1): Float64Array {
  const logPartition = networkLogPartition(machine, temperature);
  return unnormalisedLogLikelihoods(machine, cases, temperature).map((x) => x - logPartition);
}

/** log P(v) + log Z = log Σ_h e^{−E(v, h) / T} of each case, nats [cases]. Throws as exactLogLikelihoods, but for Z. */
export function unnormalisedLogLikelihoods(
  machine: Boltzmann,
  cases: ArrayLike<number>,
  temperature = 1,
): Float64Array {
  const { visible, weights, bias } = machine;
  const who = "exactLogLikelihoods";
  const count = checkCases(who, cases, visible.length);
  const sum = hiddenSum(connectionsOf(machine), { who, visible, pairs: "none", mostTerms: mostTerms / count });
  sum.load(weights, bias, temperature);
  const on = new Uint32Array(visible.length);
  return Float64Array.from({ length: count }, (_, c) => {
    let used = 0;
    for (let i = 0; i < visible.length; i++) if (cases[c * visible.length + i]) on[used++] = visible[i];
    return sum.run(on, used, false);
  });
}
