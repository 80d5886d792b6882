/** Means and moments of pairs: the data's against the model's. What a machine without hidden units can fit, it fits on the line. */
import { refuse } from "../../src/index.js";
import { demandLength, demandWhole } from "./checks.js";
import { shortened, textWidth } from "./font.js";
import { type Body, drawFigure, type Themed, type Wording } from "./frame.js";
import { grouped, rounded } from "./numbers.js";
import { colours, lineColours, page, type } from "./style.js";
import { dot, line, type Point, text } from "./svg.js";
import { type Axis, linearAxis } from "./ticks.js";

/** ⟨s_i⟩ [V] and ⟨s_i s_j⟩ [V, V]. */
export interface PairMoments {
  readonly mean: ArrayLike<number>;
  readonly pair: ArrayLike<number>;
}

export interface MomentScatterInput extends Wording, Themed {
  /** V */
  readonly units: number;
  readonly data: PairMoments;
  readonly model: PairMoments;
  /** How the moments were had, such as "exact". */
  readonly dataNote?: string;
  readonly modelNote?: string;
  /** 1 for connected pairs [V, V]: these are fitted, the others follow from them. All are connected by default. */
  readonly joined?: ArrayLike<number>;
}

/** Dots of one panel: more would hide one another. */
const mostDots = 4000;
const columnGap = 30;
const [fitted, unfitted] = lineColours;

interface Panel {
  readonly title: string;
  readonly what: string;
  /** Values that the axes reach, whatever the dots. */
  readonly reach: readonly number[];
  readonly data: Float64Array;
  readonly model: Float64Array;
  /** So many dots come first that are not fitted; the fitted ones lie on top. */
  readonly unfitted: number;
}

/**
 * Three panels on square axes with the line of equality: means, moments of pairs, and their covariances ⟨s_i s_j⟩ − ⟨s_i⟩⟨s_j⟩, which are
 * what the means do not explain. Under each title the root mean square of the differences, over all dots, drawn or not.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `shape` for arrays of other sizes, `option` for no unit, `data` (NaN).
 */
export async function momentScatter(input: MomentScatterInput): Promise<Uint8Array> {
  const { units, data, model, joined } = input;
  const who = "momentScatter";
  demandWhole(`${who}: units`, units, 1, 8192);
  for (const [name, { mean, pair }] of Object.entries({ data, model })) {
    demandLength(`${who}: means of the ${name}`, mean, units, `${units} units`);
    demandLength(`${who}: pairs of the ${name}`, pair, units * units, `${units} × ${units} units`);
  }
  if (joined) demandLength(`${who}: joined`, joined, units * units, `${units} × ${units} units`);
  const all = panelsOf(input);
  const isMixed = all.some((panel) => panel.unfitted > 0);
  const key = isMixed ? " Blue: connected pairs, which learning fits directly; orange: pairs that are not." : "";
  const noted = (name: string, note: string | undefined) => (note === undefined ? name : `${name} (${note})`);
  const caption = `Across: ${noted("data", input.dataNote)}. Up: ${noted("model", input.modelNote)}. On the line they agree.${key}`;
  return drawFigure(
    {
      title: input.title ?? "The data's moments against the model's",
      caption: input.caption ?? caption,
    },
    (top) => panels(top, all),
    input.theme,
  );
}

function panelsOf({ units, data, model, joined }: MomentScatterInput): Panel[] {
  const count = (units * (units - 1)) / 2;
  const array = () => new Float64Array(count);
  const pairs = { data: array(), model: array() };
  const covariances = { data: array(), model: array() };
  let [at, notJoined] = [0, 0];
  for (const wanted of [0, 1]) {
    for (let i = 0; i < units; i++) {
      for (let j = i + 1; j < units; j++) {
        if ((joined?.[i * units + j] ?? 1) !== wanted) continue;
        for (const [name, { mean, pair }] of [["data", data] as const, ["model", model] as const]) {
          const both = pair[i * units + j] as number;
          pairs[name][at] = both;
          covariances[name][at] = both - (mean[i] as number) * (mean[j] as number);
        }
        at++;
      }
    }
    if (wanted === 0) notJoined = at;
  }
  const means = { data: Float64Array.from(data.mean), model: Float64Array.from(model.mean) };
  return [
    { title: "Means", what: "unit", reach: [0, 1], ...means, unfitted: 0 },
    { title: "Moments of pairs", what: "pair", reach: [0], ...pairs, unfitted: notJoined },
    { title: "Covariances", what: "pair", reach: [0], ...covariances, unfitted: notJoined },
  ].filter((panel) => panel.data.length > 0);
}

