/** A PNG decoder of its own for the tests of the figures: 8-bit RGB and RGBA without interlacing (W3C PNG, sections 5 to 9). */
import { createHash } from "node:crypto";
import { crc32, inflateSync } from "node:zlib";

export interface Picture {
  width: number;
  height: number;
  /** 0xRRGGBB of a pixel. */
  at(x: number, y: number): number;
}

export function decode(png: Uint8Array): Picture {
  const bytes = Buffer.from(png);
  if (bytes.toString("latin1", 1, 4) !== "PNG") throw new Error("no PNG signature");
  const data: Buffer[] = [];
  let at = 8;
  for (let name = ""; name !== "IEND"; ) {
    const length = bytes.readUInt32BE(at);
    name = bytes.toString("latin1", at + 4, at + 8);
    if (bytes.readUInt32BE(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))) throw new Error("CRC");
    if (name === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const channels = { 2: 3, 6: 4 }[bytes[25] as number];
  if (bytes[24] !== 8 || channels === undefined || bytes[28] !== 0) throw new Error("not 8-bit RGB or RGBA");
  const pixels = unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const colours = new Uint32Array(width * height);
  for (let i = 0, from = 0; i < colours.length; i++, from += channels) {
    colours[i] = pixels.readUIntBE(from, 3);
    if (channels === 4 && pixels[from + 3] !== 255) throw new Error(`alpha ${pixels[from + 3]} at pixel ${i}`);
  }
  return { width, height, at: (x, y) => colours[y * width + x] as number };
}

function unfilter(raw: Buffer, stride: number, height: number, step: number): Buffer {
  // A row and a pixel of zeros before the picture stand for what lies outside it.
  const line = stride + step;
  const out = Buffer.alloc(line * (height + 1));
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1);
    const filter = raw[from] as number;
    for (let x = 0; x < stride; x++) {
      const to = (y + 1) * line + step + x;
      const left = out[to - step] as number;
      const up = out[to - line] as number;
      let predicted = 0;
      if (filter === 1) predicted = left;
      else if (filter === 2) predicted = up;
      else if (filter === 3) predicted = (left + up) >> 1;
      else if (filter === 4) predicted = paeth(left, up, out[to - line - step] as number);
      out[to] = (raw[from + 1 + x] as number) + predicted;
    }
  }
  const rows = Array.from({ length: height }, (_, y) => out.subarray((y + 1) * line + step, (y + 2) * line));
  return Buffer.concat(rows);
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** The longest run of one colour in a row: where it starts and how long it is. */
export function longestRun(picture: Picture, y: number, colour: number): { x: number; length: number } {
  let best = { x: 0, length: 0 };
  for (let x = 0; x < picture.width; ) {
    let length = 0;
    while (x + length < picture.width && picture.at(x + length, y) === colour) length++;
    if (length > best.length) best = { x, length };
    x += length + 1;
  }
  return best;
}

/** How many pixels of a rectangle are not `colour`. */
export function others(
  picture: Picture,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  colour: number,
): number {
  let count = 0;
  for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) if (picture.at(x, y) !== colour) count++;
  return count;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The box around all pixels of a colour; throws where there is none. */
export function extent(picture: Picture, colour: number, [fromX, toX] = [0, picture.width]) {
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let y = 0; y < picture.height; y++) {
    for (let x = fromX as number; x < (toX as number); x++) {
      if (picture.at(x, y) === colour) {
        xs.push(x);
        ys.push(y);
      }
    }
  }
  if (xs.length === 0) throw new Error(`no pixel of colour ${colour.toString(16)}`);
  const bounds = (of: number[]) => [of.reduce((a, b) => Math.min(a, b)), of.reduce((a, b) => Math.max(a, b))];
  const [[left, right], [top, bottom]] = [bounds(xs), bounds(ys)] as [[number, number], [number, number]];
  return { left, right, top, bottom, width: right - left + 1, height: bottom - top + 1 };
}
