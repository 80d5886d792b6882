/** The figures of a deep Boltzmann machine's run: which pictures, of what, with which sentence. cli/figures/ draws them. */

import {
  type Dataset,
  type Dbm,
  type Dbn,
  dbmReconstruct,
  dbmSampler,
  takeCases,
  withResidentDbm,
} from "../../src/index.js";
import type { Run } from "../../src/node/index.js";
import { imagePairs, pairsInRows, sampleChains } from "../figures/index.js";
import { type Drawn, drawCurves } from "../run-figures.js";
import { drawFilters } from "./dbn-figures.js";

export interface DbmPictures {
  readonly run: Run;
  readonly dbm: Dbm;
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly threads: number;
}

/** All figures that the data allow, in their order. */
export async function drawDbm(pictures: DbmPictures): Promise<Drawn[]> {
  const { run, dbm, data } = pictures;
  const shape = data.imageShape;
  const drawn: Drawn[] = [];
  if (shape) {
    drawn.push(await drawChains(pictures, shape));
    for (let l = 0; l < dbm.weights.length; l++) drawn.push(await drawFilters(turnedDown(dbm), l, shape));
    drawn.push(await drawReconstructions(pictures, shape));
  }
  const sentence =
    "Learning curves. Log-likelihoods are variational lower bounds; the free-energy gap is that of the same bounds.";
  drawn.push(...(await drawCurves(run, sentence)));
  return drawn;
}

type Shape = readonly [number, number];

/** The machine's weights as those of a network that only goes down, for its receptive fields. */
function turnedDown({ layers, weights, biases }: Dbm): Dbn {
  const bonds = weights.map((W, l) => ({
    lower: layers[l] as number,
    upper: layers[l + 1] as number,
    generativeWeights: W,
    lowerBias: biases[l] as Float32Array,
    recognitionWeights: W,
    upperBias: biases[l + 1] as Float32Array,
  }));
  const { lower, upper, generativeWeights, lowerBias, upperBias } = bonds.at(-1) as (typeof bonds)[number];
  return {
    kind: "dbn",
    layers,
    classes: 0,
    directed: bonds.slice(0, -1),
    top: {
      kind: "rbm",
      visible: lower,
      hidden: upper,
      weights: generativeWeights,
      visibleBias: lowerBias,
      hiddenBias: upperBias,
    },
  };
}

const sweeps = [0, 1, 3, 10, 30, 100, 300, 1000];

async function drawChains({ run, dbm, data, heldOut, threads }: DbmPictures, imageShape: Shape): Promise<Drawn> {
  const start = heldOut ?? data;
  const units = dbm.layers[0] as number;
  const { seed } = run.config.learning;
  const chains = await withResidentDbm(dbm, { threads }, (resident) =>
    (["noise", "a case"] as const).flatMap((label) => {
      const fromCases = label === "a case";
      const count = fromCases ? Math.min(4, start.cases) : 4;
      const sampler = dbmSampler(resident, fromCases ? { start } : {});
      const state = sampler.init(fromCases ? seed + 1 : seed, count);
      const samples: Float32Array[][] = Array.from({ length: count }, () => []);
      const keep = (values: ArrayLike<number>) => {
        samples.forEach((images, c) => {
          images.push(Float32Array.from({ length: units }, (_, i) => values[c * units + i] as number));
        });
      };
      keep((state.layers[0] as (typeof state.layers)[number]).read(count));
      for (const until of sweeps.slice(1)) {
        let info = sampler.step(state);
        while (state.sweep < until) info = sampler.step(state);
        keep(info.visibleMean.read(count));
      }
      return samples.map((images) => ({ label, samples: images }));
    }),
  );
  const png = await sampleChains({ sweeps, chains, imageShape });
  const sentence =
    "Its dreams: Gibbs chains over odd and even layers that start at noise or at a case and run by themselves, drawn as P(v | h) after so many sweeps.";
  return { file: "samples.png", title: "Samples from Gibbs chains", sentence, png };
}

async function drawReconstructions({ dbm, data, heldOut, threads }: DbmPictures, imageShape: Shape): Promise<Drawn> {
  const shown = takeCases(heldOut ?? data, 24);
  const rebuilt = await dbmReconstruct(dbm, shown, { threads });
  const pairs = Array.from({ length: shown.cases }, (_, b) => {
    const [from, to] = [b * shown.units, (b + 1) * shown.units];
    return { original: shown.levels.subarray(from, to), reconstruction: rebuilt.subarray(from, to) };
  });
  const what = heldOut ? "Held-out cases" : "Training cases";
  const png = await imagePairs({ rows: pairsInRows(pairs), imageShape, title: `${what} beside their reconstructions` });
  const sentence = `${what} (left of each pair) and what comes back from the means of the first hidden layer (right).`;
  return { file: "reconstructions.png", title: `${what}, reconstructed`, sentence, png };
}
