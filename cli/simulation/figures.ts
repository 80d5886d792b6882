/** The figures of a simulation: which pictures, of what, with which words. cli/figures/ draws them. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Boltzmann, boltzmannGibbs, clampedNetwork } from "../../src/index.js";
import { writeFileAtomic } from "../../src/node/index.js";
import { distributionBars, energyTrace, firingRates, spikeRaster, type Theme } from "../figures/index.js";
import { grouped } from "../figures/numbers.js";
import { type Comparison, fullState, lawNames } from "./law.js";
import type { Observed, Simulation } from "./run.js";

/** States that a figure of a law has room for. */
const mostRows = 24;

/** Draws all figures that the simulation allows into the folder; returns their paths. */
export async function drawSimulation(
  folder: string,
  simulation: Simulation,
  observed: Observed,
  comparison: Comparison | undefined,
  theme: Theme,
): Promise<string[]> {
  const { network, clamped, dynamics, temperature, chains } = simulation;
  const held = new Set(clamped.keys());
  const { from, every, firstChain: states, rates, trace, kept } = observed;
  const errors = rates.standardError.every(Number.isFinite) ? { errors: rates.standardError } : {};
  const about = `${dynamicsNames[dynamics]} at T = ${temperature}; ${counted(chains, "chain")}, ${counted(kept, "state")} each.`;
  const pictures = new Map<string, Promise<Uint8Array>>([
    [
      "raster.png",
      spikeRaster({ states, units: network.units, from, every, total: kept, clamped: held, about, theme }),
    ],
    [
      "rates.png",
      firingRates({
        rates: rates.mean,
        ...errors,
        ...(comparison && { exact: comparison.rates }),
        clamped: held,
        about,
        theme,
      }),
    ],
  ]);
  if (trace) pictures.set("energy.png", drawEnergy(simulation, observed, comparison, about, theme));
  if (comparison && observed.frequencies) {
    pictures.set("distribution.png", drawLaw(simulation, observed, comparison, about, theme));
  }
  await mkdir(folder, { recursive: true });
  for (const [file, png] of pictures) await writeFileAtomic(join(folder, file), await png);
  return [...pictures.keys()].map((file) => join(folder, file));
}

const counted = (n: number, what: string): string => `${grouped(n)} ${what}${n === 1 ? "" : "s"}`;

const dynamicsNames = {
  glauber: "Glauber dynamics",
  parallel: "Parallel dynamics",
  sequential: "Sequential dynamics",
  blocks: "Block dynamics",
} as const;

function drawEnergy(
  { annealing, dynamics, network, clamped, chains, burnIn, temperature }: Simulation,
  { trace, from, every }: Observed,
  comparison: Comparison | undefined,
  about: string,
  theme: Theme,
): Promise<Uint8Array> {
  const sweep = dynamics === "glauber" ? network.units - clamped.size : 1;
  let time = 0;
  const moments = annealing.map(({ steps, temperature: T }) => {
    const moment = { name: `T = ${T}`, value: time };
    time += steps * sweep;
    return moment;
  });
  if (annealing.length > 0 && burnIn > 0) moments.push({ name: `T = ${temperature}`, value: time });
  if (from > every) moments.push({ name: "sampled from here", value: from });
  const { times, chain, mean } = trace as NonNullable<Observed["trace"]>;
  const exact = comparison?.energy;
  return energyTrace({
    times,
    chain,
    ...(chains > 1 && { mean, chains }),
    ...(exact !== undefined && { exact }),
    moments,
    caption: about,
    theme,
  });
}

/** The likeliest states, the likeliest on top, beside how often they came. */
function drawLaw(
  { network, clamped, temperature }: Simulation,
  { frequencies }: Observed,
  { exact, totalVariation, expected }: Comparison,
  about: string,
  theme: Theme,
): Promise<Uint8Array> {
  const { law, free, kind } = exact;
  const { mean, standardError } = frequencies as NonNullable<Observed["frequencies"]>;
  const reduced = kind === "parallel" ? clampedNetwork(network, clamped).network : undefined;
  const other = reduced && boltzmannGibbs(reduced as Boltzmann, temperature);
  const order = [...law.keys()].sort((a, b) => (law[b] as number) - (law[a] as number));
  const rows = order.slice(0, mostRows).map((code) => ({
    label: fullState(code, free, clamped, network.units).join(""),
    exact: law[code] as number,
    sampled: mean[code] as number,
    ...(Number.isFinite(standardError[code]) && { error: Math.min(1, standardError[code] as number) }),
    ...(other && { other: other[code] as number }),
  }));
  const part = rows.length < law.length ? ` The likeliest ${rows.length} of ${grouped(law.length)} states.` : "";
  const chance = Number.isFinite(expected) ? ` (${expected.toFixed(4)} to be expected)` : "";
  return distributionBars({
    rows,
    exactName: lawNames[kind],
    ...(other && { otherName: lawNames["boltzmann-gibbs"] }),
    about: `${about}${part} Total variation ${totalVariation.toFixed(4)}${chance}.`,
    theme,
  });
}
