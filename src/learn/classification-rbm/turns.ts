/** Cases that come again and again, in a new order each time: the n-th so many of them, whatever came before. */

import { randomStream, shuffledOrder } from "../../random/stream.js";

/** A function of n: cases n · size … (n + 1) · size − 1 of one shuffled order of `rows` after the other. */
export function inTurns(rows: Uint32Array, size: number, seed: number): (n: number) => Uint32Array {
  let pass = -1;
  let order: Uint32Array = new Uint32Array(0);
  return (n) =>
    Uint32Array.from({ length: size }, (_, i) => {
      const at = n * size + i;
      const now = Math.floor(at / rows.length);
      if (now !== pass) [pass, order] = [now, shuffledOrder(randomStream(seed, "shuffle", now), rows.length)];
      return rows[order[at % rows.length] as number] as number;
    });
}
