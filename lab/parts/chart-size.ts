/** How large a chart is on the page, in CSS pixels: its letters stay as large as the page's, however wide it is. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** At this width a chart has the height that it asks for. */
const USUAL = 460;
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 12, 10, 34];

export interface ChartSize {
  /** Of the figure whose width it takes. */
  readonly ref: RefObject<HTMLElement | null>;
  readonly width: number;
  readonly height: number;
  /** Where the axes begin and end. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Where a place of a chart of the usual width is, both from the upper left of the axes. */
  place(at: readonly [number, number]): readonly [number, number];
}

export function useChartSize(height = 220): ChartSize {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(USUAL);
  useLayoutEffect(() => {
    const figure = ref.current as HTMLElement;
    const measure = () => setWidth(Math.max(140, Math.round(figure.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(figure);
    return () => observer.disconnect();
  }, []);
  // a wide chart is not as much higher, nor a narrow one as much lower
  const tall = Math.round(height * Math.min(1.3, Math.max(0.8, width / USUAL)));
  return {
    ref,
    width,
    height: tall,
    left: LEFT,
    right: width - RIGHT,
    top: TOP,
    bottom: tall - BOTTOM,
    place: ([x, y]) => [
      LEFT + (x * (width - LEFT - RIGHT)) / (USUAL - LEFT - RIGHT),
      TOP + (y * (tall - TOP - BOTTOM)) / (height - TOP - BOTTOM),
    ],
  };
}
