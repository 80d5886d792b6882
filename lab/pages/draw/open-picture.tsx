/** A picture of the reader's own onto the pad; it stays on this machine. What is wrong with it is said in words. */

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Client } from "../../engine/client.js";
import type { DrawCommand } from "./engine.js";

interface OpenPictureProps {
  readonly engine: Client<unknown>;
  readonly onDrawing: (drawing: string) => void;
}

export function OpenPicture({ engine, onDrawing }: OpenPictureProps) {
  const id = useId();
  const says = useSignal("");
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
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
    // the same file may be chosen again
    input.value = "";
  };
  return (
    <div>
      <label class="own-file" for={id}>
        Open a picture (PNG)
        <input
          id={id}
          type="file"
          accept=".png,image/png"
          data-test="open-picture"
          onChange={({ currentTarget }) => void take(currentTarget)}
        />
      </label>
      <p class="caption" role="status" data-test="picture-says">
        {says.value}
      </p>
    </div>
  );
}
