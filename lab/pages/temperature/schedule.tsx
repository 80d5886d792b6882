/** A cooling schedule to draw: a column for each stage, as high as its temperature. By pointer, or column by column with the arrow keys. */

import { useRef } from "preact/hooks";
import { shortNumber } from "../../parts/formula.js";
import { COLDEST, HOTTEST, STAGES, TEMPERATURE_STEP } from "./fields.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 220, 40, 8, 10, 36];

interface ScheduleProps {
  readonly temperatures: readonly number[];
  /** The stage that runs, or ran last; −1 before. */
  readonly stage: number;
  /** How much of the whole has run, 0 … 1. */
  readonly done: number;
  readonly onDraw: (temperatures: readonly number[]) => void;
  /** A drawing is complete. */
  readonly onDone: () => void;
}

const kept = (temperature: number): number =>
  Number(
    Math.min(HOTTEST, Math.max(COLDEST, Math.round(temperature / TEMPERATURE_STEP) * TEMPERATURE_STEP)).toFixed(3),
  );

export function SchedulePad({ temperatures, stage, done, onDraw, onDone }: ScheduleProps) {
  const pad = useRef<SVGSVGElement>(null);
  const last = useRef<{ column: number; temperature: number } | undefined>(undefined);
  const slot = (WIDTH - LEFT - RIGHT) / STAGES;
  const y = (temperature: number) => HEIGHT - BOTTOM - (temperature / HOTTEST) * (HEIGHT - BOTTOM - TOP);

  const draw = (event: PointerEvent) => {
    const box = pad.current?.getBoundingClientRect();
    if (!box) return;
    const [px, py] = [
      (WIDTH * (event.clientX - box.left)) / box.width,
      (HEIGHT * (event.clientY - box.top)) / box.height,
    ];
    const column = Math.min(STAGES - 1, Math.max(0, Math.floor((px - LEFT) / slot)));
    const temperature = kept(((HEIGHT - BOTTOM - py) / (HEIGHT - BOTTOM - TOP)) * HOTTEST);
    const from = last.current ?? { column, temperature };
    const next = [...temperatures];
    // a fast stroke leaves no gaps
    const [a, b] = from.column <= column ? [from, { column, temperature }] : [{ column, temperature }, from];
    for (let k = a.column; k <= b.column; k++) {
      const t = b.column === a.column ? 1 : (k - a.column) / (b.column - a.column);
      next[k] = b.column === a.column ? temperature : kept(a.temperature + t * (b.temperature - a.temperature));
    }
    last.current = { column, temperature };
    onDraw(next);
  };

  const onKey = (event: KeyboardEvent, column: number) => {
    const { key, shiftKey } = event;
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[key];
    const to = { ArrowLeft: column - 1, ArrowRight: column + 1, Home: 0, End: STAGES - 1 }[key];
    if (by !== undefined) {
      const value = kept((temperatures[column] as number) + by * (shiftKey ? 10 : 2) * TEMPERATURE_STEP);
      onDraw(temperatures.map((each, k) => (k === column ? value : each)));
      onDone();
    } else if (to !== undefined) {
      pad.current?.querySelectorAll<SVGGElement>(".column")[Math.min(STAGES - 1, Math.max(0, to))]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <svg
      ref={pad}
      class="schedule schedule-pad"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="group"
      aria-label="Cooling schedule: draw it, or choose a stage with ← and → and change its temperature with ↑ and ↓."
      onPointerDown={(event) => {
        pad.current?.setPointerCapture(event.pointerId);
        last.current = undefined;
        draw(event);
      }}
      onPointerMove={(event) => {
        if (pad.current?.hasPointerCapture(event.pointerId)) draw(event);
      }}
      onPointerUp={() => {
        last.current = undefined;
        onDone();
      }}
    >
      {[0, 1, 2, 3, 4, 5].map((tick) => (
        <text key={tick} class="tick" x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
          {tick}
        </text>
      ))}
      {temperatures.map((temperature, k) => (
        <g
          key={k}
          class={`column${k <= stage ? " past" : ""}`}
          role="slider"
          tabindex={k === Math.max(0, stage) ? 0 : -1}
          aria-label={`Temperature of stage ${k + 1}`}
          aria-valuemin={COLDEST}
          aria-valuemax={HOTTEST}
          aria-valuenow={temperature}
          aria-orientation="vertical"
          onKeyDown={(event) => onKey(event, k)}
        >
          <rect x={LEFT + k * slot + 1} y={TOP} width={slot - 2} height={HEIGHT - BOTTOM - TOP} />
          <rect
            class="bar"
            x={LEFT + k * slot + 1}
            y={y(temperature)}
            width={slot - 2}
            height={HEIGHT - BOTTOM - y(temperature)}
          />
        </g>
      ))}
      <line
        class="now"
        x1={LEFT + done * (WIDTH - LEFT - RIGHT)}
        x2={LEFT + done * (WIDTH - LEFT - RIGHT)}
        y1={TOP}
        y2={HEIGHT - BOTTOM}
      />
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 8} text-anchor="middle">
        time →
      </text>
      <text
        x={12}
        y={(TOP + HEIGHT - BOTTOM) / 2}
        text-anchor="middle"
        transform={`rotate(-90 12 ${(TOP + HEIGHT - BOTTOM) / 2})`}
      >
        temperature T
      </text>
      <title>{`From ${shortNumber(temperatures[0] as number)} to ${shortNumber(temperatures.at(-1) as number)}`}</title>
    </svg>
  );
}
