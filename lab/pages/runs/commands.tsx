/** The commands of the chosen runs: that which began each, and for one that stopped that which goes on with it. */

import { CopyButton } from "../../parts/copy-button.js";
import type { Run } from "./run.js";

export function commandsOf({ config, resume }: Run): { readonly what: string; readonly command: string }[] {
  const began = config?.["command"];
  return [
    ...(typeof began === "string" && began !== "" ? [{ what: "Began with", command: began }] : []),
    ...(resume ? [{ what: "Goes on with", command: resume }] : []),
  ];
}

export function Commands({ runs }: { readonly runs: readonly Run[] }) {
  const all = runs.flatMap((run) => commandsOf(run).map((each) => ({ run, ...each })));
  if (all.length === 0) return null;
  return (
    <section class="commands" aria-label="Commands">
      <h2>Commands</h2>
      {all.map(({ run, what, command }) => (
        <div key={`${run.id} ${what}`} class="share">
          <span>
            <strong>{run.name}</strong> {what.toLowerCase()}
          </span>
          <CopyButton text={() => command} label={`Copy the command that ${run.name} ${what.toLowerCase()}`}>
            Copy
          </CopyButton>
          <code class="command" data-test="command">
            {command}
          </code>
        </div>
      ))}
    </section>
  );
}