function panels(top: number, all: readonly Panel[]): Body {
  const width = (page.inner - 2 * columnGap) / 3;
  for (const panel of all) demandFinite(panel);
  const axesOf = all.map(({ reach, data, model }) => linearAxis([...reach, ...extremes(data), ...extremes(model)], 4));
  const labels = axesOf.flatMap(({ ticks }) => ticks.map(({ label }) => textWidth(label, type.small)));
  const gutter = Math.ceil(Math.max(...labels)) + 8;
  const drawn = all.map((panel, n) =>
    onePanel(panel, axesOf[n] as Axis, [page.margin + n * (width + columnGap), top], width, gutter),
  );
  return { svg: drawn.join(""), height: headHeight + width - gutter + 46 };
}

function demandFinite({ title, data, model }: Panel): void {
  const bad = [data, model].flatMap((values) => values.find((value) => !Number.isFinite(value)) ?? [])[0];
  if (bad === undefined) return;
  throw refuse("data", { who: `momentScatter: "${title}"`, got: String(bad), expected: "finite numbers" });
}

function extremes(values: Float64Array): [number, number] {
  return values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

const headHeight = 66;

function onePanel(panel: Panel, axis: Axis, [x, top]: Point, width: number, gutter: number): string {
  const { title, what, data, model, unfitted: notFitted } = panel;
  const count = data.length;
  const stride = Math.ceil(count / mostDots);
  const shown = Array.from({ length: Math.ceil(count / stride) }, (_, n) => n * stride);
  const rms = Math.sqrt(data.reduce((sum, value, n) => sum + (value - (model[n] as number)) ** 2, 0) / count);
  const many = `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;
  const heads = [`r.m.s. difference ${rounded(rms)}`, stride === 1 ? many : `every ${stride}th of ${many}`];
  const [left, y, side] = [x + gutter, top + headHeight, width - gutter];
  const place = (across: number, up: number): Point => [
    left + axis.place(across) * side,
    y + (1 - axis.place(up)) * side,
  ];
  const radius = shown.length <= 200 ? 3.5 : shown.length <= 1000 ? 2.5 : 1.75;
  return [
    text(x, top + 14, shortened(title, type.panelTitle, width), type.panelTitle),
    ...heads.map((head, n) => text(x, top + 36 + 19 * n, shortened(head, type.small, width), type.small)),
    ...axes(axis, [left, y], side),
    line(place(axis.low, axis.low), place(axis.high, axis.high), colours.axis, 1.5),
    ...shown.map((n) => dot(place(data[n] as number, model[n] as number), radius, n < notFitted ? unfitted : fitted)),
  ].join("");
}

function axes(axis: Axis, [left, y]: Point, side: number): string[] {
  const base = y + side;
  const room = axis.ticks.reduce((sum, { label }) => sum + textWidth(label, type.small) + 8, 0);
  const every = Math.ceil(room / side);
  const rules = axis.ticks.flatMap(({ at, label }, n) => {
    const [across, up] = [left + axis.place(at) * side, y + (1 - axis.place(at)) * side];
    return [
      line([left, up], [left + side, up], colours.hairline, 1),
      line([across, y], [across, base], colours.hairline, 1),
      text(left - 6, up + 5, label, type.small, "end"),
      n % every === 0 ? text(across, base + 19, label, type.small, "middle") : "",
    ];
  });
  return [
    ...rules,
    line([left, base], [left + side, base], colours.axis, 1),
    line([left, y], [left, base], colours.axis, 1),
    text(left + side / 2, base + 40, "data", type.small, "middle"),
  ];
}
