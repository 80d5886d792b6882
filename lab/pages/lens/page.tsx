/** RBM under the lens: one step of contrastive divergence in slow motion, and the exact gradient beside it. */

import { useId } from "preact/hooks";
import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { Choice, Slider } from "../../parts/controls.js";
import { Formula } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { Directions } from "./directions.js";
import type { LensView } from "./engine.js";
import { CASES, commandOf, fields, type Settings, SIDE, stagesOf, VISIBLE } from "./fields.js";
import formulas from "./formulas.tex";
import { hiddenNames, Products, Step, visibleNames } from "./step.js";

export default function LensPage() {
  const state = useLinkState("lens", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<LensView>("lens", settings, { speed: state.speed.peek() });
  const adjust = () => engine.adjust(settings());
  const stages = stagesOf({ rule: state.rule.value, k: state.k.value });
  // a view of other parameters may still be on its way
  const given = engine.view.value;
  const view =
    given && given.layers.length === stages.length - 1 && given.hidden === state.hidden.value ? given : undefined;
  const places = VISIBLE * state.hidden.value;
  const x = state.x.value % places;
  const y = state.y.value % places === x ? (x + 1) % places : state.y.value % places;
  const nameOf = (place: number) =>
    `W(${visibleNames[Math.floor(place / state.hidden.value)]}, ${hiddenNames(state.hidden.value)[place % state.hidden.value]})`;
  const look = (axis: "x" | "y", place: number) => {
    state[axis].value = place;
    adjust();
  };
  const goTo = (update: number) => engine.goTo(update * stages.length);
  const k =
    state.rule.value === "pcd"
      ? "₋"
      : [...String(state.k.value)].map((d) => String.fromCharCode(0x2080 + Number(d))).join("");
  return (
    <Page
      title="RBM under the lens"
      claim="One sweep from the data says which way to go while weights are small. When they have grown, the dream no longer leaves the data, and the step points elsewhere."
      picture={
        view ? (
          <>
            <Step view={view} stages={stages} />
            <Products view={view} k={k} />
            <Directions view={view} names={[nameOf(x), nameOf(y)]} chosen={[x, y]} k={state.k.value} />
          </>
        ) : (
          <p>…</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "stage", ticks: 1 },
            { name: "update", ticks: stages.length },
          ]}
          speeds={[1, 2, 10, 60, FULL_SPEED]}
          speed={state.speed}
          clock={(tick) =>
            `update ${(Math.floor(tick / stages.length) + 1).toLocaleString("en")}, ${stages[tick % stages.length]}`
          }
        />
      }
      controls={
        <>
          <h2>What is looked at</h2>
          <div class="presets" role="group" aria-label="Go to update">
            {[0, 100, 1000, 4000]
              .filter((update) => update < state.updates.value)
              .map((update) => (
                <button key={update} type="button" onClick={() => goTo(update)}>
                  {update === 0 ? "the start" : `after ${update.toLocaleString("en")}`}
                </button>
              ))}
          </div>
          <Choice
            label="Products"
            field={fields.of}
            value={state.of}
            onChange={adjust}
            names={{ case: "of one case", batch: "mean of the batch" }}
          />
          {view && (
            <TileGrid
              name="cases"
              label="The sixteen cases: bars and stripes."
              images={view.cases}
              count={CASES}
              height={SIDE}
              width={SIDE}
              columns={8}
              colours="ink"
              scale={1}
              chosen={state.case.value}
              onChoose={(which) => {
                state.case.value = which;
                adjust();
              }}
            />
          )}
          <WeightChoice
            label="Plane, across"
            value={x}
            nameOf={nameOf}
            places={places}
            onChange={(place) => look("x", place)}
          />
          <WeightChoice
            label="Plane, up"
            value={y}
            nameOf={nameOf}
            places={places}
            onChange={(place) => look("y", place)}
          />
          <h2 style={{ marginTop: "var(--gap)" }}>The run</h2>
          <Choice
            label="Dream by"
            field={fields.rule}
            value={state.rule}
            onChange={adjust}
            names={{ cd: "CD-k: chains begin at the data", pcd: "PCD-k: chains go on" }}
          />
          <Slider label="Sweeps k" field={fields.k} value={state.k} onChange={adjust} />
          <Slider label="Hidden units" field={fields.hidden} value={state.hidden} onChange={adjust} />
          <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={adjust} log />
          <Slider label="Updates" field={fields.updates} value={state.updates} onChange={adjust} log />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={adjust} />
        </>
      }
      formulas={
        <>
          <h2>What it does</h2>
          <Formula
            of={formulas["hidden"]}
            lit={view && stages[view.stage]?.startsWith("h") ? ["hidden"] : []}
            caption="No two hidden units are joined: given v they are independent, and all are drawn at once."
          />
          <Formula
            of={formulas["visible"]}
            lit={view && /^v[^0]/.test(stages[view.stage] ?? "") ? ["visible"] : []}
            caption="And back: all visible units at once."
          />
          <Formula
            of={formulas["update"]}
            lit={litOf(view)}
            live={{ rate: state.rate.value, wake: view?.wake[x], dream: view?.dream[x] }}
            caption={`Wake minus dream; the numbers are of ${nameOf(x)}.`}
          />
          <Formula of={formulas["gradient"]} caption="The true gradient: the dream would have to run for ever." />
          <Formula
            of={formulas["cosine"]}
            live={{ cosine: view?.direction.cosine }}
            caption="Both exact here: all 512 pictures are summed over."
          />
        </>
      }
      tryThis={
        <ol>
          <li>
            Before it starts: how many stages does an update of CD-3 have? Why does no hidden unit wait for another?
          </li>
          <li>
            Go to the start, then after 4,000 updates. At which k does the mean step agree with the gradient in each?
          </li>
          <li>Choose the mean of the batch after 4,000 updates. Why are wake and dream nearly equal for CD-1?</li>
          <li>Change to PCD and play at full speed. Which of the two ends nearer to the bound?</li>
        </ol>
      }
      share={
        <>
          <Share page="lens" fields={fields} state={state} command={commandOf(settings())} />
          <p class="caption">
            Run to its end, the weights are that command’s, bit for bit. The same on a larger machine:{" "}
            <code>harmonium experiment gradients</code>.
          </p>
        </>
      }
    />
  );
}

interface WeightChoiceProps {
  readonly label: string;
  readonly value: number;
  readonly places: number;
  readonly nameOf: (place: number) => string;
  readonly onChange: (place: number) => void;
}

function WeightChoice({ label, value, places, nameOf, onChange }: WeightChoiceProps) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <select id={id} value={String(value)} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {Array.from({ length: places }, (_, place) => (
          <option key={place} value={String(place)}>
            {nameOf(place)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The terms of the update that this stage makes. */
function litOf(view: LensView | undefined): string[] {
  if (!view) return [];
  if (view.stage === 1) return ["wake"];
  if (view.stage === view.layers.length - 1) return ["dream"];
  return view.stage === view.layers.length ? ["update", "wake", "dream"] : [];
}
