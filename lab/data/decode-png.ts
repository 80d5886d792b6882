/** The pixels of a PNG file, by the browser's own decoder, in a page or a worker. */

import { refuse } from "#src/index.js";
import type { Pixels } from "./grey.js";

/** Pixels of a picture before it is scaled. */
const LARGEST = 16_000_000;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Throws "format" for what is no PNG or is damaged, "size" for a picture of more than 16 million pixels. */
export async function decodePng(file: File): Promise<Pixels> {
  const head = new DataView(await file.slice(0, 24).arrayBuffer());
  const isPng = head.byteLength === 24 && SIGNATURE.every((byte, i) => head.getUint8(i) === byte);
  const [width, height] = isPng ? [head.getUint32(16), head.getUint32(20)] : [0, 0];
  if (!isPng)
    throw refuse("format", {
      who: file.name,
      got: "a file that does not start as PNG does",
      expected: "a PNG picture",
    });
  if (width * height > LARGEST) {
    throw refuse("size", {
      who: file.name,
      got: `a picture of ${width} × ${height} pixels`,
      expected: "at most 16 million pixels",
      wayOut: "Make it smaller first.",
    });
  }
  try {
    const picture = await createImageBitmap(file, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    context.drawImage(picture, 0, 0);
    picture.close();
    return context.getImageData(0, 0, canvas.width, canvas.height);
  } catch (cause) {
    throw refuse(
      "format",
      { who: file.name, got: "a PNG file that cannot be decoded", expected: "a whole one" },
      cause,
    );
  }
}
