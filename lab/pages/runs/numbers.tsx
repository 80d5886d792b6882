/** The curves as tables: at most 200 rows a run. */

import { shortNumber } from "../../parts/formula.js";
import type { Panel } from "./charts.js";

const ROWS = 200;

export function Numbers({ panels, over }: { readonly panels: readonly Panel[]; readonly over: string }) {
  return (
    <details>
      <summary>Numbers</summary>
      {panels.map((panel) => (
        <div
          key={panel.metric}
          class="scroll"
          tabIndex={0}
          role="region"
          aria-label={`${panel.metric} of the chosen runs`}
        >
          <table>
            <thead>
              <tr>
                <th scope="col">run</th>
                <th scope="col">{over}</th>
                <th scope="col">{panel.metric}</th>
              </tr>
            </thead>
            <tbody>{panel.lines.flatMap(rowsOf)}</tbody>
          </table>
        </div>
      ))}
    </details>
  );
}

function rowsOf({ name, curve, y }: Panel["lines"][number]) {
  const every = Math.max(1, Math.ceil(y.length / ROWS));
  const rows = [];
  for (let i = 0; i < y.length; i++) {
    if (i % every !== 0 && i !== y.length - 1) continue;
    rows.push(
      <tr key={`${name} ${i}`}>
        <td>{name}</td>
        <td>{shortNumber(curve.x[i] as number)}</td>
        <td>{shortNumber(y[i] as number)}</td>
      </tr>,
    );
  }
  return rows;
}
