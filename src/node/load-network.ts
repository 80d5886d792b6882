/** Boltzmann machines from files: a small CSV of weights, or an RBM's model file or run folder. */

import { basename, extname } from "node:path";
import { refuse } from "../errors.js";
import { asRbm } from "../io/model.js";
import { type Boltzmann, boltzmannFromRbm, createBoltzmann } from "../machines/boltzmann.js";
import { parseCsv } from "./csv.js";
import { readFileBytes } from "./files.js";
import { loadModel } from "./run-folder.js";

/** Enough for every network that can be enumerated; larger ones are refused before they are read as a matrix. */
const mostUnits = 4096;

/**
 * A Boltzmann machine from a CSV file with N rows of N weights, or of N + 1 numbers with the unit's bias as the last; or from an
 * RBM, whose hidden units come after its visible ones.
 *
 * Throws "format" and "shape" for files that are neither, and "data" for weights that are not symmetric or have a diagonal, unless
 * `symmetrize`.
 */
export async function loadBoltzmann(path: string, options: { symmetrize?: boolean } = {}): Promise<Boltzmann> {
  if (![".csv", ".tsv", ".txt"].includes(extname(path).toLowerCase())) {
    const { machine } = await loadModel(path);
    if (machine.kind === "boltzmann") return machine as Boltzmann;
    return boltzmannFromRbm(asRbm(machine, path));
  }
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
  return createBoltzmann(weights, bias, { symmetrize: options.symmetrize === true });
}
