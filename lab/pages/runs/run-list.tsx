/** The list of runs: sorted, filtered by words, states as word and shape; a thousand of them stay fluid, for few are drawn at once. */

import { type Signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Choice } from "../../parts/controls.js";
import { fields } from "./fields.js";
import { MOST_CHOSEN, type Run, shapeOf, sortedRuns } from "./run.js";
import { Swatch } from "./swatch.js";

const DRAWN = 50;
/** From so many on there is a field to filter them. */
const MANY = 8;

interface RunListProps {
  readonly runs: ReadonlyMap<string, Run>;
  readonly chosen: readonly Run[];
  readonly slots: ReadonlyMap<string, number>;
  readonly sort: Signal<"newest" | "name">;
  readonly toggle: (id: string) => void;
  readonly unselectAll: () => void;
}

export function RunList({ runs, chosen, slots, sort, toggle, unselectAll }: RunListProps) {
  const words = useSignal("");
  const most = useSignal(DRAWN);
  const sorted = useMemo(() => sortedRuns(runs.values(), sort.value), [runs, sort.value]);
  if (sorted.length === 0) return null;
  const parts = words.value.toLowerCase().split(/\s+/);
  const found = sorted.filter(({ name, kind, state }) => {
    const text = `${name} ${kind ?? ""} ${state}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
  const drawn = found.slice(0, most.value);
  const full = chosen.length >= MOST_CHOSEN;
  return (
    <section class="run-list" aria-label="Runs">
      <div class="tools-of-runs">
        {sorted.length > MANY && (
          <label class="filter">
            Filter {sorted.length.toLocaleString("en")} runs{" "}
            <input
              type="text"
              data-test="filter"
              value={words.value}
              placeholder="name, kind or state"
              onInput={({ currentTarget }) => {
                words.value = currentTarget.value;
                most.value = DRAWN;
              }}
            />
          </label>
        )}
        {sorted.length > 1 && (
          <Choice label="Sort" field={fields.sort} value={sort} names={{ newest: "newest first", name: "by name" }} />
        )}
        <button type="button" data-test="unselect-all" disabled={chosen.length === 0} onClick={unselectAll}>
          Unselect all
        </button>
      </div>
      <fieldset class="runs">
        <legend>Runs</legend>
        {drawn.map((run) => {
          const isChosen = chosen.some(({ id }) => id === run.id);
          return (
            <label key={run.id}>
              <input type="checkbox" checked={isChosen} disabled={full && !isChosen} onChange={() => toggle(run.id)} />
              {isChosen && <Swatch slot={slots.get(run.id) ?? 0} />}
              <strong>{run.name}</strong>
              <span>{aboutOf(run)}</span>
            </label>
          );
        })}
        {drawn.length === 0 && <p>No run has these words.</p>}
        {found.length > drawn.length && (
          <button
            type="button"
            data-test="more-runs"
            onClick={() => {
              most.value += 4 * DRAWN;
            }}
          >
            {(found.length - drawn.length).toLocaleString("en")} more; show{" "}
            {Math.min(4 * DRAWN, found.length - drawn.length)}
          </button>
        )}
      </fieldset>
      {full && (
        <p class="caption">
          {MOST_CHOSEN} runs are chosen: as many as can be told apart. Unselect one to choose another.
        </p>
      )}
    </section>
  );
}

function aboutOf({ problem, kind, state, last }: Run): string {
  if (problem !== undefined) return problem;
  const epoch = last?.["epoch"];
  return `${kind ?? "run"}, ${shapeOf[state]} ${state}${typeof epoch === "number" ? `, epoch ${epoch}` : ""}`;
}
