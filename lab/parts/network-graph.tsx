/** A small network as a drawing: neurons are discs on a circle, edges are orange and solid or blue and dashed, as wide as |M|. */

import { useRef } from "preact/hooks";
import { type Couplings, pairAt, pairsOf } from "../networks/couplings.js";
import { shortNumber } from "./formula.js";

interface NetworkGraphProps {
  readonly label: string;
  readonly couplings: Couplings;
  /** [N] in {0, 1} */
  readonly state: ArrayLike<number>;
  /** More on each neuron for those who do not see it: "input 0.8". */
  readonly says?: (unit: number) => string;
  readonly chosen?: number | undefined;
  readonly updated?: readonly number[];
  readonly onChoose?: (unit: number) => void;
  /** By dragging an edge up or down. */
  readonly onWeight?: (i: number, j: number, value: number) => void;
  /** By dragging a neuron, or ↑ and ↓. */
  readonly onBias?: (unit: number, value: number) => void;
  readonly range?: { readonly min: number; readonly max: number; readonly step: number };
}

const [WIDTH, HEIGHT, RADIUS, DISC] = [460, 410, 150, 27];
/** How far from a neuron's centre its bias is written, away from the others. */
const [ASIDE, OUTSIDE] = [60, 50];
/** Pixels of a drag for a step of the range. */
const DRAG = 6;

/** Two neurons lie side by side. */
const heightOf = (units: number): number => (units === 2 ? 180 : HEIGHT);

function placeOf(units: number, unit: number): readonly [number, number] {
  const turn = (2 * Math.PI * unit) / units - (units === 2 ? Math.PI : Math.PI / 2);
  return [WIDTH / 2 + (units === 2 ? 110 : RADIUS) * Math.cos(turn), heightOf(units) / 2 + RADIUS * Math.sin(turn)];
}

export function NetworkGraph(props: NetworkGraphProps) {
  const { label, couplings, state, says, chosen, updated = [], onChoose, onWeight, onBias } = props;
  const { units, weights, biases } = couplings;
  const { min, max, step } = props.range ?? { min: -5, max: 5, step: 0.1 };
  const height = heightOf(units);
  const drag = useRef<{ y: number; from: number; moved: boolean } | undefined>(undefined);
  const kept = (value: number) => Number(Math.min(max, Math.max(min, Math.round(value / step) * step)).toFixed(6));

  /** Handlers of something that has a number: drag it up to raise it. */
  const dragging = (value: number, set: ((value: number) => void) | undefined, onClick?: () => void) => ({
    onPointerDown(event: PointerEvent) {
      drag.current = { y: event.clientY, from: value, moved: false };
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      const { current } = drag;
      if (!current || !set) return;
      const steps = Math.round((current.y - event.clientY) / DRAG);
      if (steps === 0 && !current.moved) return;
      current.moved = true;
      set(kept(current.from + steps * step));
    },
    onPointerUp() {
      if (drag.current && !drag.current.moved) onClick?.();
      drag.current = undefined;
    },
    onPointerCancel() {
      drag.current = undefined;
    },
  });

  return (
    <svg class="network" viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label={label}>
      {pairsOf(units).map(([i, j], at) => {
        const [[x1, y1], [x2, y2]] = [placeOf(units, i), placeOf(units, j)];
        const weight = weights[at] ?? 0;
        const ends = { x1, y1, x2, y2 };
        return (
          <g
            key={at}
            class={onWeight ? "edge can-drag" : "edge"}
            {...dragging(weight, onWeight && ((w) => onWeight(i, j, w)))}
          >
            <line
              {...ends}
              class={weight > 0 ? "positive" : weight < 0 ? "negative" : "none"}
              stroke-width={weight === 0 ? 1 : Math.min(14, 1 + 2 * Math.abs(weight))}
            />
            {onWeight && (
              <line {...ends} class="hit">
                <title>{`M${i + 1},${j + 1} = ${shortNumber(weight)}: drag up or down`}</title>
              </line>
            )}
          </g>
        );
      })}
      {pairsOf(units).map(([i, j]) => {
        const weight = weights[pairAt(units, i, j)] ?? 0;
        if (weight === 0 || !(units <= 4 || i === chosen || j === chosen)) return null;
        const [from, to] = j === chosen ? [j, i] : [i, j];
        const [[x1, y1], [x2, y2]] = [placeOf(units, from), placeOf(units, to)];
        return (
          <text key={`${i} ${j}`} class="number" x={x1 + 0.45 * (x2 - x1)} y={y1 + 0.45 * (y2 - y1) + 5}>
            {signed(weight)}
          </text>
        );
      })}
      {Array.from({ length: units }, (_, unit) => {
        const [x, y] = placeOf(units, unit);
        const on = state[unit] === 1;
        const bias = biases[unit] ?? 0;
        const up = (by: number) => onBias?.(unit, kept(bias + by));
        return (
          <g
            key={unit}
            class={`unit${on ? " on" : ""}${unit === chosen ? " chosen" : ""}${updated.includes(unit) ? " updated" : ""}`}
            transform={`translate(${x.toFixed(2)} ${y.toFixed(2)})`}
            {...(onChoose && {
              role: "button",
              tabindex: 0,
              "aria-pressed": unit === chosen,
              onKeyDown(event: KeyboardEvent) {
                if (event.key === "Enter" || event.key === " ") onChoose(unit);
                else if (event.key === "ArrowUp") up(step);
                else if (event.key === "ArrowDown") up(-step);
                else return;
                event.preventDefault();
                event.stopPropagation();
              },
            })}
            {...dragging(bias, onBias && ((b) => onBias(unit, b)), () => onChoose?.(unit))}
          >
            <title>{`Neuron ${unit + 1}${says ? `, ${says(unit)}` : ""}`}</title>
            <circle class="ring" r={DISC + 5} />
            <circle class="disc" r={DISC} />
            <text class="name" y={-3}>
              {unit + 1}
            </text>
            <text class="value" y={14}>
              {on ? "on" : "off"}
            </text>
            {bias !== 0 && (
              <text
                class={`bias ${bias > 0 ? "positive" : "negative"}`}
                x={units === 2 ? 0 : (x - WIDTH / 2) * (ASIDE / RADIUS)}
                y={units === 2 ? OUTSIDE : (y - height / 2) * (OUTSIDE / RADIUS) + 5}
              >
                {`b ${signed(bias)}`}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** With its sign, so that colour is not needed. */
export const signed = (x: number): string => (x > 0 ? `+${shortNumber(x)}` : shortNumber(x));
