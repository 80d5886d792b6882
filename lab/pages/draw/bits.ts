/** A drawing of 28 × 28 bits: in a link (98 bytes as base64url), and what the tools of the pad do to it. Bit i is pixel i, row-major, lowest bit first. */

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
/** 98 bytes in base64url, or nothing: no pixel is on. */
export const drawingText = /^([A-Za-z0-9_-]{131})?$/;

export function pack(bits: ArrayLike<number>): string {
  const bytes = new Uint8Array(PIXELS / 8);
  for (let i = 0; i < PIXELS; i++) if (bits[i]) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  if (bytes.every((byte) => byte === 0)) return "";
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** The bits of a text that drawingText allows. */
export function unpack(text: string): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(PIXELS);
  if (text === "") return bits;
  const bytes = atob(`${text.replace(/-/g, "+").replace(/_/g, "/")}=`);
  for (let i = 0; i < PIXELS; i++) bits[i] = (bytes.charCodeAt(i >> 3) >> (i & 7)) & 1;
  return bits;
}

export const count = (bits: ArrayLike<number>): number => Array.from(bits).reduce((sum, bit) => sum + bit, 0);

export const tools = ["pen", "brush", "eraser", "hide", "show"] as const;
export type Tool = (typeof tools)[number];

/** Half the width of each tool's round tip, pixels. */
const radius: Readonly<Record<Tool, number>> = { pen: 0.8, brush: 1.5, eraser: 1.8, hide: 2.5, show: 2.5 };

export interface Pad {
  readonly bits: Uint8Array<ArrayBuffer>;
  /** Pixels that the machine does not see. */
  readonly hidden: Uint8Array<ArrayBuffer>;
}

/** The tip of a tool drawn from one place to another; places are in pixels, their centres at halves. A new pad. */
export function stroke(pad: Pad, tool: Tool, from: readonly [number, number], to: readonly [number, number]): Pad {
  const layer = tool === "hide" || tool === "show" ? "hidden" : "bits";
  const on = tool === "pen" || tool === "brush" || tool === "hide" ? 1 : 0;
  const bits = pad[layer].slice();
  const reach = radius[tool];
  for (let i = 0; i < PIXELS; i++) {
    const centre = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5] as const;
    if (distance(centre, from, to) <= reach) bits[i] = on;
  }
  return { ...pad, [layer]: bits };
}

/** From a point to a line between two others. */
function distance(
  [x, y]: readonly [number, number],
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

const halves = {
  right: (x: number) => x >= SIDE / 2,
  bottom: (_: number, y: number) => y >= SIDE / 2,
  left: (x: number) => x < SIDE / 2,
  top: (_: number, y: number) => y < SIDE / 2,
};
export type Half = keyof typeof halves;
export const halfNames = Object.keys(halves) as Half[];

export const half = (which: Half): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: PIXELS }, (_, i) => (halves[which](i % SIDE, Math.floor(i / SIDE)) ? 1 : 0));
