/** States of small binary systems as numbers: bit i of the code is unit i. */

import { refuse } from "../errors.js";

/** The state of a code, as 0/1 values [units]. */
export function stateOf(code: number, units: number): Uint8Array {
  return Uint8Array.from({ length: units }, (_, i) => Math.floor(code / 2 ** i) % 2);
}

/** The code of a state [units]. */
export function codeOf(state: ArrayLike<number>): number {
  let code = 0;
  for (let i = state.length - 1; i >= 0; i--) code = 2 * code + state[i];
  return code;
}

/** Throws "size" where a system has more than `most` units to enumerate; `instead` names what to use then. */
export function checkEnumerable(who: string, units: number, most: number, instead: string): void {
  if (units <= most) return;
  throw refuse("size", {
    who,
    got: `${units} units, 2^${units} states`,
    expected: `at most ${most} units`,
    wayOut: instead,
  });
}

/** log Σ e^x, in nats, without overflow; one value at a time. */
export function logSumExp(): { add(x: number): void; value(): number } {
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  return {
    add(x) {
      if (x <= most) {
        sum += Math.exp(x - most);
      } else {
        sum = sum * Math.exp(most - x) + 1;
        most = x;
      }
    },
    value: () => most + Math.log(sum),
  };
}
