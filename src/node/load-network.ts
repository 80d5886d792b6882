/** Machines of any kind from files: a small CSV of weights, a model file, or a run's folder. */

import { basename, extname } from "node:path";
import { refuse } from "../errors.js";
import type { Machine } from "../io/model.js";
import { type Boltzmann, boltzmannFromRbm, createBoltzmann, isSymmetric } from "../machines/boltzmann.js";
import { createNetwork, type Network } from "../machines/network.js";
import type { Rbm } from "../machines/rbm.js";
import { parseCsv } from "./csv.js";
import { readFileBytes } from "./files.js";
import { type LoadedModel, loadModel } from "./run-folder.js";

/** Enough for every network that is written by hand; larger ones are refused before they are read as a matrix. */
const mostUnits = 4096;

export interface LoadNetworkOptions {
  /** Replaces M by (M + Mᵀ) / 2 without its diagonal. */
  readonly symmetrize?: boolean;
}

/**
 * The machine of a file or folder, as it is: a network or Boltzmann machine from a CSV with N rows of N weights, or of N + 1 numbers
 * with the unit's bias as the last (row i, column j: the weight from unit i to unit j); any machine from a model file or a run's folder.
 *
 * Throws as loadModel, and "format", "shape" and "data" for a CSV that is no such matrix of finite numbers.
 */
export async function loadMachine(path: string): Promise<LoadedModel> {
  if (![".csv", ".tsv", ".txt"].includes(extname(path).toLowerCase())) return loadModel(path);
  const text = new TextDecoder().decode(await readFileBytes(path));
  const { shape, values } = parseCsv(text, path, { header: false });
  const [rows, columns] = shape as [number, number];
  if ((columns !== rows && columns !== rows + 1) || rows > mostUnits) {
    const expected = `N rows of N weights, or of N + 1 with the bias as the last number, N at most ${mostUnits}`;
    throw refuse("shape", { who: basename(path), got: `${rows} rows of ${columns} numbers`, expected });
  }
  const weights = Float64Array.from(
    { length: rows * rows },
    (_, at) => values[Math.floor(at / rows) * columns + (at % rows)],
  );
  const bias = Float64Array.from({ length: rows }, (_, i) => (columns > rows ? values[i * columns + rows] : 0));
  return { machine: asNetwork(createNetwork(weights, bias)), metadata: new Map(), file: path };
}

/**
 * The machine of a file or folder as a network: of kind "boltzmann" wherever its weights are symmetric without a diagonal. An RBM's
 * hidden units come after its visible ones. Throws as loadMachine.
 */
export async function loadNetwork(path: string, options: LoadNetworkOptions = {}): Promise<Network> {
  return asNetwork((await loadMachine(path)).machine, options);
}

/**
 * As loadNetwork, where only a Boltzmann machine will do. Throws "data" for weights that are not symmetric or have a diagonal, unless
 * `symmetrize`.
 */
export async function loadBoltzmann(path: string, options: LoadNetworkOptions = {}): Promise<Boltzmann> {
  const network = await loadNetwork(path, options);
  return network.kind === "boltzmann" ? (network as Boltzmann) : createBoltzmann(network.weights, network.bias);
}

function asNetwork(machine: Machine, { symmetrize = false }: LoadNetworkOptions = {}): Network {
  if (machine.kind === "rbm") return boltzmannFromRbm(machine as Rbm);
  if (machine.kind === "classifier") {
    const wayOut = "harmonium classify takes classifiers.";
    const expected = "a network with couplings between units";
    throw refuse("option", { who: "network", got: "a classifier, which is fed forward", expected, wayOut });
  }
  const network = machine as Network;
  if (network.kind === "boltzmann" || !(symmetrize || isSymmetric(network))) return network;
  return createBoltzmann(network.weights, network.bias, { symmetrize });
}
