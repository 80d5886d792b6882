/** How filters form: some hidden units, epoch by epoch. */
import { refuse } from "../../src/index.js";
import { demandFinite, demandLength, demandShape } from "./checks.js";
import { signedColour } from "./colour.js";
import { drawFigure, type Wording } from "./frame.js";
import { legendHeight, signedLegend } from "./legend.js";
import { grouped } from "./numbers.js";
import { tileTable } from "./table.js";
import type { ImageShape } from "./tiles.js";
import { robustScale } from "./weights.js";

/** The filters of the chosen units at one moment of training. */
export interface FilterSnapshot {
  readonly epoch: number;
  /** [units, visible], row-major: one row a chosen unit. See `filtersOf`. */
  readonly filters: Float32Array;
}

export interface FiltersOverEpochsInput extends Wording {
  /** Numbers of the chosen hidden units, for the row labels; a dozen is a good number. */
  readonly units: readonly number[];
  /** In the order of their epochs. */
  readonly snapshots: readonly FilterSnapshot[];
  readonly imageShape: ImageShape;
}

/**
 * Rows are hidden units, columns are epochs; one colour scale for all, so that growth is seen.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (NaN, nothing to draw) or `shape`.
 */
export async function filtersOverEpochs(input: FiltersOverEpochsInput): Promise<Uint8Array> {
  const { units, snapshots, imageShape } = input;
  demandShape("filtersOverEpochs", imageShape);
  const visible = imageShape[0] * imageShape[1];
  if (units.length === 0 || snapshots.length === 0) {
    const got = `${units.length} units at ${snapshots.length} epochs`;
    throw refuse("data", { who: "filtersOverEpochs", got, expected: "at least one of each" });
  }
  for (const { epoch, filters } of snapshots) {
    const who = `filtersOverEpochs: epoch ${epoch}`;
    demandLength(who, filters, units.length * visible, `${units.length} units × ${visible} visible units`);
    demandFinite(who, filters, (i) => `for hidden unit ${units[Math.floor(i / visible)]}, pixel ${i % visible}`);
  }
  const scale = robustScale(snapshots.map(({ filters }) => filters));
  return drawFigure(
    {
      title: input.title ?? "How the filters form",
      caption: input.caption ?? "One row per hidden unit: its weights from the start of training to the end.",
    },
    (top) => {
      const table = tileTable(top, {
        rows: units.map((unit, row) => ({
          label: `unit ${unit}`,
          tiles: snapshots.map(({ filters }) => filters.subarray(row * visible, (row + 1) * visible)),
        })),
        shape: imageShape,
        headings: snapshots.map(({ epoch }) => grouped(epoch)),
        corner: "epoch",
        group: 1,
        colourOf: (weight) => signedColour(weight / scale.limit),
      });
      const legend = signedLegend(top + table.height + 22, scale, "weight", "one scale for all epochs");
      return { svg: table.svg + legend, height: table.height + 22 + legendHeight };
    },
  );
}
