/** Wake and dream: a Boltzmann machine learns a law that the reader draws, from clamped and free correlations. */

import { batch, useSignal } from "@preact/signals";
import { FULL_SPEED, useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { LineChart } from "../../parts/chart.js";
import { Choice, Slider } from "../../parts/controls.js";
import { download } from "../../parts/download.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import type { WakeView } from "./engine.js";
import { commandOf, fields, parity, presets, type Settings } from "./fields.js";
import formulas from "./formulas.tex";
import { LawBars } from "./law-bars.js";
import { CodesView, Statistics } from "./statistics.js";

export default function WakePage() {
  const state = useLinkState("wake", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<WakeView>("wake", settings, { speed: state.speed.peek() });
  const dragged = useSignal(false);
  const restart = () => {
    dragged.value = false;
    engine.adjust(settings());
    if (!engine.playing.peek() && engine.ended.peek()) engine.play();
  };
  const set = (change: Partial<Settings>) => {
    batch(() => {
      for (const [name, value] of Object.entries(change)) state[name as keyof Settings].value = value as never;
    });
    restart();
  };
  const view = engine.view.value;
  const isLaw = state.system.value === "law";
  const pair = view && { wake: view.clamped[1], dream: view.free[1], difference: view.difference[1] };
  return (
    <Page
      title="Wake and dream"
      claim="What the data turn on together, less what the machine turns on together by itself: that difference is all that learning needs, and with hidden units it reaches any law."
      picture={
        <>
          {isLaw ? (
            <LawBars
              shares={state.target.value}
              model={dragged.value ? undefined : view?.model}
              onMove={(shares) => {
                dragged.value = true;
                state.target.value = shares;
              }}
              onDone={restart}
            />
          ) : (
            view && <CodesView view={view} />
          )}
          {view && (
            <Statistics view={view}>
              <Divergence view={view} />
            </Statistics>
          )}
        </>
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "update", ticks: 1 },
            { name: "10 updates", ticks: 10 },
          ]}
          speeds={[2, 10, 60, 300, FULL_SPEED]}
          speed={state.speed}
          clock={(tick) => `update ${tick.toLocaleString("en")} of ${state.updates.value.toLocaleString("en")}`}
        />
      }
      controls={
        <>
          <h2>The law and the machine</h2>
          <div class="presets" role="group" aria-label="Laws to begin with">
            {Object.entries(presets).map(([id, { name, target, hidden }]) => (
              <button
                key={id}
                type="button"
                aria-pressed={isLaw && String(target) === String(state.target.value)}
                onClick={() => set({ system: "law", target, hidden, rate: 0.5, momentum: 0.9 })}
              >
                {name}
              </button>
            ))}
            <button
              type="button"
              aria-pressed={!isLaw}
              onClick={() => set({ system: "encoder", hidden: 2, rate: 1, momentum: 0.5, seed: 7 })}
            >
              4-2-4 encoder
            </button>
          </div>
          {isLaw && (
            <div class="presets" role="group" aria-label="Visible units">
              <span>Visible units</span>
              {[1, 2, 3, 4].map((units) => (
                <button
                  key={units}
                  type="button"
                  aria-pressed={state.target.value.length === 2 ** units}
                  onClick={() => set({ target: parity(units) })}
                >
                  {units}
                </button>
              ))}
            </div>
          )}
          <Slider label="Hidden units" field={fields.hidden} value={state.hidden} onChange={restart} />
          <Choice
            label="Correlations"
            field={fields.statistics}
            value={state.statistics}
            onChange={restart}
            names={{ exact: "by exact sums", sampled: "from chains, each time from scratch" }}
          />
          <Slider
            label="Chains"
            field={fields.chains}
            value={state.chains}
            onChange={restart}
            disabled={state.statistics.value === "exact"}
            log
          />
          <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={restart} log />
          <Slider label="Momentum α" field={fields.momentum} value={state.momentum} onChange={restart} />
          <Slider label="Updates" field={fields.updates} value={state.updates} onChange={restart} log />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={restart} />
        </>
      }
      formulas={
        <>
          <h2>What it does</h2>
          <Formula
            of={formulas["energy"]}
            caption="The energy of a machine with symmetric weights M, units in {0, 1}."
          />
          <Formula of={formulas["law"]} caption="Its law in equilibrium; Z is the sum over all states." />
          <Formula
            of={formulas["gradient"]}
            live={{ wake: signed(pair?.wake), dream: signed(pair?.dream), difference: signed(pair?.difference) }}
            caption="The gradient of the log-likelihood, here of the weight between units 1 and 2."
          />
          <Formula
            of={formulas["update"]}
            live={{ rate: state.rate.value }}
            caption="Hebb awake, anti-Hebb dreaming."
          />
          <Formula
            of={formulas["divergence"]}
            live={{ kl: view?.kl }}
            caption="What falls: how far the machine’s law P is from the law p of the data."
          />
        </>
      }
      tryThis={
        <ol>
          <li>
            Parity: no two units are correlated. Set the hidden units to 0 and predict what the difference matrix
            becomes, and where the KL stays. (ln 2 = 0.693 nats.)
          </li>
          <li>“Pairs explain it” needs no hidden units. Drag one bar: is the new law still within reach?</li>
          <li>
            Take correlations from chains, 10 of them, then 1000. How does the noise of the difference change? (As one
            over the root of the number.)
          </li>
          <li>The encoder: change the seed. Does it always find four different codes for its four cases?</li>
        </ol>
      }
      share={
        <>
          <Share page="wake" fields={fields} state={state} command={commandOf(settings())} />
          <p class="caption">
            That command learns the same weights from the same cases:{" "}
            <button
              type="button"
              onClick={async () => download("cases.csv", await engine.ask<string>({ what: "cases" }), "text/csv")}
            >
              Download cases.csv
            </button>{" "}
            The lecture’s own figures: <code>harmonium experiment parity</code>,{" "}
            <code>harmonium experiment encoder 4-2-4</code>.
          </p>
        </>
      }
    />
  );
}

const signed = (value: number | undefined): string | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : value.toFixed(3).replace("-", "−");

function Divergence({ view }: { readonly view: WakeView }) {
  const { curve, kl, floor, update } = view;
  const { ticks, values } = curve;
  const ends = [ticks[0] ?? 0, Math.max(1, ticks.at(-1) ?? 1)];
  return (
    <div class="grow divergence">
      <LineChart
        label={`KL(law ‖ machine) after ${update.toLocaleString("en")} updates: ${shortNumber(kl)} nats.${
          floor === undefined ? "" : ` Without hidden units it would end at ${shortNumber(floor)}.`
        }`}
        xName="update"
        yName="KL, nats"
        keyAt={[190, 56]}
        yRange={[0, 1.05 * Math.max(...(values["kl"] ?? [1]), floor ?? 0, 1e-9)]}
        lines={[
          { name: "this machine", x: ticks, y: values["kl"] ?? [] },
          ...(floor === undefined ? [] : [{ name: "best without hidden units", x: ends, y: [floor, floor], style: 2 }]),
        ]}
      />
    </div>
  );
}
