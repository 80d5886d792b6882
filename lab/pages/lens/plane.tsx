/** A plane of two weights: where the gradient points and where contrastive divergence does, as two sets of arrows. */

import { shortNumber } from "../../parts/formula.js";
import { ARROWS, REACH } from "./compass.js";
import type { LensView } from "./engine.js";

const [SIZE, EDGE] = [420, 46];

/** Arrows are as long as the root of what they say. */
export function Plane({ view, names }: { readonly view: LensView; readonly names: readonly [string, string] }) {
  const { plane, at } = view;
  const cell = (SIZE - 2 * EDGE) / (ARROWS - 1);
  let most = 1e-9;
  for (let n = 0; n < plane.length; n += 2)
    most = Math.max(most, Math.hypot(plane[n] as number, plane[n + 1] as number));
  const arrow = (n: number, x: number, y: number, style: number) => {
    const [dx, dy] = [plane[n] as number, plane[n + 1] as number];
    const length = Math.hypot(dx, dy);
    if (length < 1e-6 * most) return null;
    const scale = (0.95 * cell * Math.sqrt(length / most)) / length;
    const [ex, ey] = [x + dx * scale, y - dy * scale];
    const head = Math.min(5, 0.4 * cell * Math.sqrt(length / most));
    const angle = Math.atan2(-dy, dx);
    const wing = (turn: number) =>
      `${(ex - head * Math.cos(angle + turn)).toFixed(1)},${(ey - head * Math.sin(angle + turn)).toFixed(1)}`;
    return (
      <polyline
        key={`${n} ${style}`}
        class={`style-${style}`}
        points={`${x.toFixed(1)},${y.toFixed(1)} ${ex.toFixed(1)},${ey.toFixed(1)} ${wing(0.5)} ${ex.toFixed(1)},${ey.toFixed(1)} ${wing(-0.5)}`}
      />
    );
  };
  const middle = (4 * (ARROWS * ARROWS - 1)) / 2;
  const turn =
    (180 / Math.PI) *
    (Math.atan2(plane[middle + 3] as number, plane[middle + 2] as number) -
      Math.atan2(plane[middle + 1] as number, plane[middle] as number));
  const apart = Math.abs(((turn + 540) % 360) - 180);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-labelledby="plane">
        <rect class="plane-box" x={EDGE} y={EDGE} width={SIZE - 2 * EDGE} height={SIZE - 2 * EDGE} />
        {Array.from({ length: ARROWS * ARROWS }, (_, n) => {
          const [x, y] = [EDGE + (n % ARROWS) * cell, SIZE - EDGE - Math.floor(n / ARROWS) * cell];
          return (
            <g key={n}>
              {arrow(4 * n, x, y, 1)}
              {arrow(4 * n + 2, x, y, 2)}
            </g>
          );
        })}
        <circle class="plane-here" cx={SIZE / 2} cy={SIZE / 2} r={5} />
        {[-REACH, 0, REACH].map((shift) => (
          <g key={shift}>
            <text
              class="tick"
              x={SIZE / 2 + (shift / REACH) * (SIZE / 2 - EDGE)}
              y={SIZE - EDGE + 24}
              text-anchor="middle"
            >
              {shortNumber(Math.round(100 * (at[0] + shift)) / 100)}
            </text>
            <text class="tick" x={EDGE - 16} y={SIZE / 2 - (shift / REACH) * (SIZE / 2 - EDGE) + 4} text-anchor="end">
              {shortNumber(Math.round(100 * (at[1] + shift)) / 100)}
            </text>
          </g>
        ))}
        <text class="axis" x={SIZE / 2} y={SIZE - 4} text-anchor="middle">
          {names[0]}
        </text>
        <text class="axis" x={12} y={EDGE - 26}>
          {names[1]}
        </text>
        <g class="key">
          <line class="style-1" x1={SIZE - 240} x2={SIZE - 220} y1={14} y2={14} />
          <text x={SIZE - 214} y={18}>
            gradient
          </text>
          <line class="style-2" x1={SIZE - 140} x2={SIZE - 120} y1={14} y2={14} />
          <text x={SIZE - 114} y={18}>
            CD on average
          </text>
        </g>
      </svg>
      <figcaption id="plane">
        Two weights, all else as it is. The dot is the machine; there the two arrows are{" "}
        {shortNumber(Math.round(apart))}° apart in this plane. The length of an arrow is the root of its size.
      </figcaption>
    </figure>
  );
}
