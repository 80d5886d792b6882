/** The energy of a network's states along its run. */
import { refuse } from "../../src/index.js";
import type { CurveLine, Reference } from "./curve-series.js";
import type { Themed, Wording } from "./frame.js";
import { learningCurves } from "./learning-curves.js";
import { grouped } from "./numbers.js";

export interface EnergyTraceInput extends Wording, Themed {
  /** Time steps at which the energy was taken, rising. */
  readonly times: ArrayLike<number>;
  /** E(s) of one chain at these times. */
  readonly chain: ArrayLike<number>;
  /** ⟨E⟩ over all chains at these times, where there are several. */
  readonly mean?: ArrayLike<number>;
  /** How many chains the mean is over. */
  readonly chains?: number;
  /** ⟨E⟩ of the law, where it is known. */
  readonly exact?: number;
  /** Where stages begin: a temperature, the states that are kept. */
  readonly moments?: readonly Reference[];
}

/** Points that a line of this width can show. */
const mostPoints = 1200;

/**
 * One chain's energy and the mean over chains against time, with the exact mean as a dashed line.
 *
 * @returns PNG bytes.
 * @throws HarmoniumError of kind `shape` for as many energies as there are not times, of kind `data` for NaN or no time at all.
 */
export async function energyTrace(input: EnergyTraceInput): Promise<Uint8Array> {
  const { times, chain, mean, chains = 1, exact, moments = [], ...rest } = input;
  for (const [who, values] of [["chain", chain] as const, ...(mean ? [["mean", mean] as const] : [])]) {
    if (values.length === times.length) continue;
    const got = `${values.length} energies`;
    throw refuse("shape", { who: `energyTrace: ${who}`, got, expected: `${times.length}, one a time` });
  }
  const stride = Math.max(1, Math.ceil(times.length / mostPoints));
  const lines: CurveLine[] = [{ name: "one chain", points: thinned(times, chain, stride) }];
  if (mean) lines.push({ name: `mean of ${grouped(chains)}`, points: thinned(times, mean, stride) });
  const references = exact === undefined ? [] : [{ name: "exact mean", value: exact }];
  const unit = stride === 1 ? "E / T is in nats" : "E / T is in nats; a part of the values is drawn";
  return learningCurves({
    title: "Energy",
    ...rest,
    xName: "time step",
    series: [{ title: "E(s)", unit, lines, references, moments }],
  });
}

function thinned(times: ArrayLike<number>, values: ArrayLike<number>, stride: number): [number, number][] {
  return Array.from({ length: Math.ceil(times.length / stride) }, (_, n) => [
    times[n * stride] as number,
    values[n * stride] as number,
  ]);
}
