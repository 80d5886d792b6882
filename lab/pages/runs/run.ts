/** A run as the page has it, wherever it came from: the server of `harmonium lab`, files from the disk, the lab's examples. */

export type RunRecord = Readonly<Record<string, unknown>>;

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly kind?: string;
  readonly config?: RunRecord;
  /** Why its config.json cannot be read. */
  readonly problem?: string;
  /** "gone": its folder is no more, its curves are still here. */
  readonly state: "running" | "finished" | "stopped" | "gone" | "from disk" | "example";
  /** When it began, ms since 1970. */
  readonly begun?: number;
  readonly figures: readonly string[];
  /** Epochs whose machine is kept. */
  readonly history?: readonly number[];
  readonly report?: boolean;
  readonly resume?: string;
  readonly last?: RunRecord;
  /** The machine of a kept epoch, where it is not the server's to give. */
  readonly machineAt?: (epoch: number) => Promise<Uint8Array>;
}

/** Whether the server knows it. */
export const isServers = ({ state }: Run): boolean => state !== "from disk" && state !== "example";

/** A shape for each state, beside its word. */
export const shapeOf: Readonly<Record<Run["state"], string>> = {
  running: "▶",
  finished: "■",
  stopped: "‖",
  gone: "×",
  "from disk": "▤",
  example: "◇",
};

/** So many curves can still be told apart, and so many runs the server tells of at once. */
export const MOST_CHOSEN = 16;

const collator = new Intl.Collator("en", { numeric: true });

/** By name, or those that began last first; the lab's examples behind all others. */
export function sortedRuns(runs: Iterable<Run>, by: "newest" | "name"): Run[] {
  const all = [...runs];
  const examples = (run: Run) => (run.state === "example" ? 1 : 0);
  return all.sort(
    (a, b) =>
      examples(a) - examples(b) ||
      (by === "newest" ? (b.begun ?? 0) - (a.begun ?? 0) : 0) ||
      collator.compare(a.name, b.name),
  );
}

/** A number for each run, which says its colour and dash: a run keeps its own while others come and go. */
export function slotsOf(before: ReadonlyMap<string, number>, ids: readonly string[]): ReadonlyMap<string, number> {
  const slots = new Map(ids.flatMap((id) => (before.has(id) ? [[id, before.get(id) as number]] : [])));
  const taken = new Set(slots.values());
  let free = 0;
  for (const id of ids) {
    if (slots.has(id)) continue;
    while (taken.has(free)) free++;
    taken.add(free);
    slots.set(id, free);
  }
  return slots;
}
