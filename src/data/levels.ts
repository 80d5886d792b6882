/**
 * From the numbers of a file to levels in [0, 1]: the rules for bytes and floats, scaling, thresholds, labels, image
 * shapes.
 */

import { refuse } from "../errors.js";
import { elementCount, type NumericArray, showShape } from "./binary.js";
import type { Dataset, Levels } from "./dataset.js";

/** A positive number to divide every value by, or "minmax": the smallest value becomes 0 and the largest 1. */
export type Scale = number | "minmax";

/** How numbers become levels; see {@link toDataset}. */
export interface LevelOptions {
  readonly scale?: Scale | undefined;
  /** A level above this threshold becomes 1, any other 0. */
  readonly binarize?: number | undefined;
  /** [height, width] of a case, or "square"; without it the file's own shape, if it has images. */
  readonly imageShape?: readonly [number, number] | "square" | undefined;
}

export interface RawData extends LevelOptions {
  /** Names the data in messages and becomes the data set's name. */
  readonly name: string;
  /** [cases, units], or [cases, height, width] with an axis of size 1 after any of them. */
  readonly shape: readonly number[];
  /** Row-major; as many as the shape says. */
  readonly values: NumericArray;
  /** One class a case: integers 0 … 2^31 − 1. */
  readonly labels?: NumericArray | undefined;
  /** Names the labels in messages. */
  readonly labelsName?: string | undefined;
  /** Where a value stands in its file, for messages; without it row and column counted from 0. */
  readonly where?: ((row: number, column: number) => string) | undefined;
}

/**
 * Makes a data set of raw numbers.
 *
 * - Bytes (Uint8Array) with a value above 1 are grey levels 0 … 255 and are kept; bytes that are all 0 or 1 become 0
 *   and 255.
 * - Any other numbers must be levels in [0, 1], and become a Float32Array; `scale` brings others there.
 * - `binarize` compares levels: for bytes the grey level / 255, otherwise the number itself after `scale` (which need
 *   not be in [0, 1] then). The result is bytes 0 and 255.
 * - NaN and infinite numbers are always refused.
 *
 * The levels may be a view on `values`.
 *
 * @throws HarmoniumError "shape" when shape, values, labels and image shape do not fit together; "data" for a value
 *   or a label that cannot be used (the message names its row and column), and for no cases at all; "option" for a bad
 *   `scale` or `binarize`
 */
export function toDataset(raw: RawData): Dataset {
  const { cases, units, image } = layout(raw);
  checkOptions(raw);
  const levels =
    raw.values instanceof Uint8Array && raw.scale === undefined ? byteLevels(raw.values, raw) : floatLevels(raw);
  const imageShape = chooseImageShape(raw, units, image);
  return {
    name: raw.name,
    cases,
    units,
    levels,
    ...(raw.labels !== undefined && { labels: toLabels(raw.labels, cases, raw.labelsName ?? `labels of ${raw.name}`) }),
    ...(imageShape !== undefined && { imageShape }),
  };
}

function layout(raw: RawData): { cases: number; units: number; image?: readonly [number, number] } {
  const { name, shape, values } = raw;
  const [cases, second, third, fourth] = shape;
  let image: readonly [number, number] | undefined;
  if (shape.length === 3) image = [second ?? 0, third ?? 0];
  else if (shape.length === 4 && fourth === 1) image = [second ?? 0, third ?? 0];
  else if (shape.length === 4 && second === 1) image = [third ?? 0, fourth ?? 0];
  const units = image === undefined ? second : image[0] * image[1];
  if (cases === undefined || units === undefined || (image === undefined && shape.length !== 2)) {
    throw refuse("shape", {
      who: name,
      got: `an array of shape ${showShape(shape)}`,
      expected: "[cases, units], [cases, height, width] or [cases, height, width, 1]",
      wayOut: "Reshape it to one row a case before saving.",
    });
  }
  if (elementCount(shape) !== values.length) {
    throw refuse("shape", {
      who: name,
      got: `${values.length} values`,
      expected: `${elementCount(shape)} for shape ${showShape(shape)}`,
    });
  }
  if (values.length === 0) {
    throw refuse("data", {
      who: name,
      got: `shape ${showShape(shape)}, no values`,
      expected: "at least one case of one unit",
    });
  }
  return { cases, units, ...(image !== undefined && { image }) };
}

function checkOptions({ scale, binarize }: LevelOptions): void {
  if (scale !== undefined && scale !== "minmax" && !(Number.isFinite(scale) && scale > 0)) {
    throw refuse("option", { who: "scale", got: String(scale), expected: 'a number above 0, or "minmax"' });
  }
  if (binarize !== undefined && !Number.isFinite(binarize)) {
    throw refuse("option", { who: "binarize", got: String(binarize), expected: "a finite number as threshold" });
  }
}

