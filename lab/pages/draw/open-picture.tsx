/** A picture of the reader's own onto the pad; it stays on this machine. What is wrong with it is said in words. */

import { useSignal } from "@preact/signals";
import type { Client } from "../../engine/client.js";
import { FileInput } from "../../parts/file-input.js";
import type { DrawCommand } from "./engine.js";

interface OpenPictureProps {
  readonly engine: Client<unknown>;
  readonly onDrawing: (drawing: string) => void;
}

export function OpenPicture({ engine, onDrawing }: OpenPictureProps) {
  const says = useSignal("");
  const take = async ([file]: readonly File[]) => {
    if (!file) return;
    says.value = "Reading …";
    try {
      const command: DrawCommand = { what: "picture", file };
      const { drawing, note } = await engine.ask<{ readonly drawing: string; readonly note: string }>(command);
      says.value = note;
      onDrawing(drawing);
    } catch (error) {
      says.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <div>
      <FileInput accept=".png,image/png" test="open-picture" onFiles={(files) => void take(files)}>
        Open a picture (PNG)
      </FileInput>
      <p class="caption" role="status" data-test="picture-says">
        {says.value}
      </p>
    </div>
  );
}
