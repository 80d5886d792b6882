/** The progress line of many runs. */

import { clock, fittedLine, livingLine, type ProgressParts, percent } from "../progress.js";

/** How many runs are done, and how far those are that go on. */
export interface RunsProgress {
  readonly runs: number;
  readonly done: number;
  /** Shares of the runs that go on, by their numbers. */
  readonly going: ReadonlyMap<number, number>;
  readonly seconds: number;
  /** What there is to tell so far, such as "15 solved". */
  readonly told: readonly string[];
  /** A measure of each run that is done, for the sparkline. */
  readonly values: readonly number[];
}

export function runsParts({ runs, done, going, seconds, told, values }: RunsProgress): ProgressParts {
  const begun = [...going.values()].reduce((sum, share) => sum + share, 0);
  const share = (done + begun) / runs;
  const time =
    share < 1
      ? `eta ${clock(seconds > 3 && share > 0 ? (seconds * (1 - share)) / share : Number.POSITIVE_INFINITY)}`
      : `in ${clock(seconds)}`;
  const parts = [`run ${Math.min(runs, done + 1)}/${runs}`, percent(share).padStart(5), ...told, time];
  return { parts, share, values };
}

/** Shows the progress of runs on standard error: a living line, or a line every two seconds. */
export function runsView({ plain }: { readonly plain: boolean }) {
  const view = livingLine(process.stderr, { plain });
  return {
    show(progress: RunsProgress): void {
      view.show({
        line: (width, colour) => fittedLine(runsParts(progress), width, colour),
        plain: () =>
          runsParts(progress)
            .parts.map((part) => part.trim())
            .join(", "),
        logged: progress.done === progress.runs ? "yes" : "perhaps",
      });
    },
    end: view.end,
  };
}
