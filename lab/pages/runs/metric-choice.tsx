/** Which numbers are drawn: one to four, a chart each. */

import type { Signal } from "@preact/signals";
import { MOST_METRICS } from "./fields.js";

interface MetricChoiceProps {
  readonly metrics: readonly string[];
  readonly chosen: readonly string[];
  readonly value: Signal<string>;
}

export function MetricChoice({ metrics, chosen, value }: MetricChoiceProps) {
  const set = (next: readonly string[]) => {
    value.value = next.join(",");
  };
  // the ones that are drawn, and those that the link asks for although no chosen run has them
  const names = [...new Set([...chosen, ...metrics])];
  return (
    <fieldset class="metrics">
      <legend>Charts of, one to {MOST_METRICS}</legend>
      {names.length === 0 && <p>No numbers yet.</p>}
      {names
        .sort((a, b) => metrics.indexOf(a) - metrics.indexOf(b))
        .map((name) => {
          const isChosen = chosen.includes(name);
          return (
            <label key={name} class="switch">
              <input
                type="checkbox"
                checked={isChosen}
                disabled={isChosen ? chosen.length === 1 : chosen.length >= MOST_METRICS}
                onChange={() => set(isChosen ? chosen.filter((each) => each !== name) : [...chosen, name])}
              />{" "}
              {name}
            </label>
          );
        })}
    </fieldset>
  );
}
