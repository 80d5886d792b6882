/** Runs of an experiment, watched: the progress line, JSON lines, and Ctrl+C. */

import { INTERRUPTED, interruptible } from "../interrupts.js";
import { plural, printJson, talk } from "../output.js";
import { runsView } from "./progress.js";
import { runMany } from "./workers.js";

interface WatchOptions<Result> {
  readonly threads: number;
  readonly json?: true;
  /** What the progress line says of the results so far. */
  readonly told: (results: readonly Result[]) => readonly string[];
  /** A measure of each run that is done, for its sparkline. */
  readonly values: (results: readonly Result[]) => readonly number[];
}

/** A result without its machine: what is told of a run. */
export function toldOf<Result extends { readonly machine: unknown }>({ machine: _, ...told }: Result) {
  return told;
}

/**
 * Does the tasks on threads that serve `file` and shows how they go; gives the results in the order of the runs. After Ctrl+C those that are
 * done, the exit code being set and said.
 */
export async function watchRuns<
  Task,
  Progress extends { readonly run: number; readonly share: number },
  Result extends { readonly run: number; readonly machine: unknown },
>(file: URL, tasks: readonly Task[], { threads, json, told, values }: WatchOptions<Result>): Promise<Result[]> {
  const started = performance.now();
  const view = runsView({ plain: json === true && process.stdout.isTTY });
  const going = new Map<number, number>();
  const results: Result[] = [];
  const show = (): void => {
    const seconds = (performance.now() - started) / 1000;
    const so = { told: told(results), values: values(results) };
    view.show({ runs: tasks.length, done: results.length, going, seconds, ...so });
  };
  await interruptible(
    (signal) =>
      runMany<Task, Progress, Result>(file, tasks, {
        threads,
        signal,
        onProgress({ run, share }) {
          going.set(run, share);
          show();
        },
        onResult(result) {
          going.delete(result.run);
          results.push(result);
          show();
          if (json) printJson({ kind: "run", ...toldOf(result) });
        },
      }),
    "Stopping; what is done is told. Once more stops at once.",
  ).finally(view.end);
  if (results.length < tasks.length) {
    process.exitCode = INTERRUPTED;
    const rest = results.length === 0 ? "nothing is done" : "what follows is of these";
    talk(`Stopped after ${results.length} of ${plural(tasks.length, "run")}; ${rest}.`);
  }
  return results.sort((a, b) => a.run - b.run);
}
