/** How probable held-out digits are to the machine, at least; and without its second layer. */

import { type Dbm, type DbmBound, dbmBound, takeCases } from "#src/index.js";
import { loadDigits } from "../../../engine/shipped.js";

/** The mean bound on ln P(v), nats a digit, and what it is in by the bracket of ln Z. */
type Bound = Pick<DbmBound, "mean" | "lower" | "upper">;

export interface Score {
  readonly whole: Bound;
  /** With all weights of the second bond 0. */
  readonly cut: Bound;
  readonly cases: number;
}

export async function score(dbm: Dbm, most = 500): Promise<Score> {
  const held = takeCases(await loadDigits("test"), most);
  const options = { baseData: await loadDigits("train"), threads: 1, seed: 1, chains: 50 };
  const bound = async (machine: Dbm): Promise<Bound> => {
    const { mean, lower, upper } = await dbmBound(machine, held, options);
    return { mean, lower, upper };
  };
  const cut: Dbm = { ...dbm, weights: dbm.weights.map((W, l) => (l === 0 ? W : new Float32Array(W.length))) };
  return { whole: await bound(dbm), cut: await bound(cut), cases: held.cases };
}
