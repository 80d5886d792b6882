/** Which digit the tower reads: P(label | digit). */

import { BarChart } from "../../../parts/chart.js";
import { shortNumber } from "../../../parts/formula.js";
import { DigitChoice, type DigitPanelProps, DigitTile, digitName, useAnswer } from "../digit-choice.js";
import type { Reading } from "./reading.js";

export function ReadingPanel(props: DigitPanelProps<Reading>) {
  const told = useAnswer(props);
  if (!told) return <p>Reading …</p>;
  const best = told.probabilities.indexOf(Math.max(...told.probabilities));
  const p = told.probabilities[best] as number;
  const truth = digitName(told);
  // labels are learnt with the top
  const reads = props.view.learnt === 3;
  return (
    <div class="reading">
      <DigitTile of={told} label={`The digit that is read: ${truth}.`} />
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
        <DigitChoice {...props} />
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
