/** The figures of a general Boltzmann machine's run: which pictures, of what, with which sentence. cli/figures/ draws them. */

import type { Boltzmann, CompleteBoltzmannOptions, Connections, Dataset } from "../../src/index.js";
import type { Run } from "../../src/node/index.js";
import { couplingMap, filterGrid, momentScatter } from "../figures/index.js";
import { type Drawn, drawCurves } from "../run-figures.js";
import { momentsOfData, momentsOfModel, visiblePart } from "./boltzmann-moments.js";
import { mostLogLikelihood } from "./boltzmann-monitor.js";

export interface BoltzmannPictures {
  readonly run: Run;
  readonly machine: Boltzmann;
  readonly connections: Connections;
  readonly data: Dataset;
  readonly learning: CompleteBoltzmannOptions;
  readonly threads: number;
  /** Whether the log-likelihood was. */
  readonly isWatched: boolean;
}

const watched =
  "How learning went: log P(v) of the cases, exact (no law can have more than minus the entropy of the data), and the largest weight.";
const unwatched = "How learning went: the largest weight. The log-likelihood was not watched.";

/** All figures that machine and data allow, in their order. */
export async function drawBoltzmann(pictures: BoltzmannPictures): Promise<Drawn[]> {
  const { run, machine, data, isWatched } = pictures;
  const joined = adjacency(pictures.connections);
  const sentence = isWatched ? watched : unwatched;
  return [
    await drawMoments(pictures, joined),
    await drawCouplings(machine, joined),
    ...(await drawFilters(machine, data)),
    ...(await drawCurves(run, sentence, { name: "the most", value: mostLogLikelihood(data) })),
  ];
}

/** 1 for connected pairs [N, N], both ways. */
function adjacency({ units, pairs }: Connections): Uint8Array {
  const joined = new Uint8Array(units * units);
  for (let at = 0; at < pairs.length; at += 2) {
    const [i, j] = [pairs[at] as number, pairs[at + 1] as number];
    joined[i * units + j] = 1;
    joined[j * units + i] = 1;
  }
  return joined;
}

async function drawMoments(
  { machine, connections, data, learning, threads }: BoltzmannPictures,
  joined: Uint8Array,
): Promise<Drawn> {
  const seen = momentsOfData(data, learning.clamp);
  const model = await momentsOfModel(machine, connections, learning, threads);
  const png = await momentScatter({
    units: machine.visible.length,
    data: seen,
    model,
    joined: visiblePart(machine, joined),
    modelNote: model.how,
    ...(seen.cases < data.cases && { dataNote: `the first ${seen.cases} cases` }),
  });
  const sentence =
    "Does it have the data's statistics? Means, moments of pairs and covariances of the visible units, data against model.";
  return { file: "moments.png", title: "The data's moments against the model's", sentence, png };
}

async function drawCouplings(machine: Boltzmann, joined: Uint8Array): Promise<Drawn> {
  const png = await couplingMap({ ...machine, joined });
  const sentence =
    "The weights M between all units, visible and hidden: orange where two are on together, blue where one keeps the other off.";
  return { file: "weights.png", title: "The weights", sentence, png };
}

async function drawFilters({ units, visible, weights }: Boltzmann, { imageShape }: Dataset): Promise<Drawn[]> {
  const shown = new Set(visible);
  const hidden = Array.from({ length: units }, (_, i) => i).filter((i) => !shown.has(i));
  if (!imageShape || hidden.length === 0) return [];
  const matrix = Float32Array.from({ length: visible.length * hidden.length }, (_, at) => {
    const [i, j] = [visible[Math.floor(at / hidden.length)] as number, hidden[at % hidden.length] as number];
    return weights[i * units + j] as number;
  });
  const size = { weights: matrix, visible: visible.length, hidden: hidden.length };
  const png = await filterGrid({ ...size, imageShape });
  const sentence =
    "What each hidden unit looks for: its weights to the visible units, orange where it wants them on, blue where off.";
  return [{ file: "filters.png", title: "Filters", sentence, png }];
}
