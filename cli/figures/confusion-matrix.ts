/** A confusion matrix: how many cases of each label were taken for each class. */
import { refuse } from "../../src/index.js";
import { demandWhole } from "./checks.js";
import { signedColour } from "./colour.js";
import { textWidth } from "./font.js";
import { type Body, drawFigure, type Wording } from "./frame.js";
import { cellIndices } from "./heat-map.js";
import { colours, page, type } from "./style.js";
import { image, text } from "./svg.js";
import { blankRaster, css, even, frame, paintTile, tileSize } from "./tiles.js";

export interface ConfusionMatrixInput extends Wording {
  /** Cases of label i that were taken for class k, row-major [classes, classes]. */
  readonly confusion: ArrayLike<number>;
}

const largestCell = 112;

/**
 * Rows are labels, columns classes; a cell's colour is its share of its row, blue where right and orange where wrong. Wrong cells are four
 * times as strong as right ones, so that a few can be seen. Numbers stand in cells that have room for them.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `shape` or `data`: not a square of whole numbers.
 */
export async function confusionMatrix({ confusion, title, caption }: ConfusionMatrixInput): Promise<Uint8Array> {
  const classes = Math.sqrt(confusion.length);
  if (!Number.isInteger(classes) || classes < 1) {
    const got = `${confusion.length} numbers`;
    throw refuse("shape", { who: "confusionMatrix", got, expected: "a square of them, a row a label" });
  }
  const counts = Array.from(confusion);
  for (const count of counts) demandWhole("confusionMatrix: cases", count, 0, 2 ** 32);
  return drawFigure(
    {
      title: title ?? "What is taken for what",
      caption: caption ?? "Row: label. Column: class that was told. Orange is wrong.",
    },
    (top) => cells(top, counts, classes),
  );
}

function cells(top: number, counts: readonly number[], classes: number): Body {
  const gutter = Math.ceil(textWidth(String(classes - 1), type.label)) + 10;
  const room = even(Math.min((page.inner - gutter) * page.scale - 2 * frame, classes * largestCell));
  const size = tileSize([classes, classes], room);
  const raster = blankRaster(size.width + 2 * frame, size.height + 2 * frame);
  paintTile(raster, [frame, frame], sharesOf(counts, classes), [classes, classes], size, signedColour);
  const left = page.margin + gutter;
  const heads = top + 20;
  const [pitch, height] = [css(size.zoomX), Math.ceil(css(raster.height))];
  const named = cellIndices(classes, css(size.width), 24);
  const names = named.flatMap(([i, at]) => [
    text(left - 8, heads + at + 5.5, String(i), type.label, "end"),
    text(left + at, heads - 8, String(i), type.label, "middle"),
  ]);
  const widest = textWidth(String(counts.reduce((most, count) => Math.max(most, count), 0)), type.small);
  const fits = size.reduce === 1 && widest + 4 <= pitch && pitch >= 20;
  const numbers = counts.map((count, at) => {
    if (!fits || count === 0) return "";
    const [row, column] = [Math.floor(at / classes), at % classes];
    const place = [left + css(frame) + (column + 0.5) * pitch, heads + css(frame) + (row + 0.5) * pitch + 5] as const;
    return text(...place, String(count), { ...type.small, fill: colours.text }, "middle");
  });
  const body = image(raster, left, heads) + names.join("") + numbers.join("");
  return { svg: body, height: 20 + height };
}

/** Shares of rows: negative where right. */
function sharesOf(counts: readonly number[], classes: number): Float32Array {
  const sums = Array.from({ length: classes }, (_, row) =>
    counts.slice(row * classes, (row + 1) * classes).reduce((sum, n) => sum + n, 0),
  );
  return Float32Array.from(counts, (count, at) => {
    const row = Math.floor(at / classes);
    const all = sums[row] as number;
    const share = all === 0 ? 0 : count / all;
    return row === at % classes ? -share / 2 : Math.min(1, 0.08 * Number(count > 0) + 2 * share);
  });
}
