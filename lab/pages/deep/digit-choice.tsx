/** The digit that the tower is shown, and the choice of it; and asking the tower what it makes of it. */

import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../../engine/client.js";
import type { State } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { Slider } from "../../parts/controls.js";
import type { Digit } from "./digit.js";
import { fields } from "./fields.js";
import type { DeepCommand } from "./kind.js";
import type { DeepView } from "./view.js";

export interface DigitPanelProps<Answer> {
  readonly engine: Client<unknown>;
  readonly state: State<typeof fields>;
  /** Whose version is a new number when the tower may answer otherwise. */
  readonly view: DeepView;
  /** What the tower makes of the digit. */
  readonly answer: Signal<Answer | undefined>;
  /** When the digit has changed. */
  readonly onChange: () => void;
}

/** Asks the tower of the digit that is chosen, anew where either has changed. */
export function useAnswer<Answer>({ engine, state, view, answer }: DigitPanelProps<Answer>): Answer | undefined {
  const [read, drawing] = [state.read.value, state.drawing.value];
  const { machine, version } = view;
  useEffect(() => {
    let late = false;
    const command: DeepCommand = { what: "read", machine, read, drawing };
    engine.ask<Answer | undefined>(command).then(
      (told) => {
        if (!late && told) answer.value = told;
      },
      () => {},
    );
    return () => {
      late = true;
    };
  }, [engine, read, drawing, version, machine, answer]);
  return answer.value;
}

/** "your drawing", "a held-out 7" */
export const digitName = ({ label }: Digit): string => (label === undefined ? "your drawing" : `a held-out ${label}`);

export function DigitTile({ of, label }: { readonly of: Digit; readonly label: string }) {
  return (
    <TileGrid
      name="read"
      label={label}
      images={of.digit}
      count={1}
      height={28}
      width={28}
      columns={1}
      colours="ink"
      scale={1}
    />
  );
}

export function DigitChoice({ state, onChange }: Pick<DigitPanelProps<unknown>, "state" | "onChange">) {
  const drawing = state.drawing.value;
  return (
    <>
      <div class="teacher">
        <Slider
          label="Held-out digit"
          field={fields.read}
          value={state.read}
          onChange={() => {
            state.drawing.value = "";
            onChange();
          }}
        />
      </div>
      {drawing !== "" && (
        <p class="caption">
          This is your drawing. <a href={`#/draw?v=1&drawing=${drawing}`}>Change it</a>
        </p>
      )}
    </>
  );
}
