/** Correlations awake and dreaming, their difference, and the weights that it has made; the encoder's codes. */

import type { ComponentChildren } from "preact";
import { shortNumber } from "../../parts/formula.js";
import { largestOf, Matrix } from "../../parts/matrix.js";
import type { WakeView } from "./engine.js";

export function unitNames(visible: number, units: number): string[] {
  const subscript = (n: number) => String.fromCharCode(0x2080 + n);
  return Array.from({ length: units }, (_, i) =>
    i < visible ? `v${subscript(i + 1)}` : `h${subscript(i - visible + 1)}`,
  );
}

interface StatisticsProps {
  readonly view: WakeView;
  /** What comes after them. */
  readonly children: ComponentChildren;
}

export function Statistics({ view, children }: StatisticsProps) {
  const { visible, units, clamped, free, difference, exact, noise, weights } = view;
  const names = unitNames(visible, units);
  const common = { rows: names, columns: names, split: units > visible ? visible : -1 };
  const scale = largestOf([difference, ...(exact ? [exact] : [])], 0.01);
  const weightScale = largestOf([weights], 1);
  return (
    <div class="matrices">
      <Table
        title="Wake ⟨s s⟩ clamped"
        note="how often two units are on together in the data; hidden ones as the data turn them on"
      >
        <Matrix
          {...common}
          name="clamped"
          label="Correlations with the data clamped"
          values={clamped}
          scale={1}
          unsigned
        />
      </Table>
      <Table title="− Dream ⟨s s⟩ free" note="the same when the machine runs by itself">
        <Matrix
          {...common}
          name="free"
          label="Correlations of the machine by itself"
          values={free}
          scale={1}
          unsigned
        />
      </Table>
      <Table title="= what is learnt" note={`the change of each weight over η; full colour is ${shortNumber(scale)}`}>
        <Matrix
          {...common}
          name="difference"
          label="Wake minus dream: the change of the weights over the rate"
          values={difference}
          scale={scale}
        />
      </Table>
      {exact && (
        <Table
          title="the same without noise"
          note={`by exact sums; the sample is off by ${noise === undefined ? "–" : `${Math.round(100 * noise)} %`} of its size`}
        >
          <Matrix {...common} name="exact" label="Wake minus dream by exact sums" values={exact} scale={scale} />
        </Table>
      )}
      <Table title="Weights M, biases b" note={`biases on the diagonal; full colour is ${shortNumber(weightScale)}`}>
        <Matrix {...common} name="weights" label="Weights and biases" values={weights} scale={weightScale} />
      </Table>
      {children}
    </div>
  );
}

function Table({ title, note, children }: { title: string; note: string; children: ComponentChildren }) {
  return (
    <div>
      <h2>{title}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}>
        {children}
      </div>
      <p class="caption" style={{ maxWidth: "22rem" }}>
        {note}
      </p>
    </div>
  );
}

/** The 4-2-4 encoder: each case, what its hidden units say of it, and whether that is enough to tell V₂. */
export function CodesView({ view }: { readonly view: WakeView }) {
  const { codes, units, visible } = view;
  if (!codes) return null;
  const hidden = units - visible;
  const cases = ["1000", "0100", "0010", "0001"];
  const names = unitNames(visible, units).slice(visible);
  const probability = Array.from({ length: 4 }, (_, c) => [
    ...codes.hidden.subarray(c * hidden, (c + 1) * hidden),
    codes.right[c] as number,
  ]).flat();
  return (
    <>
      <p>
        {codes.different === 4
          ? "Each case has a code of its own."
          : `${codes.different} different codes for 4 cases so far.`}{" "}
        V₁ and V₂ are joined through the hidden units only: all that V₂ learns of V₁ is the code.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Codes">
        <Matrix
          name="codes"
          label="The hidden units of each case, and the probability that V2 is completed rightly from V1"
          values={probability}
          rows={cases.map((each) => `${each} ${each}`)}
          columns={[...names, "V₂ right"]}
          scale={1}
          split={-1}
          unsigned
        />
      </div>
      <p class="caption">P(h = 1 | case), and P(V₂ right | V₁), exactly.</p>
    </>
  );
}
