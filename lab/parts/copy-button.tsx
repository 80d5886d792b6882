/** A button that copies a text, and says so; where the browser forbids it, the text is shown instead. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface CopyButtonProps {
  /** Asked when it is copied. */
  readonly text: () => string;
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
        onClick={async () => {
          try {
            // there is none where a page is not served securely
            await navigator.clipboard.writeText(text());
            said.value = "copied";
          } catch {
            said.value = text();
          }
        }}
      >
        {children}
      </button>
      <output aria-live="polite">{said.value}</output>
    </>
  );
}
