/** The stages of one step: layers as they are drawn, and the products that make the change of the weights. */

import { TileGrid } from "../../paint/tile-grid.js";
import { shortNumber } from "../../parts/formula.js";
import { largestOf, Matrix } from "../../parts/matrix.js";
import type { LensView } from "./engine.js";
import { SIDE, VISIBLE } from "./fields.js";

const subscript = (n: number) => String.fromCharCode(0x2080 + n);
export const visibleNames = Array.from({ length: VISIBLE }, (_, i) => `v${subscript(i + 1)}`);
export const hiddenNames = (hidden: number) => Array.from({ length: hidden }, (_, j) => `h${subscript(j + 1)}`);

const words: Readonly<Record<string, string>> = {
  v0: "clamped to a case",
  "v−": "where a chain that goes on is now",
  "h−": "P(h | v−)",
  ΔW: "wake − dream",
};

function wordsOf(stage: string): string {
  const n = Number(stage.slice(1));
  return (
    words[stage] ??
    (stage.startsWith("h") ? `all at once from v${subscript(n)}` : `all at once from h${subscript(n - 1)}`)
  );
}

const titleOf = (stage: string) =>
  stage === "ΔW" ? "ΔW" : stage.replace(/\d+/, (n) => [...n].map((d) => subscript(Number(d))).join(""));

/** Up to this number of stages are all shown; of more the first four and the last ones. */
const MOST_SHOWN = 8;

export function Step({ view, stages }: { readonly view: LensView; readonly stages: readonly string[] }) {
  const shown = stages
    .map((name, n) => ({ name, n }))
    .filter(({ n }) => stages.length <= MOST_SHOWN || n < 4 || n >= stages.length - 3 || Math.abs(n - view.stage) <= 0);
  return (
    <div class="stages">
      {shown.map(({ name, n }) => {
        const layer = view.layers[n];
        const when = n === view.stage ? "now" : n < view.stage ? "past" : "later";
        const isVisible = name.startsWith("v");
        return (
          <div key={name} class={`stage ${when}`} aria-current={when === "now" ? "step" : undefined}>
            <h3>{titleOf(name)}</h3>
            {layer && n <= view.stage ? (
              <div class="pair">
                {layer.mean && (
                  <Units name={`${name} mean`} of={`P of ${name}`} values={layer.mean} isVisible={isVisible} />
                )}
                {layer.sample && <Units name={name} of={name} values={layer.sample} isVisible={isVisible} />}
              </div>
            ) : name === "ΔW" ? (
              <p class="delta" aria-hidden="true">
                + −
              </p>
            ) : (
              <div class={isVisible ? "blank visible" : "blank"} />
            )}
            <p class="caption">{wordsOf(name)}</p>
          </div>
        );
      })}
    </div>
  );
}

interface UnitsProps {
  readonly name: string;
  readonly of: string;
  readonly values: Float32Array;
  readonly isVisible: boolean;
}

function Units({ name, of, values, isVisible }: UnitsProps) {
  const numbers = Array.from(values, (x) => shortNumber(Math.round(100 * x) / 100)).join(", ");
  return (
    <div class={isVisible ? "units" : "units column"}>
      <TileGrid
        name={name}
        label={`${of}: ${numbers}`}
        images={values}
        count={isVisible ? 1 : values.length}
        height={isVisible ? SIDE : 1}
        width={isVisible ? SIDE : 1}
        columns={1}
        colours="ink"
        scale={1}
      />
    </div>
  );
}

export function Products({ view, k }: { readonly view: LensView; readonly k: string }) {
  const { wake, dream, change, weights, hidden, stage, layers } = view;
  const names = { rows: visibleNames, columns: hiddenNames(hidden), split: -1 };
  const [scale, weightScale] = [largestOf([change]), largestOf([weights], 1)];
  const last = layers.length;
  const phase = (from: number) => (stage >= from ? "" : " later");
  return (
    <div class="matrices">
      <div class={`stage${stage === 1 ? " now" : phase(1)}`}>
        <h3>v₀ h₀ᵀ (wake)</h3>
        <Matrix {...names} name="wake" label="Outer product of the data" values={wake} scale={1} />
      </div>
      <div class={`stage${stage === last - 1 ? " now" : phase(last - 1)}`}>
        <h3>
          − v{k} h{k}ᵀ (dream)
        </h3>
        <Matrix {...names} name="dream" label="Outer product of the dream" values={dream} scale={1} />
      </div>
      <div class={`stage${stage === last ? " now" : phase(last)}`}>
        <h3>difference</h3>
        <Matrix
          {...names}
          name="difference"
          label="Wake minus dream"
          values={wake.map((x, at) => x - (dream[at] as number))}
          scale={1}
        />
      </div>
      <div class={`stage${stage === last ? " now" : phase(last)}`}>
        <h3>ΔW of the batch</h3>
        <Matrix
          {...names}
          name="change"
          label="What all cases together add to the weights"
          values={change.map((x) => 100 * x)}
          scale={100 * scale}
        />
        <p class="caption">in hundredths</p>
      </div>
      <div class="stage">
        <h3>W</h3>
        <Matrix {...names} name="weights" label="The weights" values={weights} scale={weightScale} />
        <p class="caption">full colour is {shortNumber(weightScale)}</p>
      </div>
    </div>
  );
}
