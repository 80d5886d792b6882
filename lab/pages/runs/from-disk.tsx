/** Runs from the reader's disk. */

import { useSignal } from "@preact/signals";
import { type FoundRun, runsFromFiles } from "./files.js";

export function FromDisk({ take }: { readonly take: (found: readonly FoundRun[]) => void }) {
  const problems = useSignal<readonly string[]>([]);
  const open = async (list: FileList | null) => {
    const { found, problems: said } = await runsFromFiles([...(list ?? [])]);
    problems.value = said;
    if (found.length > 0) take(found);
  };
  return (
    <>
      <h2>From your disk</h2>
      <p>
        <label>
          The folder of a run{" "}
          <input
            type="file"
            data-test="open-folder"
            {...{ webkitdirectory: true }}
            onChange={({ currentTarget }) => open(currentTarget.files)}
          />
        </label>
      </p>
      <p>
        <label>
          or its metrics.jsonl and config.json{" "}
          <input
            type="file"
            data-test="open-files"
            multiple
            accept=".jsonl,.json"
            onChange={({ currentTarget }) => open(currentTarget.files)}
          />
        </label>
      </p>
      {problems.value.map((problem) => (
        <p key={problem} class="notice" role="alert">
          {problem}
        </p>
      ))}
    </>
  );
}
