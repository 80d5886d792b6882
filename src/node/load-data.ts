/** Data sets by name or file: `mnist:train`, `bars-and-stripes:4`, IDX, NPY, NPZ and CSV files, gzipped or not. */

import { existsSync } from "node:fs";
import { barsAndStripes } from "../data/bars-and-stripes.js";
import type { Dataset } from "../data/dataset.js";
import { labelFirst } from "../data/labels.js";
import { type LevelOptions, toDataset } from "../data/levels.js";
import { selectClasses, takeCases } from "../data/select.js";
import { type HarmoniumError, refuse } from "../errors.js";
import { nearest } from "../math/edit-distance.js";
import { loadMnist } from "./mnist.js";
import { readDataFile } from "./read-data-file.js";

export interface LoadOptions extends LevelOptions {
  /** Only the cases of these classes. */
  readonly classes?: readonly number[] | undefined;
  /** Only the first so many cases (of the classes). */
  readonly limit?: number | undefined;
  /**
   * For IDX and NPY a file with the labels, for CSV a column (name, or number from 0), for NPZ an array of the file.
   */
  readonly labels?: string | undefined;
  /** Only the first so many of these cases keep their label; the others become unlabelled, −1. */
  readonly labelled?: number | undefined;
  /** For NPZ the array with the data. */
  readonly array?: string | undefined;
}

/** Built-in names, with an example for those that take a number. */
export const BUILT_IN_DATA: readonly string[] = ["mnist:train", "mnist:test", "bars-and-stripes:4"];

/**
 * Loads a data set.
 *
 * @param spec `mnist:train`, `mnist:test`, `bars-and-stripes:SIDE`, or the path of a file. A file's format is told by
 *   its first bytes (IDX, NPY, NPZ, gzip of one of them); CSV by the ending .csv, .tsv or .txt. An IDX file named
 *   `*-images-idx3-*` brings the labels of `*-labels-idx1-*` beside it.
 * @returns the data set, named as `spec`, plus the classes where they are selected (`mnist:train classes 2`)
 * @throws HarmoniumError "file" for a missing or unreadable file, "format" for bytes that are no data file, "option"
 *   for an unknown built-in name or a bad option, "data" and "shape" as toDataset and selectClasses
 */
export async function loadData(spec: string, options: LoadOptions = {}): Promise<Dataset> {
  if (spec === "") {
    throw refuse("option", {
      who: "data",
      got: "an empty name",
      expected: `a file, or one of ${BUILT_IN_DATA.join(", ")}`,
    });
  }
  const whole = (await loadBuiltIn(spec, options)) ?? (await loadFile(spec, options));
  const selected = options.classes === undefined ? whole : selectClasses(whole, options.classes);
  const taken = options.limit === undefined ? selected : takeCases(selected, options.limit);
  return options.labelled === undefined ? taken : labelFirst(taken, options.labelled);
}

async function loadFile(path: string, options: LoadOptions): Promise<Dataset> {
  if (!existsSync(path)) {
    const unknown = unknownName(path);
    if (unknown !== undefined) throw unknown;
  }
  return toDataset({ ...(await readDataFile(path, options)), ...levelOptions(options), name: path });
}

/** The built-in data set of this name; undefined when it is none. */
async function loadBuiltIn(spec: string, options: LoadOptions): Promise<Dataset | undefined> {
  const dataset = await builtIn(spec);
  if (dataset === undefined) return undefined;
  if (options.labels !== undefined || options.array !== undefined) {
    throw refuse("option", {
      who: options.labels === undefined ? "array" : "labels",
      got: `${options.labels ?? options.array} for the built-in ${spec}`,
      expected: "this option with a file only",
    });
  }
  const { name, cases, imageShape = [1, dataset.units], levels, labels } = dataset;
  return toDataset({ name, shape: [cases, ...imageShape], values: levels, labels, ...levelOptions(options) });
}

async function builtIn(spec: string): Promise<Dataset | undefined> {
  if (spec === "mnist:train") return loadMnist("train");
  if (spec === "mnist:test") return loadMnist("test");
  const [, side] = /^bars-and-stripes:(.*)$/.exec(spec) ?? [];
  if (side === undefined) return undefined;
  if (/^\d{1,9}$/.test(side)) return barsAndStripes(Number(side));
  throw refuse("option", {
    who: spec,
    got: `side ${JSON.stringify(side)}`,
    expected: "a number, as in bars-and-stripes:4",
  });
}

function levelOptions({ scale, binarize, imageShape }: LevelOptions): LevelOptions {
  return { scale, binarize, imageShape };
}

/** The complaint about a name that looks like a built-in one; undefined when it looks like a file. */
function unknownName(spec: string): HarmoniumError | undefined {
  const meant = nearest(spec, BUILT_IN_DATA) ?? meantFamily(spec);
  // A drive letter (C:) is no family of data sets.
  if (meant === undefined && !/^[a-z][\w-]+:[^/\\]*$/i.test(spec)) return undefined;
  return refuse("option", {
    who: "data",
    got: `the name ${JSON.stringify(spec.slice(0, 200))}`,
    expected: `a file, or one of ${BUILT_IN_DATA.join(", ")}`,
    ...(meant !== undefined && { wayOut: `Did you mean ${meant}?` }),
  });
}

/** For `minst` or `bars:3`: a built-in name whose part before the colon is near. */
function meantFamily(spec: string): string | undefined {
  if (/[/\\.]/.test(spec)) return undefined;
  const families = BUILT_IN_DATA.map((name) => name.split(":")[0] ?? name);
  const family = nearest(spec.split(":")[0] ?? spec, families);
  return BUILT_IN_DATA.find((name) => family !== undefined && name.startsWith(family));
}
