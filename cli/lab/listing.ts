/**
 * The list of runs as it changes: each change has a number, so that a page that has heard of some of them hears of the later ones only. The numbers
 * are of this server: what another one counted says nothing here.
 */

import { randomBytes } from "node:crypto";
import type { Catalog } from "./catalog.js";

/** Runs that are gone are remembered, for those who have not heard; so many at most. */
const MOST_GONE = 10_000;

export interface Change {
  readonly id: string;
  /** The summary as JSON; none where the run is gone. */
  readonly text: string | undefined;
}

export interface News {
  /** The changes are all runs there are: what a page knows besides is no more. */
  readonly whole: boolean;
  readonly changes: readonly Change[];
  /** What to ask with the next time. */
  readonly mark: string;
}

export interface Listing {
  /** What has changed since a mark of this listing; all that there is for any other. */
  since(mark: string | undefined): Promise<News>;
}

export function listingOf(catalog: Catalog): Listing {
  const server = randomBytes(4).toString("hex");
  const known = new Map<string, { readonly text: string | undefined; readonly at: number }>();
  let [now, forgotten, gone] = [0, 0, 0];

  async function look(): Promise<void> {
    const summaries = await catalog.summaries();
    const there = new Set(summaries.map(({ id }) => id));
    for (const summary of summaries) {
      const text = JSON.stringify(summary);
      const old = known.get(summary.id);
      if (old?.text === text) continue;
      if (old && old.text === undefined) gone--;
      known.delete(summary.id);
      known.set(summary.id, { text, at: ++now });
    }
    for (const [id, { text }] of [...known]) {
      if (text === undefined || there.has(id)) continue;
      known.delete(id);
      known.set(id, { text: undefined, at: ++now });
      gone++;
    }
    if (gone <= MOST_GONE) return;
    for (const [id, { text }] of [...known]) if (text === undefined) known.delete(id);
    [gone, forgotten] = [0, now];
  }

  return {
    async since(mark) {
      await look();
      const [, of, count = ""] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(mark ?? "") ?? [];
      const from = of === server && Number(count) <= now && Number(count) >= forgotten ? Number(count) : undefined;
      const all = [...known].map(([id, { text, at }]) => ({ id, text, at }));
      const changes = all.filter(({ text, at }) => (from === undefined ? text !== undefined : at > from));
      return { whole: from === undefined, changes, mark: `${server}-${now}` };
    },
  };
}
