/** What a simulation tells: its progress, its summary, its JSON. */

import { formatAnnealing } from "../../src/index.js";
import { plural, table } from "../output.js";
import { clock, type ProgressParts, percent } from "../progress.js";
import { type Comparison, lawNames } from "./law.js";
import type { Observed, Simulation, SimulationProgress } from "./run.js";

/** Units that a table of rates names one by one. */
const mostListed = 32;

/** `energies` so far are the sparkline. */
export function progressParts(
  { moment, length, seconds, updatesPerSecond, energy }: SimulationProgress,
  energies: readonly number[],
): ProgressParts {
  const share = moment.time / length;
  const what = moment.stage === "annealing" ? `annealing at T = ${moment.temperature}` : moment.stage;
  const parts = [
    what,
    percent(share),
    `${(updatesPerSecond / 1e6).toFixed(1)} M unit updates/s`,
    share < 1 ? `eta ${clock((seconds * (1 - share)) / share)}` : `in ${clock(seconds)}`,
    ...(energy === undefined ? [] : [`energy ${energy.toFixed(2)}`]),
  ];
  return { parts, share, values: energies };
}

/** The object of --json. */
export function report(
  path: string,
  out: string | undefined,
  { network, annealing, clamped, threads: _, ...plan }: Simulation,
  { kept, from, stopped, rates, energy }: Observed,
  comparison: Comparison | undefined,
  figures: readonly string[],
) {
  return {
    machine: path,
    kind: network.kind,
    units: network.units,
    ...plan,
    ...(annealing.length > 0 && { anneal: formatAnnealing(annealing) }),
    ...(clamped.size > 0 && { clamped: Object.fromEntries(clamped) }),
    kept,
    from,
    stopped,
    rates: {
      mean: [...rates.mean],
      standardError: [...rates.standardError],
      ...(comparison && { exact: [...comparison.rates] }),
    },
    ...(energy && {
      energy: { mean: energy.mean[0], standardError: energy.standardError[0], exact: comparison?.energy },
    }),
    ...(comparison && {
      law: {
        kind: comparison.exact.kind,
        states: comparison.exact.law.length,
        totalVariation: comparison.totalVariation,
        expectedTotalVariation: comparison.expected,
        effectiveSamples: comparison.effectiveSamples,
      },
    }),
    ...(out !== undefined && { out }),
    ...(figures.length > 0 && { figures }),
  };
}

export const statesOf = ({ kept, rates }: Observed): string =>
  `${plural(rates.samples, "state")}${rates.samples === kept ? "" : ` (${plural(kept, "time")})`}`;

export function summary(
  path: string,
  simulation: Simulation,
  observed: Observed,
  comparison: Comparison | undefined,
): string {
  const { network, dynamics, temperature, chains, every, burnIn, annealing } = simulation;
  const { kept, rates, energy } = observed;
  const kind = network.kind === "boltzmann" ? "a Boltzmann machine" : "a network, not symmetric";
  const before = [
    ...(annealing.length > 0 ? [`annealing ${formatAnnealing(annealing)}`] : []),
    ...(burnIn > 0 ? [`${plural(burnIn, "step")} of burn-in`] : []),
  ];
  const after = before.length > 0 ? `, after ${before.join(" and ")}` : "";
  const spacing = every > 1 ? ` ${every} steps apart` : "";
  const head = [
    `${path}: ${plural(network.units, "unit")}, ${kind}, ${dynamics} dynamics at T = ${temperature}`,
    `${plural(chains, "chain")} of ${plural(kept, "state")}${spacing}${after}`,
  ];
  const rows: string[][] = rateRows(simulation, observed, comparison);
  if (energy) {
    const exact = comparison?.energy === undefined ? [] : [comparison.energy.toFixed(4), "exact"];
    rows.push(["  energy ⟨E⟩", withError(energy.mean[0] as number, energy.standardError[0] as number), ...exact]);
  }
  const parts = [...head, "", table(rows)];
  if (comparison) parts.push("", lawText(comparison, rates.samples));
  return parts.join("\n");
}

function rateRows({ network, clamped }: Simulation, { rates }: Observed, comparison: Comparison | undefined) {
  const { mean, standardError } = rates;
  const rows = [["  firing rates", "sampled", ...(comparison ? ["exact"] : [])]];
  if (network.units > mostListed) {
    const sorted = [...mean].sort((a, b) => a - b);
    const average = mean.reduce((a, b) => a + b, 0) / network.units;
    const show = (rate: number | undefined): string => (rate as number).toFixed(4);
    rows.push(["  mean over units", show(average)], ["  lowest", show(sorted[0])], ["  highest", show(sorted.at(-1))]);
    return rows;
  }
  for (const [i, rate] of mean.entries()) {
    const sampled = clamped.has(i) ? `${clamped.get(i)} (clamped)` : withError(rate, standardError[i] as number);
    rows.push([`  unit ${i}`, sampled, ...(comparison ? [(comparison.rates[i] as number).toFixed(4)] : [])]);
  }
  return rows;
}

function withError(value: number, error: number): string {
  return `${value.toFixed(4)}${Number.isFinite(error) ? ` ± ${error.toFixed(4)}` : ""}`;
}

function lawText({ exact, totalVariation: distance, effectiveSamples: worth, expected }: Comparison, samples: number) {
  const states = exact.law.length.toLocaleString("en");
  const lines = [`  Against ${lawNames[exact.kind]}, ${states} states: total variation ${distance.toFixed(4)}.`];
  if (Number.isFinite(expected)) {
    const count = Math.round(worth).toLocaleString("en");
    const drawn = `The ${samples.toLocaleString("en")} states vary as ${count} independent ones do`;
    lines.push(`  ${drawn}, which lie ${expected.toFixed(4)} from the law on average.`);
  }
  return lines.join("\n");
}
