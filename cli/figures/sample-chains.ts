/** Samples along Gibbs chains: what the machine dreams. */
import { type Levels, refuse } from "../../src/index.js";
import { demandShape, imageLevels } from "./checks.js";
import { greyColour, type Ink } from "./colour.js";
import { drawFigure, type Wording } from "./frame.js";
import { inkFor } from "./image-pairs.js";
import { greyLegend, legendHeight } from "./legend.js";
import { grouped } from "./numbers.js";
import { tileTable } from "./table.js";
import type { ImageShape } from "./tiles.js";

export interface SampleChain {
  /** Where the chain started, for instance "noise". */
  readonly label?: string;
  /** One image a number of sweeps: probabilities or samples, [height · width]. */
  readonly samples: readonly Levels[];
}

export interface SampleChainsInput extends Wording {
  /** Gibbs sweeps after which the columns were taken: 0, 1, 10, … */
  readonly sweeps: readonly number[];
  readonly chains: readonly SampleChain[];
  readonly imageShape: ImageShape;
  /** Default: `inkFor` of the last column. */
  readonly ink?: Ink;
}

/**
 * Rows are chains, columns are numbers of Gibbs sweeps.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` (outside [0, 1], NaN, nothing to draw) or `shape`.
 */
export async function sampleChains(input: SampleChainsInput): Promise<Uint8Array> {
  const { sweeps, chains, imageShape } = input;
  demandShape("sampleChains", imageShape);
  const rows = chains.map(({ label, samples }, i) => {
    const who = `sampleChains: chain ${i}`;
    if (samples.length !== sweeps.length) {
      throw refuse("shape", {
        who,
        got: `${samples.length} samples`,
        expected: `one for each of ${sweeps.length} columns`,
      });
    }
    const tiles = samples.map((sample, j) => imageLevels(`${who} after ${sweeps[j]} sweeps`, sample, imageShape));
    return { tiles, ...(label === undefined ? {} : { label }) };
  });
  if (rows.length === 0 || sweeps.length === 0) {
    const got = `${rows.length} chains at ${sweeps.length} times`;
    throw refuse("data", { who: "sampleChains", got, expected: "at least one of each" });
  }
  const ink = input.ink ?? inkFor(rows.map((row) => row.tiles.at(-1) as Float32Array));
  return drawFigure(
    {
      title: input.title ?? "What the machine dreams",
      caption: input.caption ?? "Each row is one Gibbs chain that runs freely; the columns count its sweeps.",
    },
    (top) => {
      const headings = sweeps.map((count) => grouped(count));
      const colourOf = (level: number) => greyColour(level, ink);
      const table = tileTable(top, { rows, shape: imageShape, headings, corner: "sweeps", group: 1, colourOf });
      const legend = greyLegend(top + table.height + 22, ink, "probability that the pixel is on");
      return { svg: table.svg + legend, height: table.height + 22 + legendHeight / 2 };
    },
  );
}
