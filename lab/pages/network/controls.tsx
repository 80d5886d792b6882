/** The controls of one network: where to begin, noise, dynamics, and the numbers of the chosen neuron. */

import type { State } from "../../link/state.js";
import { type Couplings, pairAt, pairCount, resized } from "../../networks/couplings.js";
import type { Preset } from "../../networks/presets.js";
import { Choice, Slider } from "../../parts/controls.js";
import { PresetChoice } from "../../parts/preset-choice.js";
import { listSignal, signalOf } from "../../parts/signal-of.js";
import { coupling, fields } from "./fields.js";

interface NetworkControlsProps {
  readonly state: State<typeof fields>;
  readonly couplings: Couplings;
  readonly onChange: () => void;
}

export function NetworkControls({ state, couplings, onChange }: NetworkControlsProps) {
  const { units } = couplings;
  const unit = Math.min(state.unit.value, units) - 1;
  const begin = (preset: Preset) => {
    state.units.value = preset.units;
    state.weights.value = preset.weights;
    state.biases.value = preset.biases;
    state.temperature.value = preset.temperature;
    state.dynamics.value = preset.dynamics;
    state.start.value = preset.start ?? "";
    state.unit.value = 1;
    onChange();
  };
  return (
    <>
      <h2>The network</h2>
      <PresetChoice couplings={couplings} onChoose={begin} />
      <Slider
        label="Neurons N"
        field={fields.units}
        value={signalOf(state.units, (next) => {
          const { weights, biases } = resized(couplings, next);
          [state.units.value, state.weights.value, state.biases.value] = [next, weights, biases];
        })}
        onChange={onChange}
      />
      <Slider label="Temperature T" field={fields.temperature} value={state.temperature} onChange={onChange} />
      <Choice
        label="Dynamics"
        field={fields.dynamics}
        value={state.dynamics}
        onChange={onChange}
        names={{
          glauber: "Glauber: one at random",
          sequential: "sequential: one after the other",
          parallel: "parallel: all at once",
        }}
      />
      <Slider label="Seed" field={fields.seed} value={state.seed} onChange={onChange} />
      <h3>Neuron {unit + 1}</h3>
      <Slider label="bias b" field={coupling} value={listSignal(state.biases, units, unit)} onChange={onChange} />
      {Array.from({ length: units }, (_, other) => other)
        .filter((other) => other !== unit)
        .map((other) => (
          <Slider
            key={`${unit} ${other}`}
            label={`M with ${other + 1}`}
            field={coupling}
            value={listSignal(state.weights, pairCount(units), pairAt(units, unit, other))}
            onChange={onChange}
          />
        ))}
    </>
  );
}
