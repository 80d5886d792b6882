/** A part of a page onto which files can be dropped, beside the input that opens them. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface DropFilesProps {
  readonly children: ComponentChildren;
  readonly onFiles: (files: readonly File[]) => void;
}

export function DropFiles({ children, onFiles }: DropFilesProps) {
  const over = useSignal(false);
  const held = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  return (
    <div
      class="drop"
      role="group"
      aria-label="Picture, onto which files can be dropped"
      data-over={over.value ? "" : undefined}
      onDragOver={(event) => {
        if (!held(event)) return;
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        over.value = false;
        if (!held(event)) return;
        event.preventDefault();
        onFiles([...(event.dataTransfer as DataTransfer).files]);
      }}
    >
      {children}
    </div>
  );
}
