/**
 * The digits that the lab ships: the first 10,000 training and 2,000 test images of MNIST, a bit a pixel (1 where the grey level is above 127),
 * which is `--data mnist:train --limit 10000 --binarize 0.5` of the command line. engine/digits.ts reads the files:
 *
 *     cases (4 bytes, little-endian), labels (a byte a case), pixels (98 bytes a case, the first pixel in the lowest bit)
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { takeCases } from "../../dist/src/index.js";
import { loadMnist } from "../../dist/src/node/index.js";

const shipped = { train: 10_000, test: 2_000 };

function packed({ cases, units, levels, labels }) {
  const bytes = new Uint8Array(4 + cases + cases * (units / 8));
  new DataView(bytes.buffer).setUint32(0, cases, true);
  bytes.set(labels.subarray(0, cases), 4);
  for (let i = 0; i < cases * units; i++) if (levels[i] > 127) bytes[4 + cases + (i >>> 3)] |= 1 << (i & 7);
  return bytes;
}

export async function writeDigits(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [part, cases] of Object.entries(shipped)) {
    const digits = takeCases(await loadMnist(part), cases);
    writeFileSync(join(folder, `digits-${part}.bin.gz`), gzipSync(packed(digits), { level: 9 }));
  }
}
