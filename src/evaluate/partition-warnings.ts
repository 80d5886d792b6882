/** What makes an estimate of log Z doubtful, said in words. */

import type { ForwardEstimate } from "./ais.js";
import type { LogMean } from "./log-weights.js";
import type { ReverseEstimate } from "./reverse-ais.js";
import type { Starts } from "./settled-chains.js";

/** Nats of standard deviation of log weights up to which the error of their mean can be read off them. */
const trusted = 1;
/** Fraction of the chains that ought to carry the estimate where the log weights spread by more; and however they spread. */
const carried = { spread: 1 / 3, always: 1 / 10 };
/** R̂ of chains whose halves are 1.5 autocorrelation times long, and so have seen next to nothing of each other's places. */
const mixed = 1.5;
const stationary = 4;
const wide = 1;

interface Bracket {
  readonly forward: ForwardEstimate;
  readonly reverse: ReverseEstimate;
  readonly starts: Starts;
  readonly lower: number;
  readonly upper: number;
}

/** One sentence or two for each doubt; none where the two directions tell the same with even weights. */
export function warningsAbout(estimate: Bracket): string[] {
  const { forward, reverse, starts, lower, upper } = estimate;
  const warnings = [spread("forward", forward), spread("reverse", reverse)].filter((text) => text !== undefined);
  const gap = forward.value - reverse.value;
  const error = Math.hypot(forward.error, reverse.error);
  if (Math.abs(gap) > 3 * error || !Number.isFinite(error)) {
    const how = gap > 0 ? "above" : "below";
    const size = `${Math.abs(gap).toFixed(2)} nats ${how} the reverse one, ${(Math.abs(gap) / error).toFixed(1)} standard errors`;
    warnings.push(`The two directions disagree: the forward estimate is ${size}. Use more temperatures.`);
  }
  const rHat = starts.rHat.toFixed(2);
  const cure = "Its end of the bracket may be wrong. Give them more sweeps.";
  if (!starts.exact && !(starts.rHat < mixed)) {
    warnings.push(`The chains that the reverse estimate starts from have not mixed (R̂ = ${rHat}). ${cure}`);
  } else if (!(Math.abs(starts.drift) < stationary)) {
    const size = `${Math.abs(starts.drift).toFixed(1)} standard errors`;
    warnings.push(`The chains that the reverse estimate starts from still drift (by ${size}). ${cure}`);
  }
  if (upper - lower > wide) {
    warnings.push(
      `The bracket is ${(upper - lower).toFixed(1)} nats wide. Use more chains, or more temperatures where weights are uneven.`,
    );
  }
  return warnings;
}

function spread(
  name: string,
  { deviation, effectiveSampleSize, chains }: LogMean & { readonly chains: number },
): string | undefined {
  const least = deviation > trusted ? carried.spread : carried.always;
  if (effectiveSampleSize >= least * chains) return undefined;
  const few = `${effectiveSampleSize.toFixed(1)} of ${chains} chains carry the estimate`;
  return (
    `The ${name} log weights spread by ${deviation.toFixed(2)} nats (${trusted} is trusted): ${few}, and its error is ` +
    "underestimated. Use more temperatures."
  );
}
