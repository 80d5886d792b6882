/** Equilibrium: what chains come to, counted beside exact; two dynamics, two laws; currents where weights are not symmetric. */

import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { type Couplings, commandWith, pairsOf, resized } from "../../networks/couplings.js";
import type { Preset } from "../../networks/presets.js";
import { BarChart, LineChart } from "../../parts/chart.js";
import { Choice, Slider } from "../../parts/controls.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { PresetChoice } from "../../parts/preset-choice.js";
import { Share } from "../../parts/share.js";
import { listSignal, signalOf } from "../../parts/signal-of.js";
import { Transport } from "../../parts/transport.js";
import { coupling } from "../network/fields.js";
import { type EquilibriumView, networkOf } from "./engine.js";
import { fields, presets, type Settings } from "./fields.js";
import { Flow, nameOf } from "./flow.js";
import formulas from "./formulas.tex";

export default function EquilibriumPage() {
  const state = useLinkState("equilibrium", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<EquilibriumView>("equilibrium", settings, { speed: state.speed.peek() });
  const adjust = () => engine.adjust(settings());
  const units = state.units.value;
  const couplings: Couplings = { units, weights: state.weights.value, biases: state.biases.value };
  const view = engine.view.value?.units === units ? engine.view.value : undefined;
  const dynamics = state.dynamics.value;
  const begin = (preset: Preset) => {
    [state.units.value, state.weights.value, state.biases.value] = [preset.units, preset.weights, preset.biases];
    state.temperature.value = preset.temperature;
    adjust();
  };
  return (
    <Page
      title="Equilibrium"
      claim="Forget the start for long enough and the chains visit each state as often as its law says. One neuron at a time and all at once have different laws."
      picture={view ? <Picture view={view} dynamics={dynamics} chains={state.chains.value} /> : <p>Starting …</p>}
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "step", ticks: 1 },
            { name: "100 steps", ticks: 100 },
          ]}
          speeds={[4, 30, 300, FULL_SPEED]}
          speed={state.speed}
        />
      }
      controls={
        <>
          <h2>The chains</h2>
          <PresetChoice couplings={couplings} among={presets} onChoose={begin} />
          <Choice
            label="Dynamics"
            field={fields.dynamics}
            value={state.dynamics}
            onChange={adjust}
            names={{ glauber: "Glauber: one at random", parallel: "parallel: all at once" }}
          />
          <Slider label="Temperature T" field={fields.temperature} value={state.temperature} onChange={adjust} />
          <Slider label="Asymmetry a" field={fields.asymmetry} value={state.asymmetry} onChange={adjust} />
          <Slider
            label="Neurons N"
            field={fields.units}
            value={signalOf(state.units, (next) => {
              const { weights, biases } = resized(couplings, next);
              [state.units.value, state.weights.value, state.biases.value] = [next, weights, biases];
            })}
            onChange={adjust}
          />
          <Slider label="Chains" field={fields.chains} value={state.chains} onChange={adjust} log />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={adjust} />
          <details>
            <summary>Weights and biases</summary>
            {pairsOf(units).map(([i, j], at, { length }) => (
              <Slider
                key={`${units} ${at}`}
                label={`M of ${i + 1} and ${j + 1}`}
                field={coupling}
                value={listSignal(state.weights, length, at)}
                onChange={adjust}
              />
            ))}
            {Array.from({ length: units }, (_, j) => (
              <Slider
                key={`${units} b ${j}`}
                label={`b of ${j + 1}`}
                field={coupling}
                value={listSignal(state.biases, units, j)}
                onChange={adjust}
              />
            ))}
          </details>
        </>
      }
      formulas={
        <>
          <h2>The laws</h2>
          {state.asymmetry.value === 0 ? (
            <>
              <Formula of={formulas["gibbs"]} caption="Glauber dynamics, symmetric M: Boltzmann and Gibbs." />
              <Formula of={formulas["peretto"]} caption="Parallel dynamics, symmetric M: Peretto’s law." />
            </>
          ) : (
            <p>
              <strong>M is not symmetric: there is no energy.</strong> No E(s) gives these probabilities as e^(−E/T)
              with these weights. Each dynamics still has one stationary law. It has no formula; it is computed from the
              transition matrix.
            </p>
          )}
          <Formula
            of={formulas["balance"]}
            live={{ residual: view && tiny(view.residual) }}
            caption="The largest net current in equilibrium. Zero is detailed balance."
          />
          <Formula
            of={formulas["production"]}
            live={{ production: view && tiny(view.production) }}
            caption="Entropy production, nats a step: how surely one could tell a film of the chain from its reverse."
          />
          <Formula
            of={formulas["variation"]}
            live={{ own: view && (view.steps === 0 ? "–" : view.own) }}
            caption="Total variation: how far the counted frequencies are from the law."
          />
        </>
      }
      tryThis={
        <ol>
          <li>Press R and watch the currents: before you do, say in which states probability will gather.</li>
          <li>
            Change to parallel dynamics. Which states gain? With inhibiting weights all off and all on take turns.
          </li>
          <li>After 100 counted steps the total variation has a value. How many steps will halve it? Wait and see.</li>
          <li>
            Raise the asymmetry a. The chains still settle, but currents go round and round. Which way, and what happens
            to the entropy production?
          </li>
        </ol>
      }
      share={
        <>
          <Share page="equilibrium" fields={fields} state={state} command={commandOf(settings(), view?.burnIn ?? 0)} />
          <p class="caption">
            Begun anew by R, the chains of this page are those of the command, state by state: after 1000 counted steps
            both have the same frequencies.
          </p>
        </>
      }
    />
  );
}

