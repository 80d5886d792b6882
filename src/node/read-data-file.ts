/** Numbers and labels from a data file, whose format its first bytes tell. */

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type NumericArray, showBytes, showShape } from "../data/binary.js";
import { gunzip, isGzip } from "../data/gunzip.js";
import { parseIdx } from "../data/idx.js";
import { parseNpy } from "../data/npy.js";
import { isNpy } from "../data/npy-header.js";
import { parseNpz } from "../data/npz.js";
import { isZip } from "../data/zip.js";
import { refuse } from "../errors.js";
import { parseCsv } from "./csv.js";
import { readBytes } from "./read-bytes.js";

export interface FileContents {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: NumericArray;
  readonly labels?: NumericArray | undefined;
  /** The file, column or array of the labels, for messages. */
  readonly labelsName?: string | undefined;
  /** Names a value by its line and column, for CSV. */
  readonly where?: ((row: number, column: number) => string) | undefined;
}

export interface FileOptions {
  /** For IDX and NPY a file with the labels, for CSV a column, for NPZ an array. */
  readonly labels?: string | undefined;
  /** For NPZ the array with the data. */
  readonly array?: string | undefined;
}

type Format = "idx" | "npy" | "npz" | "csv";

/**
 * Reads the numbers of an IDX, NPY, NPZ or CSV file, gzipped or not, and the labels that belong to it.
 *
 * @throws HarmoniumError "file", "format", "option" or "size" as the readers of the formats
 */
export async function readDataFile(path: string, options: FileOptions): Promise<FileContents> {
  const { bytes, format } = await unpackFile(path);
  if (options.array !== undefined && format !== "npz") {
    throw refuse("option", {
      who: "array",
      got: `${options.array} for ${path}, which is ${format.toUpperCase()}`,
      expected: "this option with an NPZ file only",
    });
  }
  if (format === "csv") {
    const table = parseCsv(decodeText(bytes, path), path, { labels: options.labels });
    return { ...table, labelsName: options.labels && `${path}, column ${options.labels}` };
  }
  if (format === "npz") {
    const { shape, values, labels, labelsName } = await parseNpz(bytes, path, options.array, options.labels);
    return { shape, values, labels: labels?.values, labelsName: labelsName && `${path}, array ${labelsName}` };
  }
  const array = format === "npy" ? parseNpy(bytes, path) : parseIdx(bytes, path);
  const labelsName = options.labels ?? (format === "idx" ? labelsBeside(path) : undefined);
  if (labelsName === undefined) return array;
  return { ...array, labels: await readLabels(labelsName), labelsName };
}

/** Labels from a file of one number a case: IDX, NPY, or CSV of one column. */
async function readLabels(path: string): Promise<NumericArray> {
  const { bytes, format } = await unpackFile(path);
  if (format === "npz") {
    throw refuse("option", {
      who: path,
      got: "an NPZ archive as file of labels",
      expected: "IDX, NPY or CSV",
      wayOut: "Save the labels with numpy.save as a .npy file.",
    });
  }
  const array =
    format === "csv"
      ? parseCsv(decodeText(bytes, path), path)
      : format === "npy"
        ? parseNpy(bytes, path)
        : parseIdx(bytes, path);
  if (array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1)) return array.values;
  throw refuse("shape", {
    who: path,
    got: `labels of shape ${showShape(array.shape)}`,
    expected: "one number a case",
    wayOut: "For one row of 0 and 1 a case, save the position of the 1 instead.",
  });
}

/**
 * `x-labels-idx1-ubyte` beside `x-images-idx3-ubyte` (with a point for the hyphen too, gzipped or not), if it exists.
 */
function labelsBeside(path: string): string | undefined {
  const images = basename(path);
  const name = images.replace(/images([-.])idx3/, "labels$1idx1");
  if (name === images) return undefined;
  const unpacked = name.replace(/\.gz$/, "");
  return [name, unpacked, `${unpacked}.gz`].map((file) => join(dirname(path), file)).find((file) => existsSync(file));
}

async function unpackFile(path: string): Promise<{ bytes: Uint8Array; format: Format }> {
  const packed = await readBytes(path);
  const gzipped = isGzip(packed);
  const bytes = gzipped ? await gunzip(packed, path) : packed;
  const format = formatOf(bytes, gzipped ? path.replace(/\.gz$/i, "") : path);
  if (format !== undefined) return { bytes, format };
  throw refuse("format", {
    who: path,
    got: `${gzipped ? "gzip of " : ""}a file that starts with ${showBytes(bytes, 8)}`,
    expected: "IDX, NPY or NPZ by its first bytes, or CSV by the ending .csv, .tsv or .txt",
  });
}

function formatOf(bytes: Uint8Array, path: string): Format | undefined {
  if (isNpy(bytes)) return "npy";
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0) return "idx";
  // "PK" may also start the header of a CSV file; an archive goes on with 1 2, 3 4 or 5 6.
  if (isZip(bytes) && (bytes[2] ?? 32) < 32) return "npz";
  return /\.(csv|tsv|txt)$/i.test(path) ? "csv" : undefined;
}

function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(
      "format",
      {
        who: path,
        got: bytes[0] === 0xff || bytes[0] === 0xfe ? "text in UTF-16" : "bytes that are no text in UTF-8",
        expected: "a CSV file in UTF-8",
        wayOut: "Save it as UTF-8.",
      },
      cause,
    );
  }
}
