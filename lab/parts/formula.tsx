/** A formula made at build (build/tex.mjs), with the numbers of this moment in the places that it marks with \live. */

import { useEffect, useRef } from "preact/hooks";

interface FormulaProps {
  readonly of: string | undefined;
  /** Numbers by the name in \live{name}; undefined leaves the place as it is. */
  readonly live?: Readonly<Record<string, number | string | undefined>>;
  /** Terms that are active now, by the name in \class{term-name}{…}. */
  readonly lit?: readonly string[];
  /** What it says, beneath. */
  readonly caption?: string;
}

export function Formula({ of = "", live = {}, lit, caption }: FormulaProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    for (const [name, value] of Object.entries(live)) {
      if (value === undefined) continue;
      for (const place of box.current?.querySelectorAll(`.live-${name}`) ?? []) {
        const leaf = place.querySelector("mn, mtext, mi") ?? place;
        leaf.textContent = typeof value === "number" ? shortNumber(value) : value;
      }
    }
    if (!lit) return;
    for (const term of box.current?.querySelectorAll("[class*='term-']") ?? [])
      term.classList.toggle(
        "lit-term",
        lit.some((name) => term.classList.contains(`term-${name}`)),
      );
  });
  useEffect(() => {
    const figure = box.current?.parentElement;
    if (!figure) return;
    // one that is wider than its place is scrolled by keys too
    const observer = new ResizeObserver(() => {
      if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
      else figure.removeAttribute("tabindex");
    });
    observer.observe(figure);
    return () => observer.disconnect();
  }, []);
  return (
    <figure class="formula">
      {/* made by our own build from the page's .tex file */}
      <div ref={box} dangerouslySetInnerHTML={{ __html: of }} />
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

/** Three significant digits, a true minus sign. */
export function shortNumber(x: number): string {
  if (!Number.isFinite(x)) return "–";
  const size = Math.abs(x);
  const text = size !== 0 && (size < 0.001 || size >= 1e5) ? x.toExponential(1) : String(Number(x.toPrecision(3)));
  return text.replace("-", "−");
}
