/** The chosen metrics of the chosen runs, a chart each, x and zoom in common: by mouse, by buttons, by keys. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { shortNumber } from "../../parts/formula.js";
import { type Curve, indexFrom, nearest } from "./curve.js";
import type { PlotLine, Plot as PlotOf, PlotProps } from "./plot.js";
import type { Run } from "./run.js";
import { extentOf, moved, type Range, zoomed } from "./zoom.js";

/** A metric with the curves of all chosen runs; those without it have empty ones. */
export interface Panel {
  readonly metric: string;
  readonly lines: readonly PlotLine[];
}

interface ChartsProps {
  readonly runs: readonly Run[];
  readonly panels: readonly Panel[];
  readonly over: string;
  readonly logX: boolean;
  readonly logY: boolean;
  /** What is shown of x; all where it is undefined. */
  readonly zoom: Signal<Range | undefined>;
  readonly at: Signal<number | undefined>;
  /** What the charts show, in a sentence. */
  readonly label: string;
}

export function Charts({ panels, over, logX, logY, zoom, at, label }: ChartsProps) {
  const loaded = useSignal<{ readonly Plot: typeof PlotOf } | undefined>(undefined);
  const said = useSignal("");
  useEffect(() => {
    import("./plot.js").then((found) => {
      loaded.value = found;
    });
  }, []);
  const curves = panels.flatMap(({ lines }) => lines.map(({ curve }) => curve));
  const full = extentOf(
    curves.map(({ x }) => x),
    logX,
  );
  // of a link: a logarithm has no place for 0
  const range = zoom.value && !(logX && zoom.value[0] <= 0) ? zoom.value : full;
  const Plot = loaded.value?.Plot as ComponentType<PlotProps> | undefined;
  if (!full || !range) return <p>No numbers yet.</p>;

  const show = (next: Range | undefined) => {
    zoom.value = next;
    const [low, high] = next ?? full;
    said.value = `${next ? `${over} ${shortNumber(low)} to ${shortNumber(high)}` : `all, ${over} ${shortNumber(low)} to ${shortNumber(high)}`}`;
  };
  const actions = {
    in: () => show(zoomed(range, full, 1 / 2, logX, at.peek())),
    out: () => show(zoomed(range, full, 2, logX, at.peek())),
    left: () => show(zoom.peek() && moved(range, full, -1 / 2, logX)),
    right: () => show(zoom.peek() && moved(range, full, 1 / 2, logX)),
    all: () => show(undefined),
  };
  /** To the next point of any curve, one way or the other. */
  const point = (next: number | undefined) => {
    if (next === undefined) return;
    at.value = next;
    if (zoom.peek() && (next < range[0] || next > range[1])) {
      const half = (range[1] - range[0]) / 2;
      zoom.value = moved([next - half, next + half], full, 0, false);
    }
    said.value = `${over} ${placeText(next)}. ${panels.map((panel) => sayAt(panel, next)).join(" ")}`;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const xs = curves.map(({ x }) => x);
    const action = (
      {
        "+": actions.in,
        "=": actions.in,
        "-": actions.out,
        "0": actions.all,
        ArrowLeft: () => (event.shiftKey ? actions.left() : point(neighbour(xs, at.peek() ?? range[1], -1, range))),
        ArrowRight: () => (event.shiftKey ? actions.right() : point(neighbour(xs, at.peek() ?? range[0], 1, range))),
        Home: () => point(range[0]),
        End: () => point(range[1]),
        Escape: () => {
          at.value = undefined;
        },
      } as Record<string, (() => void) | undefined>
    )[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const nothing = curves.every(({ x }) => indexFrom(x, range[0]) === indexFrom(x, range[1] * (1 + 1e-12)));
  return (
    <>
      <div
        class="curves"
        role="group"
        aria-label={`Curves. ${label} Arrow keys go from point to point; plus and minus zoom, Shift with arrows moves, 0 shows all.`}
        tabIndex={0}
        data-keys
        data-test="curves"
        data-zoom={zoom.value ? zoom.value.join(" ") : "all"}
        onKeyDown={onKey}
        onDblClick={actions.all}
        onMouseLeave={() => {
          at.value = undefined;
        }}
      >
        {panels.map(({ metric, lines }, i) => (
          <div key={metric} role="img" aria-label={`${metric} over ${over}`}>
            {Plot ? (
              <Plot
                lines={lines.filter(({ curve }) => curve.x.length > 0)}
                xName={over}
                yName={metric}
                logX={logX}
                logY={logY && allPositive(lines)}
                range={range}
                at={at}
                onZoom={([low, high]) => show(zoomed([low, high], full, 1, logX))}
                namesX={i === panels.length - 1}
                small={panels.length > 1}
              />
            ) : (
              <p>Loading the chart …</p>
            )}
            {logY && !allPositive(lines) && (
              <p class="caption">
                {metric} has values that are not above 0, which a logarithm has no place for: its axis is linear.
              </p>
            )}
          </div>
        ))}
      </div>
      {nothing && <p class="notice">Nothing of these runs is in this part. “All” shows them.</p>}
      <div class="zoom" role="toolbar" aria-label="What is shown of the curves">
        {buttons.map(([name, text, title, key]) => (
          <button
            key={name}
            type="button"
            title={`${title} (${key} when the curves have the focus)`}
            aria-label={title}
            data-test={`zoom-${name}`}
            disabled={name !== "in" && !zoom.value}
            onClick={actions[name]}
          >
            {text}
          </button>
        ))}
        <output aria-live="polite" data-test="zoom-said">
          {said.value}
        </output>
      </div>
    </>
  );
}

const buttons = [
  ["in", "+", "Zoom in", "+"],
  ["out", "−", "Zoom out", "−"],
  ["left", "←", "Move left", "Shift ←"],
  ["right", "→", "Move right", "Shift →"],
  ["all", "All", "Show all", "0"],
] as const;

const allPositive = (lines: readonly PlotLine[]): boolean =>
  lines.every(({ curve, y }) =>
    [y, curve.y, curve.lower ?? []].every((values) => values.every((value) => !(value <= 0))),
  );

/** The nearest x of any curve on one side of a place, within the range. */
function neighbour(
  xs: readonly (readonly number[])[],
  at: number,
  side: 1 | -1,
  [low, high]: Range,
): number | undefined {
  const next = xs.flatMap((x) => {
    let i = indexFrom(x, at);
    if (side < 0) i--;
    else while (i < x.length && (x[i] as number) <= at) i++;
    return x[i] ?? [];
  });
  if (next.length === 0) return Math.min(high, Math.max(low, at));
  return side > 0 ? Math.min(...next) : Math.max(...next);
}

/** Epochs and updates in full, seconds short. */
export const placeText = (x: number): string => (Number.isInteger(x) ? String(x) : shortNumber(x));

/** What a curve is at a place, or at last: the value of its nearest point with its bracket, and the smoothed one where it is another. */
export function valueAt(curve: Curve, y: readonly number[], at: number | undefined): string {
  const i = at === undefined ? y.length - 1 : nearest(curve.x, at);
  if (i < 0) return "–";
  const [low, high] = [curve.lower?.[i] ?? Number.NaN, curve.upper?.[i] ?? Number.NaN];
  const bracket =
    Number.isFinite(low) && Number.isFinite(high) ? ` in [${shortNumber(low)}, ${shortNumber(high)}]` : "";
  const smooth = y === curve.y ? "" : `, smoothed ${shortNumber(y[i] as number)}`;
  return `${shortNumber(curve.y[i] as number)}${bracket}${smooth}`;
}

const sayAt = ({ metric, lines }: Panel, at: number): string =>
  `${metric}: ${lines
    .filter(({ y }) => y.length > 0)
    .map(({ name, curve, y }) => `${name} ${valueAt(curve, y, at)}`)
    .join("; ")}.`;
