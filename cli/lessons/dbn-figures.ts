/** The figures of a deep belief network's run: which pictures, of what, with which sentence. cli/figures/ draws them. */

import {
  bondRbm,
  type Dataset,
  type Dbn,
  dbnReconstruct,
  dbnSampler,
  takeCases,
  withResidentDbn,
} from "../../src/index.js";
import type { Run } from "../../src/node/index.js";
import { filterGrid, imagePairs, pairsInRows, sampleChains, unitsByNorm } from "../figures/index.js";
import { type Drawn, drawCurves } from "../run-figures.js";

export interface DbnPictures {
  readonly run: Run;
  readonly dbn: Dbn;
  readonly data: Dataset;
  readonly heldOut: Dataset | undefined;
  readonly threads: number;
}

/** All figures that the data allow, in their order. */
export async function drawDbn(pictures: DbnPictures): Promise<Drawn[]> {
  const { run, dbn, data } = pictures;
  const shape = data.imageShape;
  const drawn: Drawn[] = [];
  if (shape) {
    drawn.push(await drawSettling(dbn, { seed: run.config.learning.seed, threads: pictures.threads }, shape));
    for (let l = 0; l <= dbn.directed.length; l++) drawn.push(await drawFilters(dbn, l, shape));
    drawn.push(await drawReconstructions(pictures, shape));
  }
  const sentence =
    "Learning curves, one layer after the other. The reconstruction error is of each layer's own data, and a proxy: it can fall while the likelihood falls too. A monitored log-likelihood is the bound of the layers learnt so far.";
  drawn.push(...(await drawCurves(run, sentence)));
  return drawn;
}

type Shape = readonly [number, number];

const mostFilters = 100;

/** What units of layer l + 1 send down to the visible ones through all layers between, as if these were linear. */
export async function drawFilters(dbn: Dbn, l: number, imageShape: Shape): Promise<Drawn> {
  const { weights, hidden } = bondRbm(dbn, l);
  const plain = dbn.layers[l] as number;
  const own = weights.subarray(0, plain * hidden);
  const chosen = unitsByNorm({ weights: own, visible: plain, hidden }).slice(0, mostFilters);
  let fields = pick(own, plain, hidden, chosen);
  for (let below = l - 1; below >= 0; below--) {
    const { lower, upper, generativeWeights } = dbn.directed[below] as Dbn["directed"][number];
    fields = product(generativeWeights, fields, lower, upper, chosen.length);
  }
  const title = `Receptive fields of layer ${l + 1}`;
  const through =
    l === 0
      ? "its weights to the visible units"
      : `its weights, projected down through ${l === 1 ? "the layer" : `${l} layers`} below`;
  const sentence = `What units of layer ${l + 1} look for: ${through}, orange where they want pixels on, blue where off.`;
  const png = await filterGrid({
    weights: fields,
    visible: dbn.layers[0] as number,
    hidden: chosen.length,
    imageShape,
    order: "index",
    title,
    caption: `${chosen.length} of ${hidden} units, the largest weights first: ${through}.`,
  });
  return { file: `filters-layer-${l + 1}.png`, title, sentence, png };
}

/** These columns of a matrix [rows, columns]. */
function pick(matrix: Float32Array, rows: number, columns: number, chosen: readonly number[]): Float32Array {
  const n = chosen.length;
  return Float32Array.from(
    { length: rows * n },
    (_, at) => matrix[Math.floor(at / n) * columns + (chosen[at % n] as number)] as number,
  );
}

/** A [rows, inner] · B [inner, columns] */
function product(A: Float32Array, B: Float32Array, rows: number, inner: number, columns: number): Float32Array {
  const C = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const a = A[i * inner + k] as number;
      for (let j = 0; j < columns; j++) (C[i * columns + j] as number) += a * (B[k * columns + j] as number);
    }
  }
  return C;
}

const settlingSweeps = [0, 1, 3, 10, 30, 100, 300, 1000];
const mostRows = 12;

/** Chains of the top pair from noise or the cases of `start`, one for each class where there are label units. */
export async function drawSettling(
  dbn: Dbn,
  { seed, threads, start }: { readonly seed: number; readonly threads: number; readonly start?: Dataset },
  imageShape: Shape,
): Promise<Drawn> {
  const { classes } = dbn;
  const count = classes > 0 ? Math.min(classes, mostRows) : 8;
  const labels = classes > 0 ? Uint32Array.from({ length: count }, (_, y) => y) : undefined;
  const chains = await withResidentDbn(dbn, { threads }, (resident) => {
    const sampler = dbnSampler(resident, { ...(labels && { labels }), ...(start && { start }) });
    const state = sampler.init(seed, count);
    const samples: Float32Array[][] = Array.from({ length: count }, () => []);
    for (const until of settlingSweeps) {
      while (state.sweep < until) sampler.step(state);
      const values = sampler.look(state).visible("mean").read(count);
      const units = dbn.layers[0] as number;
      samples.forEach((images, c) => {
        images.push(Float32Array.from(values.subarray(c * units, (c + 1) * units)));
      });
    }
    return samples.map((images, c) => ({ label: labels ? String(c) : "noise", samples: images }));
  });
  const caption = labels
    ? "Each row is one chain of the top pair with the label unit of that class clamped; the columns count its sweeps."
    : "Each row is one chain of the top pair that runs freely; the columns count its sweeps.";
  const title = labels ? "Generated by label" : "What the network dreams";
  const png = await sampleChains({ sweeps: settlingSweeps, chains, imageShape, title, caption });
  const what = labels ? ", the label clamped" : "";
  const sentence = `Its dreams as they settle: Gibbs chains of the top pair from ${start ? "a case of each class" : "noise"}${what}, passed down to P(v | h) after so many sweeps.`;
  return { file: labels ? "by-label.png" : "samples.png", title, sentence, png };
}

async function drawReconstructions({ dbn, data, heldOut, threads }: DbnPictures, imageShape: Shape): Promise<Drawn> {
  const shown = takeCases(heldOut ?? data, 24);
  const rebuilt = await dbnReconstruct(dbn, shown, { threads });
  const pairs = Array.from({ length: shown.cases }, (_, b) => {
    const [from, to] = [b * shown.units, (b + 1) * shown.units];
    return { original: shown.levels.subarray(from, to), reconstruction: rebuilt.subarray(from, to) };
  });
  const what = heldOut ? "Held-out cases" : "Training cases";
  const png = await imagePairs({ rows: pairsInRows(pairs), imageShape, title: `${what} beside their reconstructions` });
  const sentence = `${what} (left of each pair) and what a pass to the top and back makes of them (right).`;
  return { file: "reconstructions.png", title: `${what}, reconstructed`, sentence, png };
}
