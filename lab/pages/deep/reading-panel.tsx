/** Which digit the tower reads: P(label | digit). */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../../engine/client.js";
import type { State } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { BarChart } from "../../parts/chart.js";
import { Slider } from "../../parts/controls.js";
import { shortNumber } from "../../parts/formula.js";
import { fields } from "./fields.js";
import type { DeepCommand } from "./questions.js";
import type { Reading } from "./reading.js";

interface ReadingPanelProps {
  readonly engine: Client<unknown>;
  readonly state: State<typeof fields>;
  /** A new number: the tower may read otherwise now. */
  readonly version: number;
  /** Whether its top has learnt labels at all. */
  readonly reads: boolean;
}

export function ReadingPanel({ engine, state, version, reads }: ReadingPanelProps) {
  const reading = useSignal<Reading | undefined>(undefined);
  const [read, drawing] = [state.read.value, state.drawing.value];
  useEffect(() => {
    let late = false;
    const command: DeepCommand = { what: "read", read, drawing };
    engine.ask<Reading>(command).then(
      (answer) => {
        if (!late) reading.value = answer;
      },
      () => {},
    );
    return () => {
      late = true;
    };
  }, [engine, read, drawing, version]);
  const told = reading.value;
  if (!told) return <p>Reading …</p>;
  const best = told.probabilities.indexOf(Math.max(...told.probabilities));
  const p = told.probabilities[best] as number;
  const truth = told.label === undefined ? "your drawing" : `a held-out ${told.label}`;
  return (
    <div class="reading">
      <TileGrid
        name="read"
        label={`The digit that is read: ${truth}.`}
        images={told.digit}
        count={1}
        height={28}
        width={28}
        columns={1}
        colours="ink"
        scale={1}
      />
      <div>
        <p data-test="reads" data-best={best} data-probability={p}>
          {reads ? (
            <>
              It reads a <strong>{best}</strong> with probability {p > 0.9995 ? "above 0.999" : shortNumber(p)}; it is{" "}
              {truth}.
            </>
          ) : (
            <>The labels are learnt last, with the top layer: until then it only guesses.</>
          )}
        </p>
        <div class="teacher">
          <Slider
            label="Held-out digit"
            field={fields.read}
            value={state.read}
            onChange={() => {
              state.drawing.value = "";
            }}
          />
        </div>
        {drawing !== "" && (
          <p class="caption">
            This is your drawing. <a href={`#/draw?v=1&drawing=${drawing}`}>Change it</a>
          </p>
        )}
      </div>
      <BarChart
        label={`P(label | ${truth}): most for ${best}.`}
        xName="label"
        yName="probability"
        height={180}
        yRange={[0, 1]}
        names={Array.from({ length: 10 }, (_, n) => String(n))}
        groups={[{ name: "P(label | digit)", values: told.probabilities }]}
      />
    </div>
  );
}
