/** Which runs and metrics are shown: as the link says, else what a reader would look for first. */

import { MOST_METRICS } from "./fields.js";
import { MOST_CHOSEN, type Run, sortedRuns } from "./run.js";

/** In the link, for nothing chosen: an empty field is no choice yet. */
export const NONE = "-";

/**
 * The chosen runs. Without a choice: the latest one of when the page opened, `first`, for another that begins must not take its place; or, where
 * there are only the lab's examples, these.
 */
export function chosenRuns(runs: ReadonlyMap<string, Run>, link: string, first: string | undefined): Run[] {
  if (link === NONE) return [];
  if (link !== "") {
    return [...new Set(link.split(","))].flatMap((id) => runs.get(id) ?? []).slice(0, MOST_CHOSEN);
  }
  const kept = first === undefined ? undefined : runs.get(first);
  const sorted = sortedRuns(runs.values(), "newest");
  const own = sorted.filter(({ state }) => state !== "example");
  const latest = kept ?? own.find(({ state }) => state === "running") ?? own[0];
  return latest ? [latest] : sorted.slice(0, MOST_CHOSEN);
}

/** The metrics of the link that are there, else the first one that is. One that no run has is left to the words beside it. */
export function chosenMetrics(metrics: readonly string[], link: string): string[] {
  const wanted = [...new Set(link.split(","))].filter((name) => metrics.includes(name)).slice(0, MOST_METRICS);
  return wanted.length > 0 ? wanted : metrics.slice(0, 1);
}
