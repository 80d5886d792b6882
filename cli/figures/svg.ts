/** The few SVG elements that the figures are made of, as strings. Lengths are in CSS pixels. */
import { fontRuns, textWidth } from "./font.js";
import { type Raster, rasterPng } from "./png.js";
import { page, type TypeStyle } from "./style.js";

export type Anchor = "start" | "middle" | "end";
export type Point = readonly [number, number];

/** A length with at most two decimals, never in exponent form. */
function short(length: number): string {
  return String(Math.round(length * 100) / 100);
}

/** Text made safe between tags and in quoted attributes of XML and HTML; characters that XML forbids become U+FFFD. */
export function escapeText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids exactly these.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/'/g, "&#39;")
  );
}

/**
 * One line of text.
 *
 * Each change of face starts an element of its own at a computed place: the renderer drops a whole line in which two faces
 * would shape the same letters into different numbers of glyphs (a ligature in one of them).
 */
export function text(x: number, y: number, content: string, style: TypeStyle, anchor: Anchor = "start"): string {
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  let left = x - share * textWidth(content, style);
  return fontRuns(content, style.weight)
    .map((run) => {
      const place = `x="${short(left)}" y="${short(y)}" font-family="${run.family}"`;
      left += textWidth(run.text, style);
      return `<text ${place} font-size="${style.size}" fill="${style.fill}">${escapeText(run.text)}</text>`;
    })
    .join("");
}

/** Lines of text one below the other; `y` is the first base line. */
export function textBlock(x: number, y: number, lines: readonly string[], style: TypeStyle, leading: number): string {
  return lines.map((line, i) => text(x, y + i * leading, line, style)).join("");
}

/** `dash`: lengths of dashes and gaps, such as "6 4"; a whole line without it. */
export function line(from: Point, to: Point, stroke: string, width: number, dash?: string): string {
  const ends = `x1="${short(from[0])}" y1="${short(from[1])}" x2="${short(to[0])}" y2="${short(to[1])}"`;
  const broken = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
  return `<line ${ends} stroke="${stroke}" stroke-width="${width}"${broken}/>`;
}

/** A filled rectangle, perhaps of a pale colour; without width or height nothing. */
export function box(x: number, y: number, width: number, height: number, fill: string, opacity = 1): string {
  if (width <= 0 || height <= 0) return "";
  const pale = opacity < 1 ? ` fill-opacity="${opacity}"` : "";
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${fill}"${pale}/>`;
}

export function polyline(points: readonly Point[], stroke: string, width: number): string {
  const path = points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
  const look = `fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"`;
  return `<polyline points="${path}" ${look}/>`;
}

/** A pale filled shape, from point to point and back to the first. */
export function area(points: readonly Point[], fill: string, opacity: number): string {
  const path = points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
  return `<polygon points="${path}" fill="${fill}" fill-opacity="${opacity}"/>`;
}

export function dot([x, y]: Point, radius: number, fill: string): string {
  return `<circle cx="${short(x)}" cy="${short(y)}" r="${radius}" fill="${fill}"/>`;
}

/** A raster at its own size: one of its pixels is one device pixel, so (x, y) must be whole or half CSS pixels. */
export function image(raster: Raster, x: number, y: number): string {
  const size = `width="${raster.width / page.scale}" height="${raster.height / page.scale}"`;
  const data = Buffer.from(rasterPng(raster)).toString("base64");
  return `<image x="${x}" y="${y}" ${size} image-rendering="optimizeSpeed" href="data:image/png;base64,${data}"/>`;
}
