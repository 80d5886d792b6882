/** The machine as a file, out and in. */

import { type Signal, useSignal } from "@preact/signals";
import type { Client } from "../../engine/client.js";
import { download } from "../../parts/download.js";
import { FileInput } from "../../parts/file-input.js";
import type { DigitsView } from "./engine.js";

interface ModelFileProps {
  readonly engine: Client<DigitsView>;
  /** Whether the run began from a file. */
  readonly opened: boolean;
  readonly hidden: Signal<number>;
  /** What the file to take away is called after. */
  readonly name: string;
  /** After the machine that runs begin from has changed. */
  readonly onChange: () => void;
}

export function ModelFile({ engine, opened, hidden, name, onChange }: ModelFileProps) {
  const said = useSignal("");
  const open = async ([file]: readonly File[]) => {
    if (!file) return;
    engine.pause();
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      hidden.value = await engine.ask<number>({ what: "open", bytes });
      said.value = `${file.name} is open: runs begin from it. The link and the command do not hold it.`;
      onChange();
    } catch (error) {
      said.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <section class="share" aria-label="Model file">
      <button
        type="button"
        data-test="download"
        onClick={async () =>
          download(`${name}.safetensors`, await engine.ask<Uint8Array<ArrayBuffer>>({ what: "model" }))
        }
      >
        Download the model
      </button>
      <FileInput accept=".safetensors" test="open" onFiles={(files) => void open(files)}>
        Begin from a model file
      </FileInput>
      {opened && (
        <button
          type="button"
          onClick={async () => {
            await engine.ask({ what: "forget" });
            said.value = "Runs begin from random weights again.";
            onChange();
          }}
        >
          Begin from random weights
        </button>
      )}
      <output aria-live="polite">{said.value}</output>
    </section>
  );
}
