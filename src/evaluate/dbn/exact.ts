/** log P(v) of small deep belief networks, exactly, by enumeration. */

import { refuse } from "../../errors.js";
import type { Dbn, DirectedBond } from "../../machines/dbn.js";
import { freeEnergy } from "../../machines/rbm.js";
import { softplus } from "../../math/logistic.js";
import { checkEnumerable, logSumExp, stateOf } from "../../math/states.js";
import { checkCases } from "../hidden-sum.js";
import { exactLogPartition, givenLabel } from "../log-partition.js";

const mostUnits = 20;

/**
 * log P(v) of each case [cases, visible] in {0, 1}, nats [cases]: a sum over all states of the layers between the visible and the top one.
 * Throws "size" above 20 units in these layers, or 25 in the smaller layer of the top pair, "shape" and "data" for cases that are not whole
 * or not binary.
 */
export function exactDbnLogLikelihoods(dbn: Dbn, cases: ArrayLike<number>): Float64Array {
  const { layers, classes, directed, top } = dbn;
  const who = "exactDbnLogLikelihoods";
  const between = layers.slice(1, -1).reduce((sum, size) => sum + size, 0);
  checkEnumerable(who, between, mostUnits, "Take a bound: dbnBound.");
  const count = checkCases(who, cases, layers[0]);
  const logZ = exactLogPartition(top, classes);
  const given = Array.from({ length: classes }, (_, y) => givenLabel(top, classes, y));
  /** log P*(h) of the layer below the top. */
  const logTop = (h: ArrayLike<number>): number => {
    if (classes === 0) return -freeEnergy(top, h);
    const sum = logSumExp();
    for (const { rbm, bias } of given) sum.add(bias - freeEnergy(rbm, h));
    return sum.value();
  };
  /** log Σ P(below | h_l) P(h_l | …) … over the layers from l on, of the state below them. */
  const logBelow = (below: ArrayLike<number>, l: number): number => {
    if (l === directed.length) return logTop(below);
    const bond = directed[l];
    const sum = logSumExp();
    for (let code = 0; code < 2 ** bond.upper; code++) {
      const h = stateOf(code, bond.upper);
      sum.add(logGenerated(bond, below, h) + logBelow(h, l + 1));
    }
    return sum.value();
  };
  return Float64Array.from({ length: count }, (_, c) => {
    const v = Array.from({ length: layers[0] }, (_, i) => cases[c * layers[0] + i]);
    return logBelow(v, 0) - logZ;
  });
}

/** log P(below | h) by the generative weights. */
export function logGenerated(
  { lower, upper, generativeWeights: G, lowerBias: g }: DirectedBond,
  below: ArrayLike<number>,
  h: ArrayLike<number>,
): number {
  if (below.length !== lower || h.length !== upper) {
    const got = `${below.length} and ${h.length} units`;
    throw refuse("shape", { who: "logGenerated", got, expected: `${lower} and ${upper}` });
  }
  let sum = 0;
  for (let i = 0; i < lower; i++) {
    let x = g[i];
    for (let j = 0; j < upper; j++) x += G[i * upper + j] * h[j];
    sum += below[i] * x - softplus(x);
  }
  return sum;
}
