/**
 * The weights of a small machine as squares, each in the place of the unit that it leads to, one panel a unit: the way of
 * [Ackley et al. 1985], there white and black on grey.
 */
import { refuse } from "../../src/index.js";
import { textWidth } from "./font.js";
import { type Body, drawFigure, type Themed, type Wording } from "./frame.js";
import { rounded } from "./numbers.js";
import { colours, lineColours, page, type } from "./style.js";
import { box, text } from "./svg.js";

/** A place in a panel: that of a unit, or that of the bias of the panel's own unit. */
export type Cell = number | "bias";

export interface HintonDiagramInput extends Wording, Themed {
  readonly units: number;
  /** [units, units] */
  readonly weights: ArrayLike<number>;
  /** [units] */
  readonly bias: ArrayLike<number>;
  /** Rows of panels, from the top: the units whose weights they show. */
  readonly panels: readonly { readonly label?: string; readonly units: readonly number[] }[];
  /** Rows of places, the same in every panel. In the place of its own unit a panel shows the bias. */
  readonly cells: readonly (readonly Cell[])[];
}

const [blue, orange] = lineColours;
const panelGap = 10;
const rowGap = 14;
const largestCell = 36;
const smallestCell = 3;

/**
 * Orange squares for weights above 0, blue ones below; the area is the size of the weight, the largest one fills its place.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` for NaN, `shape` for arrays of other sizes or a unit that is not there, `size` for more than fits.
 */
export async function hintonDiagram(input: HintonDiagramInput): Promise<Uint8Array> {
  demandMachine(input);
  const caption =
    "One panel a unit. A square is the weight to the unit in that place, its area the size: orange excites, blue inhibits. In its own place: the bias.";
  return drawFigure(
    { title: input.title ?? "The weights", caption: input.caption ?? caption },
    (top) => diagram(top, input),
    input.theme,
  );
}

function demandMachine({ units, weights, bias, panels, cells }: HintonDiagramInput): void {
  const who = "hintonDiagram";
  if (weights.length !== units * units || bias.length !== units) {
    const got = `${weights.length} weights and ${bias.length} biases`;
    throw refuse("shape", { who, got, expected: `${units} × ${units} and ${units}` });
  }
  if (![...Array.from(weights), ...Array.from(bias)].every(Number.isFinite)) {
    throw refuse("data", { who, got: "NaN or an infinite weight", expected: "finite numbers" });
  }
  const named = [...panels.flatMap((row) => row.units), ...cells.flat().filter((cell) => cell !== "bias")];
  const bad = named.find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
  if (named.length > 0 && bad === undefined) return;
  throw refuse("shape", { who, got: `unit ${bad}`, expected: `units from 0 to ${units - 1}` });
}

function diagram(top: number, input: HintonDiagramInput): Body {
  const { panels, cells } = input;
  const gutter = Math.max(0, ...panels.map(({ label = "" }) => Math.ceil(textWidth(label, type.rowLabel)) + 14));
  const left = page.margin + (panels.some(({ label }) => label) ? gutter : 0);
  const room = page.margin + page.inner - left;
  const most = Math.max(...panels.map(({ units }) => units.length));
  const wide = Math.max(...cells.map((row) => row.length));
  const cell = Math.min(largestCell, Math.floor(((room + panelGap) / most - panelGap) / wide));
  if (cell < smallestCell) {
    const got = `${most} panels of ${wide} places side by side`;
    throw refuse("size", { who: "hintonDiagram", got, expected: `places of at least ${smallestCell} pixels` });
  }
  const [width, height] = [wide * cell, cells.length * cell];
  const largest = largestShown(input);
  const parts: string[] = [];
  panels.forEach(({ label = "", units }, row) => {
    const y = top + row * (height + rowGap);
    parts.push(text(page.margin, y + height / 2 + 6, label, type.rowLabel));
    // rows of fewer panels stand in the middle
    const start = left + ((most - units.length) * (width + panelGap)) / 2;
    units.forEach((unit, column) => {
      parts.push(panel([start + column * (width + panelGap), y], { input, unit, cell, largest }));
    });
  });
  const bottom = top + panels.length * (height + rowGap) - rowGap;
  parts.push(text(left, bottom + 28, `The largest square is ±${rounded(largest)}.`, type.label));
  return { svg: parts.join(""), height: bottom + 34 - top };
}

/** What a panel shows in a place. */
function valueAt({ units, weights, bias }: HintonDiagramInput, unit: number, place: Cell): number {
  return place === "bias" || place === unit ? (bias[unit] as number) : (weights[unit * units + place] as number);
}

function largestShown(input: HintonDiagramInput): number {
  let largest = 0;
  for (const { units } of input.panels) {
    for (const unit of units) {
      for (const place of input.cells.flat()) largest = Math.max(largest, Math.abs(valueAt(input, unit, place)));
    }
  }
  return largest;
}

interface Panel {
  readonly input: HintonDiagramInput;
  readonly unit: number;
  readonly cell: number;
  readonly largest: number;
}

function panel([x, y]: readonly [number, number], { input, unit, cell, largest }: Panel): string {
  const wide = Math.max(...input.cells.map((row) => row.length));
  const parts = [box(x, y, wide * cell, input.cells.length * cell, colours.hairline)];
  input.cells.forEach((places, row) => {
    const start = x + ((wide - places.length) * cell) / 2;
    places.forEach((place, column) => {
      const own = place === "bias" || place === unit;
      const corner = [start + column * cell, y + row * cell] as const;
      if (own) parts.push(box(corner[0] + 1, corner[1] + 1, cell - 2, cell - 2, colours.background));
      const value = valueAt(input, unit, place);
      const side = largest > 0 ? (cell - 2) * Math.sqrt(Math.abs(value) / largest) : 0;
      const inset = (cell - side) / 2;
      parts.push(box(corner[0] + inset, corner[1] + inset, side, side, value > 0 ? orange : blue));
    });
  });
  return parts.join("");
}
