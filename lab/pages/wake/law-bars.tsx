/** A law as bars to be dragged, the machine's own beside them. Each bar is a slider: arrow keys move it. */

import { useRef } from "preact/hooks";
import { MOST_SHARES } from "./fields.js";

interface LawBarsProps {
  readonly shares: readonly number[];
  /** The machine's law [2^V], as soon as it is there. */
  readonly model: ArrayLike<number> | undefined;
  /** While a bar is dragged. */
  readonly onMove: (shares: readonly number[]) => void;
  /** When it is let go. */
  readonly onDone: () => void;
}

/** "011": unit 1 first. */
export const stateName = (code: number, units: number): string =>
  Array.from({ length: units }, (_, i) => (code >> i) & 1).join("");

/** Shares in which one state has nearly this probability, and the others keep their proportion. */
export function withProbability(shares: readonly number[], state: number, probability: number): number[] {
  const p = Math.min(0.97, Math.max(0, probability));
  // in hundredths, so that there is something to divide
  const rest = shares.reduce((sum, share, at) => (at === state ? sum : sum + share), 0);
  const raw = shares.map((share, at) =>
    at === state ? p : rest > 0 ? ((1 - p) * share) / rest : (1 - p) / (shares.length - 1),
  );
  const scale = Math.min(MOST_SHARES / Math.max(...raw), 100);
  const next = raw.map((x) => Math.round(scale * x));
  return next.some((share) => share > 0) ? next : shares.map(() => 1);
}

/** The top of the scale: the next of some round numbers. */
function topOf(values: readonly number[]): number {
  const most = Math.max(...values);
  return [0.1, 0.2, 0.3, 0.4, 0.6, 0.8].find((top) => most <= 0.96 * top) ?? 1;
}

const percent = (p: number): string => `${(100 * p).toFixed(p < 0.0995 ? 1 : 0)} %`;

export function LawBars({ shares, model, onMove, onDone }: LawBarsProps) {
  const units = Math.log2(shares.length);
  const sum = shares.reduce((a, b) => a + b, 0);
  const target = shares.map((share) => share / sum);
  const same = model?.length === shares.length;
  const held = useRef<{ readonly state: number; readonly top: number } | undefined>(undefined);
  const top = held.current?.top ?? topOf(target);
  const height = (p: number) => `${100 * Math.min(1, p / top)}%`;
  const move = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    if (!held.current) return;
    const box = event.currentTarget.querySelector(".columns")?.getBoundingClientRect();
    if (!box) return;
    onMove(withProbability(shares, held.current.state, (held.current.top * (box.bottom - event.clientY)) / box.height));
  };
  const letGo = () => {
    if (!held.current) return;
    held.current = undefined;
    onDone();
  };
  return (
    <>
      <div
        class="law"
        role="group"
        aria-label="The law to learn"
        data-name="law"
        style={units < 4 ? { gridTemplateColumns: `repeat(${shares.length}, minmax(0, 1fr))` } : {}}
      >
        {target.map((p, code) => {
          const has = same ? (model[code] as number) : undefined;
          return (
            <div
              key={code}
              class="state"
              role="slider"
              tabIndex={0}
              data-keys
              aria-label={`state ${stateName(code, units)}`}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(100 * p)}
              aria-valuetext={`${percent(p)}${has === undefined ? "" : `, the machine ${percent(has)}`}`}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                held.current = { state: code, top };
                move(event);
              }}
              onPointerMove={move}
              onPointerUp={letGo}
              onPointerCancel={letGo}
              onKeyDown={(event) => {
                const by = { ArrowUp: 0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowLeft: -0.02 }[event.key];
                const to = { Home: 0, End: 0.97 }[event.key] ?? (by === undefined ? undefined : p + by);
                if (to === undefined) return;
                event.preventDefault();
                onMove(withProbability(shares, code, to));
                onDone();
              }}
            >
              <div class="columns">
                <span class="wanted" style={{ height: height(p) }} />
                <span class="has" style={{ height: height(has ?? 0) }} />
              </div>
              {stateName(code, units)}
            </div>
          );
        })}
      </div>
      <p class="law-key">
        <span>
          <i class="wanted" style={{ background: "var(--positive)" }} />
          the law to learn: drag a bar, or focus it and press ↑ ↓
        </span>
        <span>
          <i
            style={{
              background: "repeating-linear-gradient(45deg, var(--negative) 0 5px, transparent 5px 7px)",
              outline: "1px solid var(--negative)",
            }}
          />
          the machine’s own, exactly
        </span>
        <span>top of the scale: {percent(top)}</span>
      </p>
    </>
  );
}
