/** Cases beside what the machine makes of them. */
import { type Levels, refuse } from "../../src/index.js";
import { demandShape, imageLevels } from "./checks.js";
import { greyColour, type Ink } from "./colour.js";
import { drawFigure, type Wording } from "./frame.js";
import { greyLegend, legendHeight } from "./legend.js";
import { rounded } from "./numbers.js";
import { type TileRow, tileTable } from "./table.js";
import type { ImageShape } from "./tiles.js";

export interface ImagePair {
  /** [height · width] levels. */
  readonly original: Levels;
  /** [height · width] probabilities. */
  readonly reconstruction: Levels;
  /** Printed under the pair, for instance its reconstruction error. */
  readonly number?: number;
}

export interface PairRow {
  readonly label?: string;
  readonly pairs: readonly ImagePair[];
}

export interface ImagePairsInput extends Wording {
  readonly rows: readonly PairRow[];
  readonly imageShape: ImageShape;
  /** What the numbers are, for the caption: "cross-entropy in nats". */
  readonly numberName?: string;
  /** Default: `inkFor` of the originals. */
  readonly ink?: Ink;
}

/**
 * Rows of (original, reconstruction) in grey levels.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (outside [0, 1], NaN, nothing to draw) or `shape`.
 */
export function imagePairs(input: ImagePairsInput): Promise<Uint8Array> {
  return drawPairs("imagePairs", input, {
    title: input.title ?? "Held-out cases beside their reconstructions",
    caption: input.caption ?? "Left: a case that training never saw. Right: what the machine makes of it.",
  });
}

/** Draws any figure of pairs; `who` complains. */
export async function drawPairs(
  who: string,
  { rows, imageShape, numberName, ink: chosen }: ImagePairsInput,
  wording: Required<Wording>,
): Promise<Uint8Array> {
  demandShape(who, imageShape);
  const tileRows = rows.map((row, i) => tileRow(`${who}: row ${i}`, row, imageShape));
  if (rows.every((row) => row.pairs.length === 0)) {
    throw refuse("data", { who, got: "no pairs", expected: "at least one original with its reconstruction" });
  }
  const ink = chosen ?? inkFor(tileRows.flatMap((row) => row.tiles.filter((_, i) => i % 2 === 0)));
  const below = numberName === undefined ? "" : ` Below: ${numberName}.`;
  return drawFigure({ title: wording.title, caption: wording.caption + below }, (top) => {
    const colourOf = (level: number) => greyColour(level, ink);
    const table = tileTable(top, { rows: tileRows, shape: imageShape, group: 2, colourOf });
    const legend = greyLegend(top + table.height + 22, ink, "probability that the pixel is on");
    return { svg: table.svg + legend, height: table.height + 22 + legendHeight / 2 };
  });
}

function tileRow(who: string, { label, pairs }: PairRow, shape: ImageShape): TileRow {
  const tiles = pairs.flatMap(({ original, reconstruction }, i) => [
    imageLevels(`${who}, original ${i}`, original, shape),
    imageLevels(`${who}, reconstruction ${i}`, reconstruction, shape),
  ]);
  const noted = pairs.some((pair) => pair.number !== undefined);
  return {
    ...(label === undefined ? {} : { label }),
    tiles,
    ...(noted ? { notes: pairs.map((pair) => (pair.number === undefined ? "" : rounded(pair.number))) } : {}),
  };
}

/** Cuts a list of pairs into rows of `perRow`. */
export function pairsInRows(pairs: readonly ImagePair[], perRow = 4): PairRow[] {
  const starts = Array.from({ length: Math.ceil(pairs.length / perRow) }, (_, row) => row * perRow);
  return starts.map((start) => ({ pairs: pairs.slice(start, start + perRow) }));
}

/** Dark ink where most pixels are (nearly) 0, as in handwriting; otherwise light, as in photographs. */
export function inkFor(images: readonly Float32Array[]): Ink {
  let empty = 0;
  let all = 0;
  for (const image of images) {
    all += image.length;
    for (const level of image) if (level <= 0.05) empty++;
  }
  return 2 * empty >= all ? "dark" : "light";
}
