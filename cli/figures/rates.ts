/** Firing rates: how often each unit is on, beside the exact means where they are known. */
import { refuse } from "../../src/index.js";
import { textWidth } from "./font.js";
import { type About, type Body, captionOf, drawFigure, type Themed, type Wording } from "./frame.js";
import { whisker } from "./marks.js";
import { fixed, grouped } from "./numbers.js";
import { colours, lineColours, page, type } from "./style.js";
import { box, line, type Point, text } from "./svg.js";
import { stepAxis } from "./ticks.js";

export interface RatesInput extends Wording, About, Themed {
  /** ⟨s_i⟩ of the sample [units]. */
  readonly rates: ArrayLike<number>;
  /** Their standard errors [units]. */
  readonly errors?: ArrayLike<number>;
  /** ⟨s_i⟩ of the law [units]. */
  readonly exact?: ArrayLike<number>;
  /** Units that are held; drawn in grey. */
  readonly clamped?: ReadonlySet<number>;
}

const plotHeight = 260;
const [sampled, known] = lineColours;

/**
 * One bar a unit from 0 to 1, with ± one standard error; the exact mean as a rung across.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `data` for what is no rate in [0, 1], or no unit at all; of kind `shape` for as many errors or exact
 *   means as there are not units.
 */
export async function firingRates(input: RatesInput): Promise<Uint8Array> {
  demandRates(input);
  const title = input.title ?? "Firing rates";
  return drawFigure({ title, caption: captionOf(input, explanation(input)) }, (top) => plot(top, input), input.theme);
}

/** Units up to which a bar has room for an error bar. */
const mostWithErrors = 150;

function explanation({ rates, errors, exact, clamped }: RatesInput): string {
  const error = errors && rates.length <= mostWithErrors ? ", ± one standard error" : "";
  const held = clamped && clamped.size > 0 ? " Grey: clamped." : "";
  return `Bar: how often the unit is on${error}.${exact ? " Orange rung: the exact mean." : ""}${held}`;
}

function plot(top: number, { rates, errors, exact, clamped }: RatesInput): Body {
  const units = rates.length;
  const left = page.margin + Math.ceil(textWidth("0.00", type.small)) + 10;
  const [right, base] = [page.margin + page.inner, top + plotHeight];
  const pitch = (right - left) / units;
  const isRoomy = units <= mostWithErrors;
  const width = Math.min(56, isRoomy ? 0.7 * pitch : pitch);
  const level = (rate: number): number => base - rate * plotHeight;
  const rules = [0, 0.25, 0.5, 0.75, 1].map((rate) => {
    const rule = line([left, level(rate)], [right, level(rate)], rate === 0 ? colours.axis : colours.hairline, 1);
    return rule + text(left - 8, level(rate) + 5, fixed(rate, 2), type.small, "end");
  });
  const bars = Array.from(rates, (rate, i) => {
    const middle = left + (i + 0.5) * pitch;
    const colour = clamped?.has(i) ? colours.quiet : sampled;
    const bar = box(middle - width / 2, level(rate), width, rate * plotHeight, colour);
    const error = (isRoomy && errors?.[i]) || 0;
    const ends = [Math.max(0, rate - error), Math.min(1, rate + error)].map((end): Point => [middle, level(end)]);
    const mean = exact?.[i];
    const half = Math.min(pitch / 2, width / 2 + 4);
    const rung = (at: number) => line([middle - half, at], [middle + half, at], known, isRoomy ? 3 : 1.5);
    return bar + whisker(ends[0] as Point, ends[1] as Point, width) + (mean === undefined ? "" : rung(level(mean)));
  });
  const room = Math.floor((right - left) / (textWidth(grouped(units), type.small) + 10));
  const names = stepAxis(0, units - 1, 1, room - 1).ticks.map(({ at, label }) =>
    text(left + (at + 0.5) * pitch, base + 20, label, type.small, "middle"),
  );
  const axisName = text((left + right) / 2, base + 41, "unit", type.small, "middle");
  return { svg: [...rules, ...bars, ...names, axisName].join(""), height: plotHeight + 46 };
}

function demandRates({ rates, errors, exact }: RatesInput): void {
  const units = rates.length;
  if (units === 0) throw refuse("data", { who: "firingRates", got: "no unit", expected: "at least one" });
  for (const [name, values] of Object.entries({ rates, errors, exact })) {
    const who = `firingRates: ${name}`;
    if (values === undefined) continue;
    if (values.length !== units) {
      throw refuse("shape", { who, got: `${values.length} numbers`, expected: `${units}, one a unit` });
    }
    const bad = Array.from(values).findIndex((value) => !(value >= 0 && value <= 1));
    if (bad >= 0) throw refuse("data", { who, got: `${values[bad]} for unit ${bad}`, expected: "numbers in [0, 1]" });
  }
}
