/** Runs from the reader's disk. */

import { useSignal } from "@preact/signals";
import { FileInput } from "../../parts/file-input.js";
import { type FoundRun, runsFromFiles } from "./files.js";

export function FromDisk({ take }: { readonly take: (found: readonly FoundRun[]) => void }) {
  const problems = useSignal<readonly string[]>([]);
  const open = async (files: readonly File[]) => {
    const { found, problems: said } = await runsFromFiles(files);
    problems.value = said;
    if (found.length > 0) take(found);
  };
  return (
    <>
      <h2>From your disk</h2>
      <FileInput folder test="open-folder" onFiles={open}>
        The folder of a run
      </FileInput>
      <FileInput multiple accept=".jsonl,.json" test="open-files" onFiles={open}>
        or its metrics.jsonl and config.json
      </FileInput>
      {problems.value.map((problem) => (
        <p key={problem} class="notice" role="alert">
          {problem}
        </p>
      ))}
    </>
  );
}
