/** A line to type in. What is being typed stays while the page moves; it counts once it is done, by Enter or by leaving. */

import { useSignal } from "@preact/signals";

interface TypedProps {
  readonly id: string;
  readonly value: string;
  readonly inputMode?: "decimal";
  readonly disabled?: boolean | undefined;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly "data-test"?: string;
  /** Why it cannot be taken: then the reader is told, and the value of before is there again. */
  readonly onDone: (typed: string) => string | undefined;
}

export function Typed({ value, onDone, ...rest }: TypedProps) {
  const draft = useSignal<string | undefined>(undefined);
  return (
    <input
      type="text"
      {...rest}
      value={draft.value ?? value}
      onInput={({ currentTarget }) => {
        draft.value = currentTarget.value;
      }}
      onBlur={() => {
        draft.value = undefined;
      }}
      onChange={({ currentTarget }) => {
        draft.value = undefined;
        const wrong = onDone(currentTarget.value.trim());
        if (wrong === undefined) return;
        currentTarget.setCustomValidity(wrong);
        currentTarget.reportValidity();
        currentTarget.setCustomValidity("");
        currentTarget.value = value;
      }}
    />
  );
}
