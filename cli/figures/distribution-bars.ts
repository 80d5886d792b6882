/** A law over states beside how often they were sampled. */
import { refuse } from "../../src/index.js";
import { textWidth } from "./font.js";
import { type About, type Body, captionOf, drawFigure, type Themed, type Wording } from "./frame.js";
import { whisker } from "./marks.js";
import { rounded } from "./numbers.js";
import { colours, lineColours, page, type } from "./style.js";
import { box, dot, line, text } from "./svg.js";
import { linearAxis } from "./ticks.js";

export interface DistributionRow {
  /** The state, such as 0110. */
  readonly label: string;
  /** P(s) of the law. */
  readonly exact: number;
  /** How often it was sampled, as a fraction, and the standard error of that. */
  readonly sampled: number;
  readonly error?: number;
  /** P(s) of another law, to compare with. */
  readonly other?: number;
}

export interface DistributionInput extends Wording, About, Themed {
  /** From top to bottom. */
  readonly rows: readonly DistributionRow[];
  /** What the exact law is called. */
  readonly exactName: string;
  /** What the other law is called. */
  readonly otherName?: string;
}

const rowHeight = 26;
const barHeight = 16;
const [sampledColour, exactColour] = lineColours;

/**
 * One row a state: the exact probability as a bar, the sampled frequency as a dot with ± one standard error, the other law as a mark.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` for no rows, or for what is no probability.
 */
export async function distributionBars(input: DistributionInput): Promise<Uint8Array> {
  const { rows, exactName, otherName } = input;
  demandProbabilities(rows);
  const mark = otherName === undefined ? "" : ` Upright mark: ${otherName}.`;
  const dots = rows.some(({ error }) => error !== undefined) ? "sampled, ± one standard error" : "sampled";
  const caption = `Bar and number: ${exactName}. Dot: ${dots}.${mark}`;
  const body = (top: number): Body => {
    const labelWidth = Math.max(...rows.map(({ label }) => textWidth(label, type.label)));
    const left = page.margin + Math.ceil(labelWidth) + 12;
    const right = page.margin + page.inner - Math.ceil(textWidth("0.0000", type.small)) - 12;
    const axis = linearAxis([0, ...rows.flatMap((row) => [row.exact, row.sampled + (row.error ?? 0), row.other ?? 0])]);
    const place = (p: number): number => left + axis.place(p) * (right - left);
    const base = top + rows.length * rowHeight;
    const svg = axis.ticks.map(({ at, label }) => {
      const rule = line([place(at), top], [place(at), base], at === 0 ? colours.axis : colours.hairline, 1);
      return rule + text(place(at), base + 20, label, type.small, "middle");
    });
    rows.forEach(({ label, exact, sampled, error = 0, other }, i) => {
      const middle = top + (i + 0.5) * rowHeight;
      svg.push(text(left - 8, middle + 5.5, label, type.label, "end"));
      const [high, low] = [middle - barHeight / 2, middle + barHeight / 2];
      svg.push(box(left, high, place(exact) - left, barHeight, exactColour, 0.35));
      svg.push(line([place(exact), high], [place(exact), low], exactColour, 3));
      svg.push(text(page.margin + page.inner, middle + 5, rounded(exact), type.small, "end"));
      if (other !== undefined) {
        svg.push(
          line([place(other), middle - rowHeight / 2 + 2], [place(other), middle + rowHeight / 2 - 2], colours.text, 3),
        );
      }
      svg.push(whisker([place(Math.max(0, sampled - error)), middle], [place(sampled + error), middle], barHeight));
      svg.push(dot([place(sampled), middle], 6, colours.background), dot([place(sampled), middle], 4.5, sampledColour));
    });
    svg.push(text((left + right) / 2, base + 41, "P(s)", type.small, "middle"));
    return { svg: svg.join(""), height: rows.length * rowHeight + 46 };
  };
  return drawFigure(
    { title: input.title ?? "Sampled against exact", caption: captionOf(input, caption) },
    body,
    input.theme,
  );
}

function demandProbabilities(rows: readonly DistributionRow[]): void {
  const who = "distributionBars";
  if (rows.length === 0) throw refuse("data", { who, got: "no rows", expected: "at least one" });
  for (const { label, exact, sampled, other = 0, error = 0 } of rows) {
    const bad = [exact, sampled, other, error].find((p) => !(p >= 0 && p <= 1));
    if (bad === undefined) continue;
    throw refuse("data", { who: `${who}: ${label}`, got: String(bad), expected: "probabilities in [0, 1]" });
  }
}
