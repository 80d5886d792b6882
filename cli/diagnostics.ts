/** What `evaluate --diagnostics` tells of an RBM's units, weights and chains: measured, in rows, and in JSON. */

import {
  type ChainDiagnostics,
  type Dataset,
  diagnoseSampling,
  type HiddenActivity,
  hiddenActivity,
  largestWeights,
  type Rbm,
  type SamplingDiagnostics,
  type WeightPlace,
} from "../src/index.js";
import { plural } from "./output.js";
import { stageView } from "./progress.js";

export interface Diagnostics extends SamplingDiagnostics {
  readonly activity: HiddenActivity;
  readonly largest: readonly WeightPlace[];
}

const shownWeights = 5;
const shownUnits = 10;

export async function diagnose(
  rbm: Rbm,
  data: Dataset,
  { seed, threads }: { readonly seed: number; readonly threads: number },
): Promise<Diagnostics> {
  const view = stageView(process.stderr, "diagnostics");
  try {
    const sampling = await diagnoseSampling(rbm, { data, seed, threads, onProgress: view.show });
    const activity = await hiddenActivity(rbm, data, { threads });
    return { ...sampling, activity, largest: largestWeights(rbm, shownWeights) };
  } finally {
    view.end();
  }
}

/** The field `diagnostics` of a JSON result. */
export function diagnosticsJson({ gibbs, tempering, activity, largest }: Diagnostics) {
  const { betas, swapProbability } = tempering;
  return {
    gibbs,
    tempering: { ...tempering, betas: [...betas], swapProbability: [...swapProbability] },
    deadHiddenUnits: activity.dead,
    saturatedHiddenUnits: activity.saturated,
    largestWeights: largest,
  };
}

/** [name, value, remark]. */
export function diagnosticsRows({ gibbs, tempering, activity, largest }: Diagnostics): string[][] {
  const { betas, swapProbability, barrier, roundTrips, roundTripRate } = tempering;
  const [least, most] = [Math.min(...swapProbability), Math.max(...swapProbability)];
  const trips = `${(1000 * roundTripRate).toFixed(1)} a chain in 1,000 sweeps`;
  return [
    ["  Gibbs chains", mixingText(gibbs), runText(gibbs, "every other one starts at a case, the rest at random bits")],
    ["  tempered chains", mixingText(tempering), runText(tempering, `at β = 1 of ${betas.length} temperatures`)],
    [
      "    swap probability",
      `${least.toFixed(2)} to ${most.toFixed(2)}`,
      `of neighbours; barrier Λ = ${barrier.toFixed(1)}`,
    ],
    ["    round trips", roundTrips.toLocaleString("en"), `${trips}, all temperatures; at most 500`],
    ["  dead hidden units", unitsText(activity.dead), "P(h | v) < 0.01 for all cases"],
    ["  saturated hidden units", unitsText(activity.saturated), "P(h | v) > 0.99 for all cases"],
    ["  largest weights", largest.map(({ weight }) => weight.toFixed(2)).join(" "), largest.map(placeText).join(", ")],
  ];
}

function mixingText({ autocorrelationTime, effectiveSampleSize, rHat }: ChainDiagnostics): string {
  return `τ ${autocorrelationTime.toPrecision(3)}, ESS ${effectiveSampleSize.toFixed(0)}, R̂ ${rHat.toFixed(3)}`;
}

function runText({ chains, sweeps }: ChainDiagnostics, how: string): string {
  return `τ of F(v) in sweeps; ${chains} chains × ${plural(sweeps, "sweep")}, ${how}`;
}

function unitsText(units: readonly number[]): string {
  if (units.length === 0) return "0";
  const named = units.slice(0, shownUnits).join(", ");
  return `${units.length}: ${named}${units.length > shownUnits ? ", …" : ""}`;
}

function placeText({ visible, hidden }: WeightPlace): string {
  return `v${visible} h${hidden}`;
}
