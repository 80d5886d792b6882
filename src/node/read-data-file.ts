/** Numbers and labels from a data file by its path. */

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type DataFile, type FileContents, labelNames, parseDataFile } from "../data/data-file.js";
import { splitCsv } from "./csv.js";
import { readBytes } from "./read-bytes.js";

export interface FileOptions {
  /** For IDX and NPY a file with the labels, for CSV a column, for NPZ an array. */
  readonly labels?: string | undefined;
  /** For NPZ the array with the data. */
  readonly array?: string | undefined;
}

/**
 * Reads the numbers of an IDX, NPY, NPZ or CSV file, gzipped or not, and the labels that belong to it.
 *
 * @throws HarmoniumError "file", "format", "option" or "size" as the readers of the formats
 */
export async function readDataFile(path: string, { labels, array }: FileOptions): Promise<FileContents> {
  return parseDataFile(await readFile(path), {
    labels,
    array,
    csv: async () => splitCsv,
    labelsFile: async (format) => {
      const found = labels ?? (format === "idx" ? labelsBeside(path) : undefined);
      return found === undefined ? undefined : readFile(found);
    },
  });
}

const readFile = async (path: string): Promise<DataFile> => ({ name: path, bytes: await readBytes(path) });

/** The labels of MNIST's naming beside the images, gzipped or not, if they exist. */
function labelsBeside(path: string): string | undefined {
  return labelNames(basename(path))
    .map((file) => join(dirname(path), file))
    .find((file) => existsSync(file));
}