function byteLevels(bytes: Uint8Array, { binarize }: RawData): Uint8Array {
  const grey = bytes.some((byte) => byte > 1);
  if (binarize === undefined) return grey ? bytes : bytes.map((byte) => 255 * byte);
  if (binarize < 0 || binarize >= 1) {
    throw refuse("option", {
      who: "binarize",
      got: `${binarize} for bytes`,
      expected: "a threshold of at least 0 and below 1: the level of a byte is its value / 255",
      ...(binarize >= 1 && binarize < 255 && { wayOut: `For bytes above ${binarize} use ${binarize / 255}.` }),
    });
  }
  const unit = grey ? 255 : 1;
  return bytes.map((byte) => (byte / unit > binarize ? 255 : 0));
}

function floatLevels(raw: RawData): Levels {
  const { values, scale, binarize } = raw;
  const [shift, divisor] = scale === "minmax" ? minmax(raw) : [0, scale ?? 1];
  if (binarize !== undefined) {
    const bits = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) throw badValue(raw, i);
      bits[i] = (value - shift) / divisor > binarize ? 255 : 0;
    }
    return bits;
  }
  const kept = values instanceof Float32Array && scale === undefined;
  const levels = kept ? values : new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const level = (values[i] - shift) / divisor;
    if (!(level >= 0 && level <= 1)) throw badValue(raw, i);
    if (!kept) levels[i] = level;
  }
  return levels;
}

/** The smallest value and the width of the range, for "minmax". */
function minmax(raw: RawData): [number, number] {
  const [low, high] = range(raw);
  const width = high - low;
  if (width > 0 && Number.isFinite(width)) return [low, width];
  throw refuse("data", {
    who: raw.name,
    got: width === 0 ? `${low} as every value` : `values from ${low} to ${high}`,
    expected: 'a range that scale "minmax" can stretch to [0, 1]',
    wayOut: "Give scale a number to divide by.",
  });
}

function range(raw: RawData): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < raw.values.length; i++) {
    const value = raw.values[i];
    if (!Number.isFinite(value)) throw badValue(raw, i);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function badValue(raw: RawData, index: number): Error {
  const { name, values, shape, scale } = raw;
  const units = values.length / (shape[0] ?? 1);
  const row = Math.floor(index / units);
  const column = index % units;
  const where = raw.where?.(row, column) ?? `row ${row}, column ${column} (both counted from 0)`;
  const value = values[index];
  const who = `${name}, ${where}`;
  if (!Number.isFinite(value)) {
    return refuse("data", {
      who,
      got: String(value),
      expected: "a finite number",
      wayOut: "Replace or leave out missing values before training.",
    });
  }
  return refuse("data", {
    who,
    got: scale === undefined ? `${value}` : `${value}, scaled by ${scale}`,
    expected: "levels in [0, 1]",
    wayOut:
      'Use scale (a number to divide by, such as 255 for grey levels, or "minmax"), or binarize (a threshold: above it is 1).',
  });
}

function toLabels(labels: NumericArray, cases: number, who: string): Uint8Array | Int32Array {
  if (labels.length !== cases) {
    throw refuse("shape", { who, got: `${labels.length} labels`, expected: `${cases}, one a case` });
  }
  const bad = labels.findIndex((label: number) => !(Number.isInteger(label) && label >= -1 && label <= 0x7fffffff));
  if (bad >= 0) {
    throw refuse("data", {
      who: `${who}, case ${bad} (counted from 0)`,
      got: `the label ${labels[bad]}`,
      expected: "an integer from 0 to 2147483647, or −1 for a case without a label",
      wayOut: "Number the classes 0, 1, 2 and so on.",
    });
  }
  return labels instanceof Uint8Array ? labels : Int32Array.from(labels);
}

function chooseImageShape(
  { name, imageShape }: RawData,
  units: number,
  own: readonly [number, number] | undefined,
): readonly [number, number] | undefined {
  if (imageShape === undefined) return own;
  const side = Math.round(Math.sqrt(units));
  const [height, width] = imageShape === "square" ? [side, side] : imageShape;
  const valid = Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0;
  if (valid && height * width === units) return [height, width];
  throw refuse("shape", {
    who: name,
    got: imageShape === "square" ? `square images of ${units} units` : `images of ${height} × ${width}`,
    expected: `height × width = ${units} units`,
  });
}
