/** Files of a reader's own, made for the tests. */

import { crc32, deflateSync } from "node:zlib";
import { formatNpy, randomStream } from "#src/index.js";

/** Rows of 0 and 1 in two kinds: the left or the right half is mostly on. */
export function twoKinds(cases: number, units: number): { readonly rows: number[][]; readonly labels: number[] } {
  const random = randomStream(11, "data");
  const labels = Array.from({ length: cases }, (_, b) => b % 2);
  const rows = labels.map((kind) =>
    Array.from({ length: units }, (_, i) => (random.uniform() < (Number(i < units / 2) === kind ? 0.9 : 0.1) ? 1 : 0)),
  );
  return { rows, labels };
}

export const csvOf = (rows: readonly (readonly number[])[], header?: readonly string[]): string =>
  [...(header ? [header.join(",")] : []), ...rows.map((row) => row.join(","))].join("\n");

export const npyOf = (shape: readonly number[], values: Uint8Array | Float32Array | Int32Array): Uint8Array =>
  formatNpy(shape, values);

/** An 8-bit grey PNG of these levels. */
export function pngOf(width: number, height: number, levels: ArrayLike<number>): Uint8Array {
  const head = new Uint8Array(13);
  new DataView(head.buffer).setUint32(0, width);
  new DataView(head.buffer).setUint32(4, height);
  head[8] = 8;
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = levels[y * width + x] as number;
  const chunks = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", new Uint8Array())];
  return Buffer.concat([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), ...chunks]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A disc in the middle of a square: ink of this level on a background of that one. */
export function disc(side: number, radius: number, ink: number, background: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) + 0.5 - side / 2, Math.floor(i / side) + 0.5 - side / 2];
    return Math.hypot(x, y) <= radius ? ink : background;
  });
}

export const fileOf = (name: string, content: string | Uint8Array) => new File([content as BlobPart], name);

export const columnNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `x${i}`);
