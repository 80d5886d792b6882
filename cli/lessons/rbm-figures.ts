/** The figures of an RBM's run: which pictures, of what, with which sentence. cli/figures/ draws them. */

import {
  createKernels,
  type Dataset,
  gibbsSampler,
  type Rbm,
  reconstruct,
  residentRbm,
  selectClasses,
  takeCases,
} from "../../src/index.js";
import { loadConfigured, type Run, readHistory } from "../../src/node/index.js";
import {
  filterGrid,
  filtersOf,
  filtersOverEpochs,
  type ImagePair,
  imagePairs,
  otherDigits,
  sampleChains,
  unitsByNorm,
} from "../figures/index.js";
import { type Drawn, drawCurves } from "../run-figures.js";

export interface RbmPictures {
  readonly run: Run;
  readonly rbm: Rbm;
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly threads: number;
}

/** All figures that the data allow, in their order. */
export async function drawRbm(pictures: RbmPictures): Promise<Drawn[]> {
  const { run, rbm, data } = pictures;
  const shape = data.imageShape;
  const drawn: Drawn[] = [await drawFilters(rbm, shape)];
  if (shape) {
    drawn.unshift(...(await drawHistory(run, rbm, shape)));
    drawn.push(...(await drawReconstructions(pictures, shape)), ...(await drawOthers(pictures, shape)));
    drawn.push(await drawChains(pictures, shape));
  }
  const sentence = "Learning curves. The reconstruction error is a proxy: it can fall while the likelihood falls too.";
  drawn.push(...(await drawCurves(run, sentence)));
  return drawn;
}

type Shape = readonly [number, number];

async function drawFilters(rbm: Rbm, imageShape: Shape | undefined): Promise<Drawn> {
  const png = await filterGrid({ ...rbm, ...(imageShape && { imageShape }) });
  const sentence =
    "What each hidden unit looks for: its weights to the visible units, orange where it wants them on, blue where off.";
  return { file: "filters.png", title: "Final filters", sentence, png };
}

async function drawHistory(run: Run, rbm: Rbm, imageShape: Shape): Promise<Drawn[]> {
  const history = await readHistory(run);
  if (history.length < 2) return [];
  const units = unitsByNorm(rbm).slice(0, 12);
  const snapshots = history.map((snapshot) => ({
    epoch: snapshot.epoch,
    filters: filtersOf(snapshot.machine as Rbm, units),
  }));
  const png = await filtersOverEpochs({ units, snapshots, imageShape });
  const sentence =
    "Filters as they form: the dozen that end up strongest, from the noise of the first weights to strokes.";
  return [{ file: "filters-over-epochs.png", title: "Filters as they form", sentence, png }];
}

async function pairsOf(rbm: Rbm, cases: Dataset, threads: number): Promise<ImagePair[]> {
  const rebuilt = await reconstruct(rbm, cases, { threads });
  return Array.from({ length: cases.cases }, (_, b) => {
    const [from, to] = [b * cases.units, (b + 1) * cases.units];
    return { original: cases.levels.subarray(from, to), reconstruction: rebuilt.subarray(from, to) };
  });
}

async function drawReconstructions({ rbm, data, heldOut, threads }: RbmPictures, imageShape: Shape): Promise<Drawn[]> {
  const shown = takeCases(heldOut ?? data, 24);
  const pairs = await pairsOf(rbm, shown, threads);
  const rows = Array.from({ length: Math.ceil(pairs.length / 4) }, (_, r) => ({
    pairs: pairs.slice(r * 4, r * 4 + 4),
  }));
  const what = heldOut ? "Held-out cases" : "Training cases";
  const png = await imagePairs({ rows, imageShape, title: `${what} beside their reconstructions` });
  const sentence = `${what} (left of each pair) and what one step v → h → v makes of them (right).`;
  return [{ file: "reconstructions.png", title: `${what}, reconstructed`, sentence, png }];
}

/** The classes that were left out of training, where the data have some. */
async function drawOthers({ run, rbm, threads }: RbmPictures, imageShape: Shape): Promise<Drawn[]> {
  const { data, heldOut = data } = run.config;
  if (!data.classes) return [];
  const { classes: _, limit: __, ...everything } = heldOut;
  const all = await loadConfigured(everything);
  const known = new Set(data.classes);
  const others = [...new Set(all.labels)].filter((label) => !known.has(label)).sort((a, b) => a - b);
  if (others.length === 0) return [];
  const row = async (label: number) => ({
    label: String(label),
    pairs: await pairsOf(rbm, takeCases(selectClasses(all, [label]), 4), threads),
  });
  const rows = [];
  for (const label of others.slice(0, 12)) rows.push(await row(label));
  const trainedOn = data.classes.join(", ");
  const png = await otherDigits({ rows, imageShape, trainedOn });
  const sentence = `Cases of classes that it never saw (left) and what it makes of them (right): it tries to see a ${trainedOn} in everything.`;
  return [{ file: "other-classes.png", title: `Everything is a ${trainedOn}`, sentence, png }];
}

/** How many sweeps the picture's chains run: a second or two of work. */
function sweepsFor({ visible, hidden }: Rbm): number[] {
  const most = visible * hidden <= 200_000 ? 10_000 : visible * hidden <= 1_000_000 ? 1000 : 100;
  return [0, 1, 10, 100, 1000, 10_000].filter((sweep) => sweep <= most);
}

async function drawChains({ run, rbm, data, heldOut, threads }: RbmPictures, imageShape: Shape): Promise<Drawn> {
  const sweeps = sweepsFor(rbm);
  const start = heldOut ?? data;
  const kernels = await createKernels({ threads });
  try {
    const resident = residentRbm(kernels, rbm);
    const { seed } = run.config.learning;
    const chains = [
      ...runChains(gibbsSampler(resident), "noise", seed, 4, sweeps),
      ...runChains(gibbsSampler(resident, { start }), "a case", seed + 1, Math.min(4, start.cases), sweeps),
    ];
    const png = await sampleChains({ sweeps, chains, imageShape });
    const sentence =
      "Its dreams: Gibbs chains that start at noise or at a case and run by themselves, drawn as P(v | h) after so many sweeps.";
    return { file: "samples.png", title: "Samples from long Gibbs chains", sentence, png };
  } finally {
    kernels.dispose();
  }
}

function runChains(
  sampler: ReturnType<typeof gibbsSampler>,
  label: string,
  seed: number,
  chains: number,
  sweeps: number[],
) {
  const state = sampler.init(seed, chains);
  const { units } = state.visible;
  const samples: Float32Array[][] = Array.from({ length: chains }, () => []);
  const keep = (values: ArrayLike<number>): void => {
    for (let c = 0; c < chains; c++)
      samples[c]?.push(Float32Array.from({ length: units }, (_, i) => values[c * units + i] as number));
  };
  if (sweeps[0] === 0) keep(state.visible.read(chains));
  for (const until of sweeps.slice(1)) {
    let info = sampler.step(state);
    while (state.sweep < until) info = sampler.step(state);
    keep(info.visibleMean.read(chains));
  }
  return samples.map((images) => ({ label, samples: images }));
}
