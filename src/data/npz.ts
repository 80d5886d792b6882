/** NumPy's .npz format: a zip archive with one .npy file an array. Source: documentation of numpy.savez. */

import { type HarmoniumError, refuse } from "../errors.js";
import { nearest } from "../math/edit-distance.js";
import { showText } from "./binary.js";
import { type NpyArray, npyFileLength, parseNpy } from "./npy.js";
import { NPY_HEAD_BYTES } from "./npy-header.js";
import { readZipDirectory, readZipMember, readZipMemberHead, type ZipMember } from "./zip.js";

const DATA_NAMES = ["x", "X", "images", "data"];
const LABEL_NAMES = ["y", "labels", "targets"];
const SUFFIX = ".npy";

export interface NpzArrays extends NpyArray {
  /** Name of the array that was read. */
  readonly arrayName: string;
  /** The labels, where an array of them was named or found. */
  readonly labels?: NpyArray;
  /** Name of the array with the labels. */
  readonly labelsName?: string;
}

/**
 * Reads one array of a .npz file, and its labels.
 *
 * @param bytes the whole file
 * @param name the file's name, for messages
 * @param arrayName the array to read; without it the one named x, X, images or data, or else the only one that is not
 *   labels
 * @param labelsName the array with the labels; without it the one named y, labels or targets, if there is one (and,
 *   where `arrayName` is given, if it has as many elements as that array has cases)
 * @throws HarmoniumError "option" when the array is not there or several could be meant (the message lists them);
 *   "format" when the archive is damaged or a member's size is not that in its header; otherwise as parseNpy
 */
export async function parseNpz(
  bytes: Uint8Array,
  name: string,
  arrayName?: string,
  labelsName?: string,
): Promise<NpzArrays> {
  const members = new Map(
    readZipDirectory(bytes, name)
      .filter((member) => member.name.endsWith(SUFFIX))
      .map((member) => [member.name.slice(0, -SUFFIX.length), member]),
  );
  const chosen = arrayName ?? chooseArray([...members.keys()], labelsName, name);
  const array = await readArray(bytes, members, chosen, name);
  const labelled = labelsName ?? LABEL_NAMES.find((label) => members.has(label) && label !== chosen);
  if (labelled === undefined) return { ...array, arrayName: chosen };
  const labels = await readArray(bytes, members, labelled, name);
  // Labels that nobody asked for may belong to another array of the archive.
  if (labelsName === undefined && arrayName !== undefined && labels.values.length !== array.shape[0]) {
    return { ...array, arrayName: chosen };
  }
  return { ...array, arrayName: chosen, labels, labelsName: labelled };
}

function chooseArray(names: readonly string[], labelsName: string | undefined, file: string): string {
  const usual = DATA_NAMES.find((name) => names.includes(name) && name !== labelsName);
  if (usual !== undefined) return usual;
  const others = names.filter((name) => name !== labelsName && !LABEL_NAMES.includes(name));
  const [only, ...more] = others.length > 0 ? others : names.filter((name) => name !== labelsName);
  if (only !== undefined && more.length === 0) return only;
  throw refuse("option", {
    who: file,
    got: names.length === 0 ? "an archive without arrays" : `the arrays ${listNames(names)}`,
    expected: `one named ${DATA_NAMES.join(", ")}, or only one`,
    ...(names.length > 0 && { wayOut: "Name the array to read." }),
  });
}

async function readArray(
  bytes: Uint8Array,
  members: ReadonlyMap<string, ZipMember>,
  array: string,
  file: string,
): Promise<NpyArray> {
  const member = members.get(array);
  if (member === undefined) throw noArray(array, [...members.keys()], file);
  const who = `${file}, array ${showName(array)}`;
  // The header says how long the member is, before anything of that length is unpacked.
  const promised = npyFileLength(await readZipMemberHead(bytes, member, who, NPY_HEAD_BYTES), who);
  if (promised !== member.size) {
    throw refuse("format", {
      who,
      got: `${member.size} bytes in the zip directory`,
      expected: `the ${promised} bytes that its header promises`,
      wayOut: "The file is damaged: fetch or write it again.",
    });
  }
  return parseNpy(await readZipMember(bytes, member, who), who);
}

function noArray(array: string, names: readonly string[], file: string): HarmoniumError {
  const meant = nearest(array, names);
  return refuse("option", {
    who: file,
    got: `the array name ${showText(array)}`,
    expected: names.length === 0 ? "an archive with arrays" : `one of ${listNames(names)}`,
    ...(meant !== undefined && { wayOut: `Did you mean ${showName(meant)}?` }),
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(showName).join(", ");
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

/** A plain name as it is, any other quoted. */
function showName(name: string): string {
  return /^[\w.-]{1,60}$/.test(name) ? name : showText(name);
}
