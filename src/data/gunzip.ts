/** gzip files (RFC 1952). */

import { inflateAll, LARGEST_OUTPUT } from "./inflate.js";

/** Whether the bytes start as gzip does: 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file.
 *
 * @param bytes the whole file
 * @param name the file's name, for messages
 * @param limit bytes of output (2 GiB unless given); unpacking stops as soon as it is passed, so a gzip bomb costs no
 *   more
 * @throws HarmoniumError "format" when the file is not gzip, damaged, or cut short; "size" above the limit
 */
export async function gunzip(bytes: Uint8Array, name: string, limit: number = LARGEST_OUTPUT): Promise<Uint8Array> {
  return inflateAll(bytes, "gzip", name, limit);
}
