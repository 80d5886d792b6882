/** Pictures of a likelihood: where log Z comes from along the temperatures, and how the machine tells cases from its dreams and from noise. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Dataset, freeEnergies, gibbsSampler, type LogPartition, type Rbm, withResident } from "../src/index.js";
import { writeFileAtomic } from "../src/node/index.js";
import { type CurveLine, learningCurves } from "./figures/index.js";

interface Options {
  readonly seed: number;
  readonly threads: number;
}

/** At most so many cases, and as many samples and states of noise. */
const mostCases = 1000;
const sweeps = 1000;

/** Draws into `folder`; returns the files. log Z along the temperatures needs an estimate. */
export async function drawLikelihood(
  folder: string,
  rbm: Rbm,
  data: Dataset,
  logZ: LogPartition | undefined,
  options: Options,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const write = async (name: string, png: Uint8Array): Promise<void> => {
    await writeFileAtomic(join(folder, name), png);
    files.push(join(folder, name));
  };
  if (logZ?.forward) await write("log-z.png", await drawPath(logZ));
  await write("free-energies.png", await drawEnergies(rbm, data, options));
  return files;
}

function drawPath({ forward, lower, upper }: LogPartition): Promise<Uint8Array> {
  const { betas, logPartitions } = (forward as NonNullable<typeof forward>).path;
  const points = Array.from(betas, (beta, k) => [beta, logPartitions[k] as number] as const);
  return learningCurves({
    title: "log Z along the temperatures",
    caption:
      "Annealed importance sampling: from independent units (β = 0), whose log Z is known, to the machine (β = 1). " +
      `There it is between ${lower.toFixed(2)} and ${upper.toFixed(2)} nats.`,
    xName: "inverse temperature β",
    series: [{ title: "log Z", unit: "nats, forward estimate", lines: [{ name: "log Z", points }] }],
  });
}

async function drawEnergies(rbm: Rbm, data: Dataset, { seed, threads }: Options): Promise<Uint8Array> {
  const count = Math.min(mostCases, data.cases);
  const { units } = data;
  const samples = await withResident(rbm, { threads }, (resident) => {
    const sampler = gibbsSampler(resident);
    const state = sampler.init(seed, count);
    for (let sweep = 0; sweep < sweeps; sweep++) sampler.step(state);
    return state.visible.read(count);
  });
  const energiesOf = (name: string, levels: Dataset["levels"]) =>
    freeEnergies(rbm, { name, cases: count, units, levels }, { seed, threads });
  const groups: [string, Float64Array][] = [
    ["cases", await energiesOf(data.name, data.levels)],
    [
      "samples",
      await energiesOf(
        "samples",
        samples.map((bit) => 255 * bit),
      ),
    ],
    ["noise", await energiesOf("noise", independent(data, count))],
  ];
  return learningCurves({
    title: "Free energies",
    caption:
      `F(v) of ${count} cases, of as many samples after ${sweeps} sweeps from random bits, and of noise: each unit on by itself, ` +
      "as often as in the cases. Lower is likelier. A machine that fits has its samples where the cases are.",
    xName: "free energy F(v), nats",
    series: [
      { title: "How many have it", unit: "fraction of each, per nat", nameAt: "peak", lines: histograms(groups) },
    ],
  });
}

/** The mean levels of all cases, in each of `count` rows. */
function independent({ levels, cases, units }: Dataset, count: number): Float32Array {
  const means = new Float64Array(units);
  const scale = cases * (levels instanceof Uint8Array ? 255 : 1);
  for (let at = 0; at < cases * units; at++) means[at % units] += (levels[at] as number) / scale;
  return Float32Array.from({ length: count * units }, (_, at) => means[at % units] as number);
}

const bins = 20;

/** Each from its smallest value to its largest, in bins of its own; an empty bin before and behind. */
function histograms(groups: readonly [string, Float64Array][]): CurveLine[] {
  return groups.map(([name, values]) => {
    const low = values.reduce((a, b) => Math.min(a, b));
    const width = (values.reduce((a, b) => Math.max(a, b)) - low) / bins || 1;
    const densities = new Array<number>(bins + 3).fill(0);
    for (const value of values) densities[1 + Math.floor((value - low) / width)] += 1 / values.length / width;
    return { name, points: densities.map((density, bin) => [low + (bin - 0.5) * width, density] as const) };
  });
}
