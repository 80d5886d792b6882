/** Cutting the cases of a data set into runs of limited length. */

/** Consecutive rows 0 … cases − 1 in chunks of at most `size`. */
export function* chunks(cases: number, size: number): Generator<Uint32Array> {
  for (let start = 0; start < cases; start += size) {
    yield Uint32Array.from({ length: Math.min(size, cases - start) }, (_, i) => start + i);
  }
}
