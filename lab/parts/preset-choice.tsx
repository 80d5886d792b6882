/** Networks to begin with. */

import type { Couplings } from "../networks/couplings.js";
import { type Preset, presets } from "../networks/presets.js";

/** The presets, and “your own” where the numbers are of none. */
export function PresetChoice({
  couplings,
  onChoose,
  among = presets,
}: {
  readonly couplings: Couplings;
  readonly onChoose: (preset: Preset) => void;
  readonly among?: readonly Preset[];
}) {
  const same = (a: readonly number[], b: readonly number[]) =>
    a.length === b.length && a.every((one, at) => one === b[at]);
  const here = among.find(
    ({ units, weights, biases }) =>
      units === couplings.units && same(weights, couplings.weights) && same(biases, couplings.biases),
  );
  return (
    <div class="choice">
      <label for="preset">Begin with</label>
      <select
        id="preset"
        value={here?.id ?? ""}
        onChange={({ currentTarget }) => {
          const preset = among.find(({ id }) => id === currentTarget.value);
          if (preset) onChoose(preset);
        }}
      >
        {!here && <option value="">your own</option>}
        {among.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
