/** Filters along time, side by side: from the machines that runs keep at epochs 0, 1, 2, 4, 8, … and the last. */

import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { SignedLegend } from "../../parts/legend.js";
import type { Filters } from "./machine.js";
import type { Run } from "./run.js";

export function Kept({ runs }: { readonly runs: readonly Run[] }) {
  const open = useSignal(false);
  const position = useSignal(Number.POSITIVE_INFINITY);
  const id = useId();
  const keeping = runs.filter(({ history }) => (history?.length ?? 0) > 0);
  const others = runs.filter(({ history }) => (history?.length ?? 0) === 0);
  const epochs = [...new Set(keeping.flatMap(({ history }) => history ?? []))].sort((a, b) => a - b);
  const at = Math.min(position.value, epochs.length - 1);
  if (runs.length === 0) return null;
  return (
    <details
      class="kept"
      data-test="kept"
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>Filters along time ({epochs.length === 0 ? "none kept" : `${epochs.length} epochs`})</summary>
      {open.value && epochs.length > 0 && (
        <>
          <div class="history">
            <label for={id}>Epoch</label>
            <input
              id={id}
              type="range"
              min={0}
              max={epochs.length - 1}
              step={1}
              value={at}
              aria-valuetext={`epoch ${epochs[at]}`}
              onInput={({ currentTarget }) => {
                position.value = Number(currentTarget.value);
              }}
            />
            <output for={id}>{epochs[at]}</output>
          </div>
          <p class="caption">
            Weights from the visible units to each hidden one of the first layer. Runs keep the machine at epochs 0, 1,
            2, 4, 8, … and the last; in each run the colours are those of its last epoch’s scale, so that growth is
            seen.
          </p>
          <div class="panels">
            {keeping.map((run) => (
              <FiltersAt key={run.id} run={run} epoch={latestUpTo(run.history ?? [], epochs[at] as number)} />
            ))}
          </div>
        </>
      )}
      {open.value && others.length > 0 && (
        <p class="caption">{others.map(({ name }) => name).join(", ")}: no machine of an earlier epoch is kept.</p>
      )}
    </details>
  );
}

/** The last kept epoch that is not later; the first one where all are. */
export const latestUpTo = (history: readonly number[], epoch: number): number =>
  history.findLast((kept) => kept <= epoch) ?? (history[0] as number);

type Shown = { readonly filters: Filters; readonly epoch: number; readonly scale: number };

function FiltersAt({ run, epoch }: { readonly run: Run; readonly epoch: number }) {
  const shown = useSignal<Shown | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const last = run.history?.at(-1) as number;
  useEffect(() => {
    let wanted = true;
    const load = async () => {
      const { filtersOf, machineOf } = await import("./machine.js");
      const [now, end] = await Promise.all([epoch, last].map((each) => machineOf(run, each)));
      const [filters, ends] = [now, end].map((machine) => machine && filtersOf(machine, run.config));
      if (!wanted) return;
      problem.value = filters && ends ? undefined : `${run.name}: a machine of this kind has no filters.`;
      if (filters && ends) shown.value = { filters, epoch, scale: robustScale(ends.images) };
    };
    load().catch((error: Error) => {
      if (wanted) problem.value = error.message;
    });
    return () => {
      wanted = false;
    };
  }, [run.id, epoch, last]);
  if (problem.value) return <p class="notice">{problem.value}</p>;
  if (!shown.value) return <p>Reading {run.name} …</p>;
  const { filters, epoch: of, scale } = shown.value;
  const { count, hidden } = filters;
  return (
    <figure>
      <figcaption>
        <strong>{run.name}</strong>, epoch {of}
        {count < hidden && `, ${count} of ${hidden} hidden units`}
      </figcaption>
      <TileGrid
        {...filters}
        columns={Math.ceil(Math.sqrt(count))}
        colours="signed"
        scale={scale}
        label={`Weights of ${count} hidden units of ${run.name} at epoch ${of}.`}
        name={`kept ${run.id}`}
      />
      <SignedLegend scale={scale} of="weight" />
    </figure>
  );
}
