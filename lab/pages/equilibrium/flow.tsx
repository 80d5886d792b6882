/** The states as corners of a hypercube, from all off at the bottom to all on at the top, and the net currents of probability between them. */

import type { EquilibriumView } from "./engine.js";

const [WIDTH, HEIGHT, MARGIN] = [460, 400, 50];
/** A current of so much probability a step is drawn as wide as a stroke gets; widths go with the root. */
const [FULL, WIDEST, THINNEST] = [0.05, 14, 0.7];

interface FlowProps {
  readonly view: EquilibriumView;
  readonly law: ArrayLike<number>;
  readonly label: string;
}

const onesOf = (code: number): number => code.toString(2).replaceAll("0", "").length;
/** Neuron 1 first. */
export const nameOf = (code: number, units: number): string =>
  Array.from({ length: units }, (_, i) => (code >> i) & 1).join("");

/** Where the corners are: a row for each number of neurons that are on. */
function corners(units: number): readonly (readonly [number, number])[] {
  const rows = Array.from({ length: units + 1 }, () => [] as number[]);
  for (let code = 0; code < 2 ** units; code++) rows[onesOf(code)]?.push(code);
  return Array.from({ length: 2 ** units }, (_, code) => {
    const row = rows[onesOf(code)] as number[];
    // equal steps, centred: two corners of one row are never in one place
    const step = (WIDTH - 2 * MARGIN) / Math.max(units - 1, ...rows.map(({ length }) => length - 1));
    const x = WIDTH / 2 + (row.indexOf(code) - (row.length - 1) / 2) * step;
    return [x, HEIGHT - MARGIN - (onesOf(code) / units) * (HEIGHT - 2 * MARGIN)] as const;
  });
}

export function Flow({ view, law, label }: FlowProps) {
  const { units, now, currents } = view;
  const at = corners(units);
  const largest = [0, 60, 60, 52, 40, 30][units] ?? 30;
  const radius = (p: number) => Math.max(2, largest * Math.sqrt(p));
  return (
    <svg class="flow" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {at.map((_, code) =>
        Array.from({ length: units }, (_, j) => code | (1 << j))
          .filter((other) => other !== code)
          .map((other) => (
            <g key={`${code} ${other}`} class="edge">
              <path d={wayOf(at, code, other).path} />
            </g>
          )),
      )}
      {at.map(([x, y], code) => (
        <g key={code}>
          <circle class="state" cx={x} cy={y} r={radius(law[code] as number)} />
          <circle class="now" cx={x} cy={y} r={radius(now[code] as number)} />
        </g>
      ))}
      {Array.from(currents.current, (current, n) => {
        const width = WIDEST * Math.sqrt(current / FULL);
        if (width < THINNEST) return null;
        const { path, middle, angle } = wayOf(at, currents.from[n] as number, currents.to[n] as number);
        const head = 4 + Math.min(width, WIDEST);
        return (
          <g key={n} class="current">
            <path class="way" d={path} stroke-width={Math.min(width, WIDEST)} />
            <path
              class="head"
              d={`M${head} 0L${-head * 0.7} ${head * 0.8}L${-head * 0.7} ${-head * 0.8}Z`}
              transform={`translate(${middle[0].toFixed(1)} ${middle[1].toFixed(1)}) rotate(${angle.toFixed(1)})`}
            />
          </g>
        );
      })}
      {units <= 4 &&
        at.map(([x, y], code) => (
          <text key={code} class="name" x={x} y={y + radius(Math.max(law[code] as number, now[code] as number)) + 16}>
            {nameOf(code, units)}
          </text>
        ))}
    </svg>
  );
}

/** An edge of the hypercube is straight; any other way bends, so as not to run through corners between. */
function wayOf(at: readonly (readonly [number, number])[], from: number, to: number) {
  const [[x1, y1], [x2, y2]] = [at[from] as readonly [number, number], at[to] as readonly [number, number]];
  const bend = onesOf(from ^ to) === 1 ? 0 : 0.28;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const control = [(x1 + x2) / 2 - bend * dy, (y1 + y2) / 2 + bend * dx] as const;
  const middle = [(x1 + x2) / 4 + control[0] / 2, (y1 + y2) / 4 + control[1] / 2] as const;
  const path = `M${x1.toFixed(1)} ${y1.toFixed(1)}Q${control[0].toFixed(1)} ${control[1].toFixed(1)} ${x2.toFixed(1)} ${y2.toFixed(1)}`;
  return { path, middle, angle: (180 / Math.PI) * Math.atan2(dy, dx) };
}
