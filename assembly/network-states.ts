// Bits of states, turned over: from a word a chain to a word a unit, and back.

/** Sixteen words of sixteen bits, transposed: bit c of word u is bit u of word c. */
export function transpose(to: usize, low: v128, high: v128): void {
  for (let u = 15; u >= 0; u--) {
    // bit u of eight words is their sign bit now
    store<u16>(to + (<usize>u << 1), <u16>(i16x8.bitmask(low) | (i16x8.bitmask(high) << 8)));
    low = i16x8.shl(low, 1);
    high = i16x8.shl(high, 1);
  }
}
