/** A model file of the reader's own; it stays on this machine. What is wrong with it is said in words. */

import { useSignal } from "@preact/signals";
import type { Client } from "../../engine/client.js";
import { FileInput } from "../../parts/file-input.js";
import type { DrawCommand } from "./engine.js";

interface OwnModelProps {
  readonly engine: Client<unknown>;
  readonly onTaken: () => void;
}

export function OwnModel({ engine, onTaken }: OwnModelProps) {
  const says = useSignal("");
  const take = async ([file]: readonly File[]) => {
    if (!file) return;
    says.value = "Reading …";
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const command: DrawCommand = { what: "model", bytes, file: file.name };
      const hidden = await engine.ask<number>(command);
      says.value = `${file.name}: an RBM of 784 × ${hidden} units, beside the others now.`;
      onTaken();
    } catch (error) {
      says.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <div class="own-model">
      <FileInput accept=".safetensors" test="own-model" onFiles={(files) => void take(files)}>
        A model file of your own (.safetensors)
      </FileInput>
      <p class="caption" role="status" data-test="own-model-says">
        {says.value || "An RBM with 784 visible units, such as harmonium train rbm writes. It is not in the link."}
      </p>
    </div>
  );
}
