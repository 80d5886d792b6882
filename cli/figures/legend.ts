/** The two legends: a bar of signed weights with its numbers, and a bar of grey levels. */
import { greyColour, type Ink, signedColour } from "./colour.js";
import { textWidth } from "./font.js";
import { concise } from "./numbers.js";
import { page, type } from "./style.js";
import { image, text } from "./svg.js";
import { blankRaster, css, fill } from "./tiles.js";
import type { SignedScale } from "./weights.js";

const bar = { width: 440, height: 22 } as const;

/** Space that a legend takes, in CSS pixels. */
export const legendHeight = 40;

function colourBar(colourOf: (share: number) => number): ReturnType<typeof blankRaster> {
  const raster = blankRaster(bar.width, bar.height, 0xc9ced4);
  for (let x = 1; x < bar.width - 1; x++) {
    fill(raster, x, 1, 1, bar.height - 2, colourOf((x - 1) / (bar.width - 3)));
  }
  return raster;
}

/** −limit … 0 … +limit under a diverging bar; to its right what the colour means, and a note below that. */
export function signedLegend(y: number, { limit, clipped }: SignedScale, meaning: string, note: string): string {
  const x = page.margin;
  const width = css(bar.width);
  const end = concise(limit);
  return [
    image(
      colourBar((share) => signedColour(2 * share - 1)),
      x,
      y,
    ),
    text(x, y + 30, `−${end}`, type.label),
    text(x + width / 2, y + 30, "0", type.label, "middle"),
    text(x + width, y + 30, `+${end}`, type.label, "end"),
    text(x + width + 20, y + 11, clipped ? `${meaning}; the largest 0.5 % share the end colours` : meaning, type.label),
    text(x + width + 20, y + 30, note, type.label),
  ].join("");
}

/** 0 … 1 beside a grey bar, with what it stands for. */
export function greyLegend(y: number, ink: Ink, meaning: string): string {
  const left = page.margin + Math.round(textWidth("0", type.label)) + 8;
  return [
    text(page.margin, y + 11, "0", type.label),
    image(
      colourBar((share) => greyColour(share, ink)),
      left,
      y,
    ),
    text(left + css(bar.width) + 8, y + 11, "1", type.label),
    text(left + css(bar.width) + 32, y + 11, meaning, type.label),
  ].join("");
}
