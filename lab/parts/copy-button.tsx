/** A button that copies a text, and says so; where the browser forbids it, the text is shown instead. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface CopyButtonProps {
  readonly text: string;
  /** For those who do not see what the button is beside of. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

export function CopyButton({ text, label, children }: CopyButtonProps) {
  const said = useSignal("");
  return (
    <>
      <button
        type="button"
        aria-label={label}
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => {
              said.value = "copied";
            },
            () => {
              said.value = text;
            },
          );
        }}
      >
        {children}
      </button>
      <output aria-live="polite">{said.value}</output>
    </>
  );
}
