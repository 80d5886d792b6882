/** What makes an estimate of log Z doubtful, said in words. */

import type { ForwardEstimate } from "./ais.js";
import type { LogMean } from "./log-weights.js";
import type { ReverseEstimate } from "./reverse-ais.js";
import type { Starts } from "./settled-chains.js";

/** Nats of standard deviation of log weights up to which the error of their mean can be read off them. */
const trusted = 1;
/** Fraction of the chains that effectively carry the estimate. */
const collapsed = 0.1;
const mixed = 1.1;
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
  if (!starts.exact && !(starts.rHat < mixed)) {
    const rHat = starts.rHat.toFixed(2);
    warnings.push(
      `The chains that the reverse estimate starts from have not mixed (R̂ = ${rHat}): its end of the bracket may be too low. ` +
        "Give them more sweeps.",
    );
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
  if (deviation <= trusted && effectiveSampleSize >= collapsed * chains) return undefined;
  const few = `${effectiveSampleSize.toFixed(1)} of ${chains} chains carry the estimate`;
  return (
    `The ${name} log weights spread by ${deviation.toFixed(2)} nats (${trusted} is trusted): ${few}, and its error is ` +
    "underestimated. Use more temperatures."
  );
}
