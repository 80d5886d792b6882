/** Files of the reader's own as a data set, by the library's readers; loaded when a file is opened. Nothing leaves the machine. */

import { type DataFile, formatNpy, HarmoniumError, labelNames, parseDataFile, refuse, toDataset } from "#src/index.js";
import {
  levelOptionsOf,
  MOST_BYTES,
  MOST_CASES,
  MOST_LEVELS,
  MOST_UNITS,
  type OwnData,
  quoted,
  type ValueRule,
} from "./own-data.js";
import { readPictures } from "./read-pictures.js";

export interface OwnFiles {
  /** PNG pictures; or a data file, perhaps with that of its labels. */
  readonly files: readonly File[];
  readonly values: ValueRule;
  /** Of CSV the column with the labels, of NPZ the array; "" is none (NPZ: the usual ones). */
  readonly labels: string;
}

const isPng = ({ name, type }: File) => /\.png$/i.test(name) || type === "image/png";

/** Throws HarmoniumError for everything that cannot be read or is too much. */
export async function readOwn(asked: OwnFiles): Promise<OwnData> {
  try {
    return await read(asked);
  } catch (error) {
    throw inPage(error);
  }
}

/** Ways out that are options of the library are other ones here. */
function inPage(error: unknown): unknown {
  const wayOut = error instanceof HarmoniumError ? error.complaint.wayOut : undefined;
  const here = wayOut?.startsWith("Use scale")
    ? "Choose another rule under “Its numbers”."
    : wayOut?.startsWith("Name the array")
      ? "The command line reads it, with the option --array."
      : undefined;
  if (!(error instanceof HarmoniumError) || here === undefined) return error;
  return refuse(error.kind, { ...error.complaint, wayOut: here }, error);
}

async function read({ files, values, labels }: OwnFiles): Promise<OwnData> {
  const pictures = files.filter(isPng);
  if (pictures.length === 0) return readFile(files, values, labels);
  if (pictures.length < files.length)
    throw refuse("option", {
      who: "files",
      got: `${pictures.length} PNG and ${files.length - pictures.length} other files`,
      expected: "pictures only, or a data file",
    });
  const { notes, ...raw } = await readPictures(pictures);
  const [only, ...more] = pictures as [File, ...File[]];
  const name = more.length === 0 ? only.name.replace(/\.png$/i, ".npy") : "pictures.npy";
  check(name, raw.shape);
  const dataset = toDataset({ ...raw, name, ...levelOptionsOf[values] });
  return { name, dataset, options: optionsOf(values), notes, npy: formatNpy(raw.shape, raw.values) };
}

async function readFile(files: readonly File[], values: ValueRule, labels: string): Promise<OwnData> {
  const [data, beside] = roles(files);
  let asked = false;
  const contents = await parseDataFile(await bytesOf(data), {
    labels: labels === "" ? undefined : labels,
    limit: 4 * MOST_BYTES,
    csv: async () => (await import("./split-csv.js")).splitCsv,
    labelsFile: async () => {
      asked = true;
      return beside && bytesOf(beside);
    },
  });
  if (beside && !asked)
    throw refuse("option", {
      who: beside.name,
      got: "a second file beside CSV or NPZ",
      expected: "labels in a column of the table, or in an array of the archive",
      wayOut: "Name it under “Labels”.",
    });
  check(data.name, contents.shape);
  const dataset = toDataset({ ...contents, name: data.name, ...levelOptionsOf[values] });
  const suspect = contents.names?.find((column) => /^(labels?|class|target|y|digit)$/i.test(column));
  const where = asked ? beside && !labelNames(data.name).includes(beside.name) && beside.name : labels;
  return {
    name: data.name,
    dataset,
    options: [...(where ? [`--labels ${quoted(where)}`] : []), ...optionsOf(values)],
    notes: [
      ...(contents.labelsName ? [`Labels: ${contents.labelsName}.`] : []),
      ...(suspect
        ? [`The column ${suspect} is learnt like the others: if it holds classes, name it under “Labels”.`]
        : []),
    ],
  };
}

function optionsOf(values: ValueRule): string[] {
  const { scale, binarize } = levelOptionsOf[values];
  return [
    ...(scale === undefined ? [] : [`--scale ${scale}`]),
    ...(binarize === undefined ? [] : [`--binarize ${binarize}`]),
  ];
}

/** Which file has the data and which the labels: by the name, else the smaller one. */
function roles(files: readonly File[]): [File, File | undefined] {
  const [one, two, ...more] = files;
  if (one === undefined || more.length > 0)
    throw refuse("option", {
      who: "files",
      got: `${files.length} files`,
      expected: "one, or an IDX or NPY file with that of its labels, or PNG pictures",
    });
  if (two === undefined) return [one, undefined];
  const named = [one, two].filter(({ name }) => /label|idx1/i.test(name));
  const second = named.length === 1 ? (named[0] as File) : one.size < two.size ? one : two;
  return second === one ? [two, one] : [one, two];
}

async function bytesOf(file: File): Promise<DataFile> {
  const { name, size } = file;
  if (size === 0) throw refuse("file", { who: name, got: "an empty file", expected: "a file with data" });
  if (size > MOST_BYTES)
    throw refuse("size", {
      who: name,
      got: `${Math.round(size / 2 ** 20)} MB`,
      expected: `at most ${MOST_BYTES / 2 ** 20} MB in a page`,
      wayOut: "The command line takes more.",
    });
  return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
}

function check(who: string, [cases = 0, ...rest]: readonly number[]) {
  const units = rest.reduce((product, size) => product * size, 1);
  const wrong =
    units > MOST_UNITS
      ? [`${units} units a case`, `at most ${MOST_UNITS}`]
      : cases > MOST_CASES
        ? [`${cases} cases`, `at most ${MOST_CASES}`]
        : cases * units > MOST_LEVELS
          ? [`${cases} cases of ${units} units`, `at most ${MOST_LEVELS} numbers`]
          : undefined;
  if (wrong)
    throw refuse("size", {
      who,
      got: wrong[0] as string,
      expected: `${wrong[1]} in a page`,
      wayOut: "The command line takes more.",
    });
}
