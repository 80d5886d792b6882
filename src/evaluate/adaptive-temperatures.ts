/**
 * Inverse temperatures chosen for a machine, by a pilot population whose chains are then thrown away: a schedule that looked at the
 * chains it is used for would make the estimate biased.
 *
 * With chains that stay near f_β, the variance of ln w over a path of K steps is about (∫ √(2 I τ) dβ)² / K at best, I the variance of
 * U′ = d ln f_β / dβ and τ its autocorrelation time in sweeps; and it is best where steps are in proportion to 1 / √(I τ)
 * [Sivak and Crooks 2012]. The pilot measures I and τ on its way.
 */

import { autocorrelation, mean, variance } from "../math/statistics.js";
import { type AnnealedChains, type Run, runs, type Work } from "./annealed-chains.js";
import { checkTemperatures } from "./temperatures.js";

const population = 100;
/** Sweeps at each of the pilot's temperatures: twice as many again while τ is too long for them to tell. */
const [fewestSweeps, mostSweeps] = [8, 64];
/** Sweeps, in autocorrelation times, that tell τ. */
const enough = 10;
/** The pilot's step: the standard deviation of ln f_β′ − ln f_β over its population. */
const pilotStep = 0.25;
/** For differences that stand for derivatives. */
const epsilon = 2 ** -10;
const mostPilotTemperatures = 5000;
/** The variance of ln w that the steps aim at, for the part that the pilot sees. */
const aimedVariance = 0.25;
const [fewest, most] = [100, 20_000];

/** β_k from 0 to 1, as many as the pilot finds worth while. */
export function* adaptiveTemperatures(chains: AnnealedChains, seed: number): Work<Float64Array> {
  const run: Run = { seed, number: runs.pilot, firstChain: 0 };
  chains.drawBase(Math.min(population, chains.capacity), run);
  let beta = 0;
  let delta = 0.001;
  let step = 1;
  let done = 0;
  const knots = [0];
  const speeds: number[] = [];
  while (beta < 1) {
    const series: Float64Array[] = [];
    let time = 0;
    for (let sweeps = fewestSweeps; sweeps <= mostSweeps; sweeps *= 2) {
      while (series.length < sweeps) {
        if (beta > 0) chains.move(beta, { run, step: step++ });
        else chains.drawBase(Math.min(population, chains.capacity), { ...run, firstChain: series.length });
        const from = Math.min(beta, 1 - epsilon);
        series.push(chains.advance(from, from + epsilon).map((x) => x / epsilon));
        yield { stage: "schedule", done: ++done, of: Math.ceil(done / Math.max(beta, 0.05)) };
      }
      time = autocorrelation(transposed(series)).time;
      if (enough * time <= sweeps) break;
    }
    speeds.push(Math.sqrt(Math.max(2 * mean(series.map(variance)) * time, 1e-12)));
    delta = nextStep(chains, beta, delta);
    beta = Math.fround(Math.min(1, beta + delta));
    knots.push(beta);
    if (knots.length > mostPilotTemperatures) break;
  }
  return placed(knots, speeds);
}

/** From values at each time [chains] to series of each chain [times]. */
function transposed(values: readonly Float64Array[]): Float64Array[] {
  return Array.from(values[0], (_, n) => Float64Array.from(values, (at) => at[n]));
}

/** The step over which ln f changes by `pilotStep` (standard deviation over the chains), which is nearly linear in it. */
function nextStep(chains: AnnealedChains, beta: number, guess: number): number {
  let delta = Math.min(guess, 1 - beta);
  for (let n = 0; n < 4; n++) {
    const spread = Math.sqrt(variance(chains.advance(beta, Math.fround(beta + delta))));
    const next = Math.min(delta * Math.min(pilotStep / Math.max(spread, 1e-9), 100), 1 - beta);
    if (Math.abs(next / delta - 1) < 0.1) return next;
    delta = Math.max(next, 2 ** -20);
  }
  return delta;
}

/** Steps of equal ∫ speed dβ; speeds hold from each knot to the next. */
function placed(knots: readonly number[], speeds: readonly number[]): Float64Array {
  const lengths = speeds.map((speed, n) => speed * (knots[n + 1] - knots[n]));
  const total = lengths.reduce((a, b) => a + b, 0);
  const steps = Math.min(most, Math.max(fewest, Math.ceil(total ** 2 / aimedVariance)));
  const betas = [0];
  let [n, before] = [0, 0];
  for (let k = 1; k < steps; k++) {
    const place = (k * total) / steps;
    while (n < lengths.length - 1 && before + lengths[n] < place) before += lengths[n++];
    betas.push(Math.fround(knots[n] + (place - before) / speeds[n]));
  }
  // steps too small for float32 are left out
  return checkTemperatures([...betas.filter((beta, k) => (k === 0 || beta > betas[k - 1]) && beta < 1), 1]);
}