/** What is zero but for rounding. */
const tiny = (x: number): number => (x < 1e-12 ? 0 : x);

interface PictureProps {
  readonly view: EquilibriumView;
  readonly dynamics: Settings["dynamics"];
  readonly chains: number;
}

function Picture({ view, dynamics, chains }: PictureProps) {
  const { units, counted, steps, settling, curve, symmetric, largestCurrent } = view;
  const law = view[dynamics];
  const highest = Math.max(...view.glauber, ...view.parallel, ...counted);
  const left = view.residual < 1e-12 ? "they die out, and detailed balance is left" : "some stay for ever";
  const distances = [
    { name: "from its own law", x: curve.steps, y: curve.own },
    { name: "from the other law", x: curve.steps, y: curve.other, style: 2 },
    { name: "expected, falling as 1/√n", x: curve.steps, y: curve.expected, style: 3 },
  ];
  return (
    <>
      <div class="pair">
        <div>
          <h2>Currents of probability</h2>
          <Flow
            view={view}
            law={law}
            label={`The ${2 ** units} states, neuron 1 first, from all off below to all on above. Net currents between them are arrows: the largest is ${shortNumber(tiny(largestCurrent))} a step; ${left}.`}
          />
          <p class="caption">
            Full discs: the law now. Rings: the law in the end. Arrows: net current, at most{" "}
            <output>{shortNumber(tiny(largestCurrent))}</output> a step; {left}.
            {symmetric ? "" : " There is no energy here."}
          </p>
        </div>
        <div>
          <h2>How often each state comes</h2>
          <BarChart
            label={
              settling > 0
                ? `Two exact laws. The chains settle first, ${settling} more steps.`
                : `Two exact laws, and what ${chains} chains did in ${steps.toLocaleString("en")} steps of ${dynamics === "glauber" ? "Glauber" : dynamics} dynamics.`
            }
            xName="state, neuron 1 first"
            yName="probability"
            height={240}
            yRange={[0, 1.4 * highest]}
            names={Array.from(law, (_, code) => nameOf(code, units))}
            groups={[
              { name: symmetric ? "Glauber: Boltzmann–Gibbs" : "Glauber: its law", values: view.glauber },
              { name: symmetric ? "parallel: Peretto" : "parallel: its law", values: view.parallel, style: 2 },
              { name: `counted: ${dynamics === "glauber" ? "Glauber" : dynamics}`, values: counted, style: 3 },
            ]}
          />
          <h2>How close they come</h2>
          <LineChart
            label={
              steps === 0
                ? "The total variation will be here once the chains have settled."
                : `Total variation ${shortNumber(view.own)} after ${steps.toLocaleString("en")} steps, where ${shortNumber(view.expected)} is expected of exact chains; ${shortNumber(view.other)} from the other law.`
            }
            xName="steps counted"
            yName="total variation"
            log="both"
            height={240}
            xRange={[1, Math.max(1000, steps)]}
            keyAt={[190, 24]}
            lines={distances}
          />
        </div>
      </div>
      <dl class="facts">
        <dt>relaxation time</dt>
        <dd>
          {shortNumber(view.relaxation)} steps; counting began after {view.burnIn}
        </dd>
      </dl>
    </>
  );
}

/** The same chains in the shell. */
function commandOf(settings: Settings, burnIn: number): string {
  const { dynamics, temperature, chains, seed } = settings;
  return commandWith(
    networkOf(settings),
    `simulate weights.csv --dynamics ${dynamics} --temperature ${temperature} --chains ${chains} --burn-in ${burnIn} --steps 1000 --seed ${seed}`,
  );
}
