/** The pad: pointer, or arrow keys and Space. It knows bits and tools, not machines. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { gapPixel, inkTable, type Theme } from "../../paint/palette.js";
import { isDark } from "../../paint/theme.js";
import { count, type Pad as PadState, PIXELS, SIDE, stroke, type Tool } from "./bits.js";

interface PadProps {
  readonly pad: PadState;
  readonly tool: Tool;
  readonly onDraw: (next: PadState) => void;
}

type Place = readonly [number, number];

/** Ink, and hidden pixels as a chessboard of the gap's colour, through which the drawing is faintly seen. */
export function paintPad({ bits, hidden }: PadState, theme: Theme, into: Uint32Array): void {
  const ink = inkTable(theme);
  const gap = gapPixel(theme);
  for (let i = 0; i < PIXELS; i++) {
    const chess = ((i % SIDE) + Math.floor(i / SIDE)) % 2 === 0;
    into[i] = hidden[i] ? (chess ? gap : (ink[bits[i] ? 120 : 60] as number)) : (ink[bits[i] ? 256 : 0] as number);
  }
}

export function Pad({ pad, tool, onDraw }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Place | undefined>(undefined);
  const latest = useRef(pad);
  latest.current = pad;
  const cursor = useSignal<readonly [number, number]>([14, 14]);
  const theme = { dark: isDark.value };
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const image = context.createImageData(SIDE, SIDE);
    paintPad(pad, theme, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
  });
  const draw = (from: Place, to: Place) => {
    latest.current = stroke(latest.current, tool, from, to);
    onDraw(latest.current);
  };
  const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
    const box = (canvas.current as HTMLCanvasElement).getBoundingClientRect();
    return [(SIDE * (clientX - box.left)) / box.width, (SIDE * (clientY - box.top)) / box.height];
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    last.current = placeOf(event);
    draw(last.current, last.current);
  };
  const onMove = (event: PointerEvent) => {
    if (!last.current) return;
    const to = placeOf(event);
    draw(last.current, to);
    last.current = to;
  };
  const onUp = () => {
    last.current = undefined;
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    const [x, y] = cursor.peek();
    if (by) {
      const clip = (at: number) => Math.min(SIDE - 1, Math.max(0, at));
      const next: Place = [clip(x + (by[0] as number)), clip(y + (by[1] as number))];
      cursor.value = next;
      // with Shift the tool is down
      if (event.shiftKey) draw([x + 0.5, y + 0.5], [next[0] + 0.5, next[1] + 0.5]);
    } else if (event.key === " ") draw([x + 0.5, y + 0.5], [x + 0.5, y + 0.5]);
    else return;
    event.preventDefault();
  };
  const [x, y] = cursor.value;
  const [inked, covered] = [count(pad.bits), count(pad.hidden)];
  return (
    <div class="pad-frame">
      <div
        class="pad"
        role="application"
        aria-label="Drawing pad, 28 by 28 pixels. Arrow keys move, Space draws, Shift and arrows draw a line."
        tabIndex={0}
        data-keys
        onKeyDown={onKey}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
      >
        <canvas ref={canvas} class="pixels" width={SIDE} height={SIDE} data-name="pad" />
        <span
          class="cursor"
          aria-hidden="true"
          style={{
            left: `${(100 * x) / SIDE}%`,
            top: `${(100 * y) / SIDE}%`,
            width: `${100 / SIDE}%`,
            height: `${100 / SIDE}%`,
          }}
        />
      </div>
      <p class="caption" data-test="pad-says">
        {inked} of {PIXELS} pixels are on{covered > 0 ? `; ${covered} are hidden from the machines` : ""}.
      </p>
    </div>
  );
}
