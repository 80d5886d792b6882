/**
 * Decompression by the platform's DecompressionStream (WHATWG Compression Streams; browsers, and Node from 20.12 on),
 * with a bound on the output.
 */

import { type HarmoniumError, refuse } from "../errors.js";

/** Largest output of one compressed file, unless the caller says otherwise: 2 GiB. */
export const LARGEST_OUTPUT = 2 ** 31;

/** `gzip` (RFC 1952), or `deflate-raw` (RFC 1951), which zip archives hold. */
export type Compression = "gzip" | "deflate-raw";

/**
 * Decompresses everything.
 *
 * @param who the file, for messages
 * @param limit bytes of output; decompression stops as soon as it is passed
 * @throws HarmoniumError "format" when the data are damaged or cut short, "size" above the limit, "unsupported"
 *   without DecompressionStream
 */
export async function inflateAll(
  bytes: Uint8Array,
  compression: Compression,
  who: string,
  limit: number = LARGEST_OUTPUT,
): Promise<Uint8Array> {
  const { chunks, length } = await collect(bytes, compression, who, limit + 1);
  if (length > limit) {
    throw refuse("size", {
      who,
      got: `${bytes.length} compressed bytes that unpack to more than ${limit}`,
      expected: `at most ${limit}`,
      wayOut: "If the file is what it should be, unpack it and read the unpacked file.",
    });
  }
  return join(chunks, length);
}

/** Decompresses the first `length` bytes of output, or all where there are fewer; errors as {@link inflateAll}. */
export async function inflateHead(
  bytes: Uint8Array,
  compression: Compression,
  who: string,
  length: number,
): Promise<Uint8Array> {
  const collected = await collect(bytes, compression, who, length);
  return join(collected.chunks, collected.length).subarray(0, length);
}

/** Chunks of output until there are `enough` bytes or the stream ends. */
async function collect(
  bytes: Uint8Array,
  compression: Compression,
  who: string,
  enough: number,
): Promise<{ chunks: Uint8Array[]; length: number }> {
  const stream = openStream(compression, who);
  const writer = stream.writable.getWriter();
  // A failed write fails the readable side too, where it is reported.
  writer.closed.catch(() => {});
  writer
    .write(bytes as Uint8Array<ArrayBuffer>)
    .then(() => writer.close())
    .catch(() => {});
  const reader = stream.readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < enough) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      length += value.length;
    }
  } catch (cause) {
    throw damaged(compression, who, cause);
  } finally {
    await reader.cancel().catch(() => {});
  }
  return { chunks, length };
}

function openStream(compression: Compression, who: string): DecompressionStream {
  try {
    return new DecompressionStream(compression);
  } catch (cause) {
    throw refuse(
      "unsupported",
      {
        who,
        got: "compressed data on a platform without DecompressionStream",
        expected: `one that unpacks "${compression}"`,
        wayOut: "Unpack the file first and read the unpacked one.",
      },
      cause,
    );
  }
}

function damaged(compression: Compression, who: string, cause: unknown): HarmoniumError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return refuse(
    "format",
    {
      who,
      got: `compressed data that do not unpack (${reason})`,
      expected: compression === "gzip" ? "one whole gzip stream" : "one whole deflate stream",
      wayOut: "The file is damaged or cut short: fetch or write it again.",
    },
    cause,
  );
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
