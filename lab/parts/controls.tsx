/** Controls bound to the fields of a link: a slider with a number beside it, choices, chips of digits, a switch. */

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { Field } from "../link/fields.js";
import { Typed } from "./typed.js";

interface Bound<Value> {
  readonly label: ComponentChildren;
  readonly field: Field<Value>;
  readonly value: Signal<Value>;
  /** After the value has changed. */
  readonly onChange?: (value: Value) => void;
  readonly disabled?: boolean;
}

/** A slider, and the number to type; both keep to the field's range. `log`: equal ways are equal factors. */
export function Slider({
  label,
  field,
  value,
  onChange,
  disabled,
  log = false,
}: Bound<number> & { readonly log?: boolean }) {
  const id = useId();
  const { min, max, step } = field.range ?? { min: 0, max: 1, step: 0.01 };
  const steps = log ? 200 : Math.round((max - min) / step);
  const at = (x: number) => (log ? (steps * Math.log(x / min)) / Math.log(max / min) : (x - min) / step);
  const from = (position: number) => {
    const raw = log ? min * (max / min) ** (position / steps) : min + position * step;
    const rounded = log && step < 1 ? Number(raw.toPrecision(2)) : Math.round((raw - min) / step) * step + min;
    return Math.min(max, Math.max(min, Number(rounded.toFixed(10))));
  };
  const set = (next: number) => {
    if (next === value.peek()) return;
    value.value = next;
    onChange?.(next);
  };
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <input
        type="range"
        min={0}
        max={steps}
        step={1}
        value={at(value.value)}
        disabled={disabled}
        aria-labelledby={`${id}-name`}
        aria-valuetext={String(value.value)}
        onInput={({ currentTarget }) => set(from(Number(currentTarget.value)))}
      />
      <span id={`${id}-name`} hidden>
        {label}
      </span>
      <Typed
        id={id}
        inputMode="decimal"
        value={field.format(value.value)}
        disabled={disabled}
        onDone={(typed) => {
          const read = field.parse(typed);
          if (!("value" in read)) return `${typed || "nothing"}: ${read.expected}`;
          set(read.value);
          return undefined;
        }}
      />
    </div>
  );
}

export function Choice<Value extends string>({
  label,
  field,
  value,
  onChange,
  disabled,
  names = {},
}: Bound<Value> & { readonly names?: Partial<Record<Value, string>> }) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        disabled={disabled}
        value={value.value}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.value as Value;
          onChange?.(value.value);
        }}
      >
        {(field.choices as readonly Value[]).map((each) => (
          <option key={each} value={each}>
            {names[each] ?? each}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Switch({ label, value, onChange, disabled }: Omit<Bound<boolean>, "field">) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={value.value}
        disabled={disabled}
        onChange={({ currentTarget }) => {
          value.value = currentTarget.checked;
          onChange?.(value.value);
        }}
      />{" "}
      {label}
    </label>
  );
}

const allDigits = [...Array(10).keys()];

/** The digits 0 … 9, or some of them, of which at least one is chosen. */
export function DigitChips({
  label,
  value,
  onChange,
  of = allDigits,
}: Omit<Bound<readonly number[]>, "field"> & { readonly of?: readonly number[] }) {
  const toggle = (digit: number) => {
    const chosen = value.peek();
    const next = chosen.includes(digit)
      ? chosen.filter((each) => each !== digit)
      : [...chosen, digit].sort((a, b) => a - b);
    if (next.length === 0) return;
    value.value = next;
    onChange?.(next);
  };
  return (
    <fieldset class="chips">
      <legend>{label}</legend>
      {of.map((digit) => (
        <button
          key={digit}
          type="button"
          aria-pressed={value.value.includes(digit)}
          aria-label={`digit ${digit}`}
          onClick={() => toggle(digit)}
        >
          {digit}
        </button>
      ))}
      <button
        type="button"
        class="all"
        onClick={() => {
          value.value = allDigits;
          onChange?.(allDigits);
        }}
      >
        all
      </button>
    </fieldset>
  );
}
