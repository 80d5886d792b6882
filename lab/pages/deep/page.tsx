/** Deep: a tower of RBMs, learnt layer by layer; it dreams by label and reads. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { Choice, Slider } from "../../parts/controls.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { SameBits } from "../../parts/same-bits.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { commandOf, fields, type Settings } from "./fields.js";
import { FieldsPanel } from "./fields-panel.js";
import formulas from "./formulas.tex";
import type { ErrorRate } from "./reading.js";
import { ReadingPanel } from "./reading-panel.js";
import { TowerPicture } from "./tower-picture.js";
import type { DeepView } from "./view.js";
import "./deep.css";

/** Ticks a second. */
const speeds = [2, 10, 30, 100, 1_000_000_000];
const dreams = Object.fromEntries([
  ["each", "0 … 9, one a column"],
  ["free", "nothing: labels are free"],
  ...Array.from({ length: 10 }, (_, digit) => [String(digit), `${digit} in all columns`]),
]);

export default function DeepPage() {
  const state = useLinkState("deep", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<DeepView>("deep", settings, { speed: state.speed.peek() });
  const error = useSignal("");
  const restart = () => {
    error.value = "";
    engine.adjust(settings());
  };
  const view = engine.view.value;
  // learning is watched at full speed, dreams are not
  const learnt = view?.learning?.stage === "done";
  useEffect(() => {
    if (!learnt || !engine.playing.peek()) return;
    state.speed.value = fields.speed.initial;
    engine.play(state.speed.peek());
  }, [learnt, engine]);
  const own = state.tower.value === "yours";
  const learning = view?.learning;
  return (
    <Page
      title="A tower of machines"
      claim="Stack the machines, and let each learn what the one below makes of the world: the top then dreams digits by their names, and reads them."
      picture={
        view ? (
          <div class="deep">
            <section aria-labelledby="tower">
              <h2 id="tower">{view.layers.join("–")}, labels beside layer 2</h2>
              <TowerPicture view={view} held={state.dream.value !== "free"} />
            </section>
            <section class="side" aria-labelledby="fields">
              <h2 id="fields">Receptive fields</h2>
              <FieldsPanel view={view} />
            </section>
            <section class="reads" aria-labelledby="reads">
              <h2 id="reads">Does it read?</h2>
              <ReadingPanel engine={engine} state={state} version={view.version} reads={view.learnt === 3} />
            </section>
          </div>
        ) : (
          <p>Loading the tower …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={
            own
              ? [
                  { name: "update", ticks: 1 },
                  { name: "100 updates", ticks: 100 },
                ]
              : [
                  { name: "sweep", ticks: 1 },
                  { name: "100 sweeps", ticks: 100 },
                ]
          }
          speeds={speeds}
          speed={state.speed}
          clock={(tick) =>
            learning
              ? `${learning.stage === "done" ? `learnt; sweep ${view.sweeps}` : `${learning.stage}, epoch ${learning.epoch} of ${learning.epochs}`} · update ${learning.update.toLocaleString("en")} of ${learning.updates.toLocaleString("en")}`
              : `sweep ${tick.toLocaleString("en")}`
          }
        />
      }
      controls={
        <>
          <h2>The tower</h2>
          <Choice
            label="Which one"
            field={fields.tower}
            value={state.tower}
            onChange={() => {
              state.speed.value = state.tower.peek() === "yours" ? (speeds.at(-1) as number) : fields.speed.initial;
              restart();
              engine.play(state.speed.peek());
            }}
            names={{ shipped: "the shipped one, which has learnt", yours: "a new one, which learns now" }}
          />
          <Choice label="Labels held at" field={fields.dream} value={state.dream} onChange={restart} names={dreams} />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={restart} />
          <p>
            <button
              type="button"
              data-test="error"
              onClick={async () => {
                error.value = "…";
                const { wrong, cases } = await engine.ask<ErrorRate>({ what: "error" });
                error.value = `${shortNumber(100 * wrong)} % of ${cases.toLocaleString("en")} held-out digits`;
              }}
            >
              How often does it read wrongly?
            </button>{" "}
            <output data-test="error-says">{error.value}</output>
          </p>
          {own && (
            <>
              <Slider label="Layer 1" field={fields.first} value={state.first} onChange={restart} log />
              <Slider label="Layer 2" field={fields.second} value={state.second} onChange={restart} log />
              <Slider label="Top layer" field={fields.top} value={state.top} onChange={restart} log />
              <Slider label="Digits" field={fields.cases} value={state.cases} onChange={restart} log />
              <Slider label="Epochs a layer" field={fields.epochs} value={state.epochs} onChange={restart} />
              <Slider label="Batch size B" field={fields.batch} value={state.batch} onChange={restart} log />
              <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={restart} log />
              <Slider label="Momentum α" field={fields.momentum} value={state.momentum} onChange={restart} />
              <Choice
                label="Dream by"
                field={fields.rule}
                value={state.rule}
                onChange={restart}
                names={{ cd: "CD-1: chains begin at the data", pcd: "PCD-1: chains go on" }}
              />
              {learning?.error !== undefined && !learnt && (
                <p class="caption">
                  Reconstruction error of {learning.stage}: {shortNumber(learning.error)} (not what is learnt)
                </p>
              )}
            </>
          )}
        </>
      }
      formulas={
        <>
          <h2>What it is</h2>
          <Formula
            of={formulas["joint"]}
            live={{ joined: view && (view.layers[2] as number) + 10, top: view?.layers[3] }}
            caption="A deep belief network: the top two layers are an RBM, with ten label units y, of which one is on; below it arrows point down."
          />
          <Formula
            of={formulas["down"]}
            caption="A dream: settle the top pair, then one pass down is an exact sample."
          />
          <Formula
            of={formulas["bound"]}
            caption="Why stacking works: a layer that learns P(h¹) better than the RBM below had it raises this bound on ln P(v)."
          />
          <Formula
            of={formulas["label"]}
            caption="Reading: the top’s free energy with each label, given the means of layer 2."
          />
          <Formula of={formulas["field"]} caption="Receptive fields through the layers, as if these were linear." />
          <Formula
            of={formulas["dbm"]}
            caption="Beside it, the deep Boltzmann machine: no arrows, every bond works both ways (biases left out here), so layer 1 hears the pixels and layer 2 at once. Reading then needs mean field, and so does learning (harmonium train dbm)."
          />
        </>
      }
      tryThis={
        <ol>
          <li>Hold all columns at 4. Say first: will they look alike? Where do they differ?</li>
          <li>Free the labels. Which digits does it dream of most, and do the labels fit what you see?</li>
          <li>
            Let a new tower learn. When do receptive fields turn from strokes to pieces of digits: in which layer?
          </li>
          <li>
            <a href="#/draw">Draw a digit</a> and let it read that. How badly can you draw before it fails?
          </li>
        </ol>
      }
      share={
        <>
          <Share page="deep" fields={fields} state={state} command={own ? commandOf(settings()) : undefined} />
          {own && <SameBits engine={engine} />}
        </>
      }
    />
  );
}
