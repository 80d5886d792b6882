/** Images that a classifier got wrong, with what they are and what it says. */
import { type Levels, refuse } from "../../src/index.js";
import { demandShape, imageLevels } from "./checks.js";
import { greyColour } from "./colour.js";
import { drawFigure, type Wording } from "./frame.js";
import { inkFor } from "./image-pairs.js";
import { tileTable } from "./table.js";
import type { ImageShape } from "./tiles.js";

export interface Mistake {
  /** [height · width] */
  readonly levels: Levels;
  readonly label: number;
  /** The class that was told instead, and its probability. */
  readonly taken: number;
  readonly probability: number;
}

export interface MistakesInput extends Wording {
  /** In the order in which they are drawn. */
  readonly cases: readonly Mistake[];
  readonly imageShape: ImageShape;
}

const columns = 8;

/**
 * Eight images a row; under each "label as class, probability".
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (no image, levels outside [0, 1]) or `shape`.
 */
export async function mistakes({ cases, imageShape, title, caption }: MistakesInput): Promise<Uint8Array> {
  demandShape("mistakes", imageShape);
  if (cases.length === 0) throw refuse("data", { who: "mistakes", got: "none", expected: "at least one" });
  const tiles = cases.map(({ levels }, i) => imageLevels(`mistakes: image ${i}`, levels, imageShape));
  const notes = cases.map(
    ({ label, taken, probability }) => `${label} as ${taken}, ${(100 * probability).toFixed(0)} %`,
  );
  const rows = Array.from({ length: Math.ceil(cases.length / columns) }, (_, r) => {
    const of = <T>(all: readonly T[]) => all.slice(r * columns, (r + 1) * columns);
    return { tiles: of(tiles), notes: of(notes) };
  });
  const ink = inkFor(tiles);
  const wording = {
    title: title ?? "The surest mistakes",
    caption: caption ?? "Below each case: its label, as what the machine takes it, and how probable it finds that.",
  };
  return drawFigure(wording, (top) =>
    tileTable(top, { rows, shape: imageShape, group: 1, colourOf: (level) => greyColour(level, ink) }),
  );
}
