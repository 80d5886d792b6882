/** How the settings of the chosen runs differ; what is otherwise than in most runs is marked. */

import type { Run } from "./run.js";
import { differencesOf } from "./settings.js";

export function Differences({ runs }: { readonly runs: readonly Run[] }) {
  if (runs.length < 2) return <p>Choose two runs or more to see how their settings differ.</p>;
  const differences = differencesOf(runs);
  if (differences.length === 0) return <p>These runs have the same settings.</p>;
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Settings that differ">
        <table>
          <thead>
            <tr>
              <th scope="col">setting</th>
              {runs.map(({ id, name }) => (
                <th key={id} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map(({ setting, values, odd }) => (
              <tr key={setting}>
                <th scope="row">{setting}</th>
                {values.map((value, i) => (
                  <td key={runs[i]?.id}>{odd[i] ? <mark>{value}</mark> : value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="caption">Marked is what differs from most of the runs, or from the first one; – is not set.</p>
    </>
  );
}
