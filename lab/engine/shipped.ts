/** The files that come with the lab: digits, small trained machines. Fetched from the page's own place. */

import { type Dataset, selectClasses } from "#src/index.js";

let base = "";
export function setBase(url: string): void {
  base = url;
}

const fetched = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** The bytes of a shipped file. Throws with the way out where it cannot be had. */
export function shippedFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = fetched.get(name);
  if (!bytes) {
    bytes = fetch(new URL(name, base)).then(async (answer) => {
      if (!answer.ok)
        throw new Error(
          `${name}: got ${answer.status} from the server; expected a file of the lab. Build the lab anew.`,
        );
      return new Uint8Array(await answer.arrayBuffer());
    });
    fetched.set(name, bytes);
  }
  return bytes;
}

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // a server may have undone it already
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes of a shipped file that travels packed: `twos.safetensors` (build/models.mjs), the runs of examples (build/runs.mjs). */
export const shippedUnzipped = async (name: string): Promise<Uint8Array> => unzipped(await shippedFile(`${name}.gz`));

/**
 * MNIST's first 10,000 training or 2,000 test digits, binary (build/digits.mjs): what the command line has by
 * `--data mnist:train --limit 10000 --binarize 0.5`.
 */
export async function loadDigits(part: "train" | "test", classes?: readonly number[]): Promise<Dataset> {
  const bytes = await unzipped(await shippedFile(`digits-${part}.bin.gz`));
  const cases = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const labels = bytes.slice(4, 4 + cases);
  const levels = new Uint8Array(cases * 784);
  const pixels = bytes.subarray(4 + cases);
  for (let i = 0; i < levels.length; i++) levels[i] = ((pixels[i >>> 3] as number) >>> (i & 7)) & 1 ? 255 : 0;
  const all: Dataset = { name: `mnist:${part}`, cases, units: 784, levels, labels, imageShape: [28, 28] };
  return classes === undefined || classes.length === 10 ? all : selectClasses(all, [...classes]);
}
