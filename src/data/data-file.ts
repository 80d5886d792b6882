/** Numbers and labels from the bytes of a data file, whose format its first bytes tell. */

import { refuse } from "../errors.js";
import { type NumericArray, showBytes, showShape } from "./binary.js";
import { type CsvSplitter, parseCsv } from "./csv.js";
import { gunzip, isGzip } from "./gunzip.js";
import { parseIdx } from "./idx.js";
import { parseNpy } from "./npy.js";
import { isNpy } from "./npy-header.js";
import { parseNpz } from "./npz.js";
import { isZip } from "./zip.js";

/** A whole file, gzipped or not. */
export interface DataFile {
  /** For messages, and where it ends in .csv, .tsv or .txt the sign of CSV. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type DataFormat = "idx" | "npy" | "npz" | "csv";

export interface FileContents {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: NumericArray;
  readonly labels?: NumericArray | undefined;
  /** The file, column or array of the labels, for messages. */
  readonly labelsName?: string | undefined;
  /** Of CSV with a header: the names of the columns, without that of the labels. */
  readonly names?: readonly string[] | undefined;
  /** Names a value by its line and column, for CSV. */
  readonly where?: ((row: number, column: number) => string) | undefined;
}

export interface DataFileOptions {
  /** For CSV the column of the labels, for NPZ their array. */
  readonly labels?: string | undefined;
  /** For IDX and NPY the file of the labels, if there is one; asked once the format is known. */
  readonly labelsFile?: ((format: "idx" | "npy") => Promise<DataFile | undefined>) | undefined;
  /** For NPZ the array with the data. */
  readonly array?: string | undefined;
  /** Bytes that a gzipped file may unpack to; 2 GiB unless given. */
  readonly limit?: number | undefined;
  /** Fetches csv-parse's `parse` (see {@link CsvSplitter}); asked only where a file is CSV. */
  readonly csv: () => Promise<CsvSplitter>;
}

/**
 * Reads the numbers of an IDX, NPY, NPZ or CSV file, gzipped or not, and the labels that belong to it: what `toDataset`
 * takes.
 *
 * @throws HarmoniumError "format", "option", "shape" or "size" as the readers of the formats
 */
export async function parseDataFile(file: DataFile, options: DataFileOptions): Promise<FileContents> {
  const { name } = file;
  const { bytes, format } = await unpack(file, options.limit);
  if (options.array !== undefined && format !== "npz") {
    throw refuse("option", {
      who: "array",
      got: `${options.array} for ${name}, which is ${format.toUpperCase()}`,
      expected: "this option with an NPZ file only",
    });
  }
  if (format === "csv") {
    const table = parseCsv(decodeText(bytes, name), name, await options.csv(), { labels: options.labels });
    return { ...table, labelsName: options.labels && `${name}, column ${options.labels}` };
  }
  if (format === "npz") {
    const { shape, values, labels, labelsName } = await parseNpz(bytes, name, options.array, options.labels);
    return { shape, values, labels: labels?.values, labelsName: labelsName && `${name}, array ${labelsName}` };
  }
  const array = format === "npy" ? parseNpy(bytes, name) : parseIdx(bytes, name);
  const labels = await options.labelsFile?.(format);
  if (labels === undefined) return array;
  return { ...array, labels: await readLabels(labels, options), labelsName: labels.name };
}

/** Labels from a file of one number a case: IDX, NPY, or CSV of one column. */
async function readLabels(file: DataFile, { csv, limit }: DataFileOptions): Promise<NumericArray> {
  const { name } = file;
  const { bytes, format } = await unpack(file, limit);
  if (format === "npz") {
    throw refuse("option", {
      who: name,
      got: "an NPZ archive as file of labels",
      expected: "IDX, NPY or CSV",
      wayOut: "Save the labels with numpy.save as a .npy file.",
    });
  }
  const array =
    format === "csv"
      ? parseCsv(decodeText(bytes, name), name, await csv())
      : format === "npy"
        ? parseNpy(bytes, name)
        : parseIdx(bytes, name);
  if (array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1)) return array.values;
  throw refuse("shape", {
    who: name,
    got: `labels of shape ${showShape(array.shape)}`,
    expected: "one number a case",
    wayOut: "For one row of 0 and 1 a case, save the position of the 1 instead.",
  });
}

async function unpack(
  { name, bytes: packed }: DataFile,
  limit?: number,
): Promise<{ bytes: Uint8Array; format: DataFormat }> {
  const gzipped = isGzip(packed);
  const bytes = gzipped ? await gunzip(packed, name, limit) : packed;
  const format = formatOf(bytes, gzipped ? name.replace(/\.gz$/i, "") : name);
  if (format !== undefined) return { bytes, format };
  throw refuse("format", {
    who: name,
    got: `${gzipped ? "gzip of " : ""}a file that starts with ${showBytes(bytes, 8)}`,
    expected: "IDX, NPY or NPZ by its first bytes, or CSV by the ending .csv, .tsv or .txt",
  });
}

function formatOf(bytes: Uint8Array, name: string): DataFormat | undefined {
  if (isNpy(bytes)) return "npy";
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0) return "idx";
  // "PK" may also start the header of a CSV file; an archive goes on with 1 2, 3 4 or 5 6.
  if (isZip(bytes) && (bytes[2] ?? 32) < 32) return "npz";
  return /\.(csv|tsv|txt)$/i.test(name) ? "csv" : undefined;
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(
      "format",
      {
        who: name,
        got: bytes[0] === 0xff || bytes[0] === 0xfe ? "text in UTF-16" : "bytes that are no text in UTF-8",
        expected: "a CSV file in UTF-8",
        wayOut: "Save it as UTF-8.",
      },
      cause,
    );
  }
}

/** `x-labels-idx1-ubyte` for `x-images-idx3-ubyte` (with a point for the hyphen too), in the ways it may be packed. */
export function labelNames(images: string): string[] {
  const name = images.replace(/images([-.])idx3/, "labels$1idx1");
  if (name === images) return [];
  const unpacked = name.replace(/\.gz$/, "");
  return [name, unpacked, `${unpacked}.gz`];
}
