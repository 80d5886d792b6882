/**
 * Model files as they travel: all first bytes of their 4-byte words, then all second ones, and so on. Of rounded weights some planes are almost
 * empty, so gzip makes a tenth less of them. engine/shipped.ts undoes it.
 */
export function inPlanes(bytes) {
  const words = Math.floor(bytes.length / 4);
  const planes = Uint8Array.from(bytes);
  for (let i = 0; i < words; i++) for (let k = 0; k < 4; k++) planes[k * words + i] = bytes[4 * i + k];
  return planes;
}
