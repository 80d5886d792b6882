/** RBM under the lens: one step of contrastive divergence in slow motion, and the exact gradient beside it. */

import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { BarChart, LineChart } from "../../parts/chart.js";
import { Choice, Slider } from "../../parts/controls.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { largestOf, Matrix } from "../../parts/matrix.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { SWEEPS } from "./compass.js";
import type { LensView } from "./engine.js";
import { CASES, commandOf, fields, type Settings, SIDE, stagesOf, VISIBLE } from "./fields.js";
import formulas from "./formulas.tex";
import { Plane } from "./plane.js";
import { hiddenNames, Products, Step, visibleNames } from "./step.js";

export default function LensPage() {
  const state = useLinkState("lens", fields);
  const settings = (): Settings =>
    Object.fromEntries(Object.entries(state).map(([name, { value }]) => [name, value])) as unknown as Settings;
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
  const choose = (place: number) => {
    if (place === x || place === y) return;
    state.x.value = y;
    state.y.value = place;
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
            <Directions
              view={view}
              names={[nameOf(x), nameOf(y)]}
              chosen={[x, y]}
              onChoose={choose}
              rule={state.rule.value}
              k={state.k.value}
            />
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

/** The terms of the update that this stage makes. */
function litOf(view: LensView | undefined): string[] {
  if (!view) return [];
  if (view.stage === 1) return ["wake"];
  if (view.stage === view.layers.length - 1) return ["dream"];
  return view.stage === view.layers.length ? ["update", "wake", "dream"] : [];
}

interface DirectionsProps {
  readonly view: LensView;
  readonly names: readonly [string, string];
  readonly chosen: readonly [number, number];
  readonly onChoose: (place: number) => void;
  readonly rule: string;
  readonly k: number;
}

function Directions({ view, names, chosen, onChoose, k }: DirectionsProps) {
  const { direction, hidden, curve, bound, late, step } = view;
  const { gradient, contrastive, cosine, cosines, equalSigns, logLikelihood } = direction;
  const common = { rows: visibleNames, columns: hiddenNames(hidden), split: -1 };
  const scale = largestOf([gradient, contrastive], 1e-6);
  const wrong = (i: number, j: number) =>
    Math.sign(gradient[i * hidden + j] as number) !== Math.sign(contrastive[i * hidden + j] as number);
  const [first, second] = chosen;
  return (
    <>
      <h2 style={{ marginTop: "var(--gap)" }}>Does it point where the likelihood rises?</h2>
      <div class="panels">
        <div class="matrices" style={{ marginTop: 0 }}>
          <div>
            <h3>Gradient, exact</h3>
            <Matrix
              {...common}
              name="gradient"
              label="The gradient of the log-likelihood. Choose a weight for the plane."
              values={gradient.map((g) => g / scale)}
              scale={1}
              onChoose={(i, j) => onChoose(i * hidden + j)}
              chosen={[Math.floor(second / hidden), second % hidden]}
            />
          </div>
          <div>
            <h3>CD-{k} on average, exact</h3>
            <Matrix
              {...common}
              name="contrastive"
              label="The mean step of contrastive divergence"
              values={contrastive.map((g) => g / scale)}
              scale={1}
              marked={wrong}
              markName="wrong sign"
            />
          </div>
          <p class="caption">
            In units of {shortNumber(scale)}. × marks a sign that is not the gradient’s:{" "}
            {Math.round(100 * (1 - equalSigns))} % of all parameters. A click on the gradient puts that weight into the
            plane, beside {names[0] === "" ? "" : nameAt(first, hidden)}.
          </p>
        </div>
        <Plane view={view} names={names} />
        <BarChart
          label={`Now, with the largest weight ${shortNumber(view.largestWeight)}: the cosine of CD-1 is ${shortNumber(cosines[0] as number)}, of CD-20 ${shortNumber(cosines.at(-1) as number)}.`}
          xName="sweeps k"
          yName="cosine with the gradient"
          names={SWEEPS.map(String)}
          yRange={[Math.min(0, ...cosines), 1]}
          groups={[{ name: "cosine", values: cosines }]}
        />
        <LineChart
          label={`Cosine of the mean CD-${k} step: ${shortNumber(cosine)}. Of this update’s own step: ${shortNumber(step)}, of the last 20 or so together: ${shortNumber(late)}.`}
          xName="update"
          yName="cosine with the gradient"
          keyAt={[150, 120]}
          yRange={[-0.2, 1]}
          lines={[
            { name: `CD-${k} on average`, x: curve.ticks, y: curve.values["cosine"] ?? [] },
            { name: "steps of late", x: curve.ticks, y: curve.values["late"] ?? [], style: 2 },
          ]}
        />
        <LineChart
          label={`Mean log P(v): ${shortNumber(logLikelihood)} nats, of at most ${shortNumber(bound)} (minus the entropy of the cases).`}
          xName="update"
          yName="log P(v), nats"
          keyAt={[150, 100]}
          lines={[
            { name: "this machine, exact", x: curve.ticks, y: curve.values["logLikelihood"] ?? [] },
            { name: "bound", x: [0, curve.ticks.at(-1) ?? 1], y: [bound, bound], style: 2 },
          ]}
        />
      </div>
    </>
  );
}

const nameAt = (place: number, hidden: number) =>
  `W(${visibleNames[Math.floor(place / hidden)]}, ${hiddenNames(hidden)[place % hidden]})`;
