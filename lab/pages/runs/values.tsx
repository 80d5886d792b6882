/** The key of the curves: each run with its colour and dash, and its values where the reader points, or at last. */

import type { Signal } from "@preact/signals";
import { shortNumber } from "../../parts/formula.js";
import { type Panel, placeText, valueAt } from "./charts.js";
import { nearest } from "./curve.js";
import { type Run, shapeOf } from "./run.js";
import { Swatch } from "./swatch.js";
import type { RunTable } from "./table.js";

interface ValuesProps {
  readonly runs: readonly Run[];
  readonly tables: readonly RunTable[];
  readonly panels: readonly Panel[];
  readonly slots: ReadonlyMap<string, number>;
  readonly over: string;
  readonly at: Signal<number | undefined>;
  readonly unselect: (id: string) => void;
}

export function Values({ runs, tables, panels, slots, over, at, unselect }: ValuesProps) {
  const place = at.value;
  const brackets = panels.some(({ lines }) => lines.some(({ curve }) => curve.lower));
  const raw = panels.some(({ lines }) => lines.some(({ curve, y }) => curve.y !== y));
  return (
    <div class="scroll values" tabIndex={0} role="region" aria-label="Values of the curves">
      <table data-test="values">
        <caption>
          {place === undefined ? "At last" : `At ${over} ${shortNumber(place)}, the nearest point of each`}
          {brackets && "; a band is the bracket of log Z from both sides"}
          {raw && "; faint lines are not smoothed"}
        </caption>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">{over}</th>
            {panels.map(({ metric }) => (
              <th key={metric} scope="col">
                {metric}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, row) => (
            <tr key={run.id}>
              <th scope="row">
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Unselect ${run.name}`}
                  onClick={() => unselect(run.id)}
                >
                  ×
                </button>
                <Swatch slot={slots.get(run.id) ?? 0} /> {run.name}{" "}
                <span class="state">
                  {shapeOf[run.state]} {run.state}
                </span>
              </th>
              <td>{placeOf(panels, row, place)}</td>
              {panels.map(({ metric, lines }) => {
                const line = lines[row];
                const table = tables[row];
                return (
                  <td key={metric}>
                    {line && line.y.length > 0
                      ? valueAt(line.curve, line.y, place)
                      : table && table.length > 0
                        ? table.odd.has(metric)
                          ? "never finite"
                          : "not recorded"
                        : "no record yet"}
                    {oddOf(table, metric)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {tables.map(
        ({ damaged }, i) =>
          damaged > 0 && (
            <p key={runs[i]?.id} class="caption">
              {runs[i]?.name}: {damaged} {damaged === 1 ? "line is no record and is" : "lines are no records and are"}{" "}
              left out.
            </p>
          ),
      )}
    </div>
  );
}

function placeOf(panels: readonly Panel[], row: number, at: number | undefined): string {
  const x = panels.map(({ lines }) => lines[row]?.curve.x ?? []).find(({ length }) => length > 0);
  if (!x) return "–";
  return placeText(x[at === undefined ? x.length - 1 : nearest(x, at)] as number);
}

function oddOf(table: RunTable | undefined, metric: string): string {
  const count = table?.columns.has(metric) ? (table.odd.get(metric) ?? 0) : 0;
  return count > 0 ? ` (${count}× not finite)` : "";
}
