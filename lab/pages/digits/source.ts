/** What the page learns from: the shipped digits, or data of the reader's own, which stay here until the page is left. */

import type { Dataset } from "#src/index.js";
import { type Frame, frameOf } from "../../data/frame.js";
import { chosenClasses, type OwnData } from "../../data/own-data.js";
import type { OwnFiles } from "../../data/read-own.js";
import { classesOf, splitCases } from "../../data/split.js";
import { loadDigits } from "../../engine/shipped.js";
import type { OwnSource, Settings } from "./fields.js";

/** Data of the reader's own, and the files that were chosen last, whether they could be read or not. */
let own: OwnData | undefined;
let files: readonly File[] = [];

/** What is learnt from. */
export interface Source {
  readonly units: number;
  readonly frame: Frame;
  readonly heldOut: number;
  /** The reader's own data, if these are what is learnt. */
  readonly own: (OwnSource & { readonly notes: readonly string[]; readonly pictures: boolean }) | undefined;
}

interface Learnt {
  readonly data: Dataset;
  /** To look at: cases that are not learnt, where there are any. */
  readonly held: Dataset;
  readonly source: Source;
}

/** Throws where a shipped file cannot be had. */
export async function dataOf({ digits, file }: Settings): Promise<Learnt> {
  // a link may name a file that is not open here
  if (own === undefined || own.name !== file) {
    const [data, held] = await Promise.all([loadDigits("train", digits), loadDigits("test", digits)]);
    return { data, held, source: { units: 784, frame: frameOf(784, [28, 28]), heldOut: held.cases, own: undefined } };
  }
  const { name, options, notes, npy, dataset } = own;
  const classes = classesOf(dataset);
  const { training, heldOut } = splitCases(dataset, chosenClasses(digits, classes));
  const { units, imageShape } = dataset;
  const about = { name, options, notes, classes, units, cases: training.cases, pictures: npy !== undefined };
  return {
    data: training,
    held: heldOut ?? training,
    source: { units, frame: frameOf(units, imageShape), heldOut: heldOut?.cases ?? 0, own: about },
  };
}

/** How to read files, or again those of before. */
export type Reading = Omit<OwnFiles, "files"> & Partial<Pick<OwnFiles, "files">>;

/** Takes files as the reader's own data, under the name that it answers with. Throws HarmoniumError; then the data of before stay. */
export async function readData({ files: chosen = files, values, labels }: Reading): Promise<string> {
  files = chosen;
  const { readOwn } = await import("../../data/read-own.js");
  own = await readOwn({ files, values, labels });
  return own.name;
}

/** Pictures as a file for the command line. */
export const picturesAsNpy = (): Uint8Array | undefined => own?.npy;
