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
        return (
          <div key={name} class={`stage ${when}`} aria-current={when === "now" ? "step" : undefined}>
            <h2>{titleOf(name)}</h2>
            <div class="pair">
              {layer && n <= view.stage && (
                <>
                  {layer.mean && <Units name={`${name} mean`} of={`P of ${name}`} values={layer.mean} />}
                  {layer.sample && <Units name={name} of={name} values={layer.sample} />}
                </>
              )}
              {name === "ΔW" && n <= view.stage && <Change change={view.change} hidden={view.hidden} />}
            </div>
            <p class="caption">{wordsOf(name)}</p>
          </div>
        );
      })}
    </div>
  );
}

/** Pixels of a unit's square. */
const SQUARE = 8;

interface UnitsProps {
  readonly name: string;
  readonly of: string;
  readonly values: Float32Array;
}

/** The visible units as a picture, the hidden ones as a column. */
function Units({ name, of, values }: UnitsProps) {
  const numbers = Array.from(values, (x) => shortNumber(Math.round(100 * x) / 100)).join(", ");
  const columns = values.length === VISIBLE ? SIDE : 1;
  return (
    <div class={columns === 1 ? "units column" : "units"}>
      <TileGrid
        name={name}
        label={`${of}: ${numbers}`}
        images={squares(values)}
        count={values.length}
        height={SQUARE}
        width={SQUARE}
        columns={columns}
        colours="ink"
        scale={1}
      />
    </div>
  );
}

const squares = (values: Float32Array): Float32Array =>
  Float32Array.from({ length: values.length * SQUARE ** 2 }, (_, at) => values[Math.floor(at / SQUARE ** 2)] as number);

function Change({ change, hidden }: { readonly change: Float32Array; readonly hidden: number }) {
  return (
    <div style={{ width: `${14 * hidden}px` }}>
      <TileGrid
        name="delta"
        label="What is added to the weights, a row a visible unit."
        images={squares(change)}
        count={change.length}
        height={SQUARE}
        width={SQUARE}
        columns={hidden}
        colours="signed"
        scale={largestOf([change])}
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
        <h2>v₀ h₀ᵀ (wake)</h2>
        <Matrix {...names} name="wake" label="Outer product of the data" values={wake} scale={1} unsigned />
      </div>
      <div class={`stage${stage === last - 1 ? " now" : phase(last - 1)}`}>
        <h2>
          − v{k} h{k}ᵀ (dream)
        </h2>
        <Matrix {...names} name="dream" label="Outer product of the dream" values={dream} scale={1} unsigned />
      </div>
      <div class={`stage${stage === last ? " now" : phase(last)}`}>
        <h2>difference</h2>
        <Matrix
          {...names}
          name="difference"
          label="Wake minus dream"
          values={wake.map((x, at) => x - (dream[at] as number))}
          scale={1}
        />
      </div>
      <div class={`stage${stage === last ? " now" : phase(last)}`}>
        <h2>ΔW of the batch</h2>
        <Matrix
          {...names}
          name="change"
          label="What all cases together add to the weights"
          values={change}
          scale={scale}
        />
        <p class="caption">full colour is {shortNumber(scale)}</p>
      </div>
      <div class="stage">
        <h2>W</h2>
        <Matrix {...names} name="weights" label="The weights" values={weights} scale={weightScale} />
        <p class="caption">full colour is {shortNumber(weightScale)}</p>
      </div>
    </div>
  );
}
