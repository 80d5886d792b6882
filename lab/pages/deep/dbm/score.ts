/** How probable held-out digits are to the machine, at least; and without its second layer. */

import { type Dbm, dbmBound, type LogPartition, takeCases } from "#src/index.js";
import { loadDigits } from "../../../engine/shipped.js";

export interface Score {
  /** The mean bound on ln P(v), nats a digit, and what it is in by the bracket of ln Z. */
  readonly bound: number;
  readonly lower: number;
  readonly upper: number;
  /** The same with all weights of the second bond 0. */
  readonly without: number;
  readonly cases: number;
  readonly logPartition: LogPartition;
}

export async function score(dbm: Dbm, most = 500): Promise<Score> {
  const held = takeCases(await loadDigits("test"), most);
  const options = { baseData: await loadDigits("train"), threads: 1, seed: 1, chains: 50 };
  const [W, above] = dbm.weights as [Float32Array, Float32Array];
  const { mean: bound, lower, upper, logPartition } = await dbmBound(dbm, held, options);
  const cut: Dbm = { ...dbm, weights: [W, new Float32Array(above.length)] };
  const { mean: without } = await dbmBound(cut, held, options);
  return { bound, lower, upper, without, cases: held.cases, logPartition };
}
