/** Deep: a tower of machines, learnt layer by layer: a deep belief network, or a deep Boltzmann machine. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { Page } from "../../parts/page.js";
import { SameBits } from "../../parts/same-bits.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { TowerControls } from "./controls.js";
import type { Settling } from "./dbm/settling.js";
import { SettlingPanel } from "./dbm/settling-panel.js";
import * as dbm from "./dbm/words.js";
import type { Reading } from "./dbn/reading.js";
import { ReadingPanel } from "./dbn/reading-panel.js";
import * as dbn from "./dbn/words.js";
import { commandOf, fields, type Settings } from "./fields.js";
import { FieldsPanel } from "./fields-panel.js";
import { TowerPicture } from "./tower-picture.js";
import type { DeepView } from "./view.js";
import "./deep.css";

/** Ticks a second. */
const speeds = [2, 10, 30, 100, 1_000_000_000];

export default function DeepPage() {
  const state = useLinkState("deep", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<DeepView>("deep", settings, { speed: state.speed.peek() });
  const reading = useSignal<Reading | undefined>(undefined);
  const settling = useSignal<Settling | undefined>(undefined);
  const restart = () => engine.adjust(settings());
  const begin = () => {
    state.speed.value = state.tower.peek() === "yours" ? (speeds.at(-1) as number) : fields.speed.initial;
    restart();
    // who asks for learning wants to see it; dreams stand still where they did
    if (state.tower.peek() === "yours" || engine.playing.peek()) engine.play(state.speed.peek());
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
  const belief = state.machine.value === "dbn";
  const words = belief ? dbn : dbm;
  return (
    <Page
      title="A tower of machines"
      claim={words.claim}
      picture={
        view ? (
          // by what is shown, which comes a moment after what is chosen
          <div class="deep">
            <section aria-labelledby="tower">
              <h2 id="tower">{(view.machine === "dbn" ? dbn : dbm).heading(view)}</h2>
              <TowerPicture view={view} held={state.dream.value !== "free"} />
            </section>
            <section class="side" aria-labelledby="fields">
              <h2 id="fields">Receptive fields</h2>
              <FieldsPanel view={view} />
            </section>
            {view.machine === "dbn" ? (
              <section class="reads" aria-labelledby="reads">
                <h2 id="reads">Does it read?</h2>
                <ReadingPanel engine={engine} state={state} view={view} answer={reading} onChange={restart} />
              </section>
            ) : (
              <section class="reads" aria-labelledby="settles">
                <h2 id="settles">The layers settle</h2>
                <SettlingPanel engine={engine} state={state} view={view} answer={settling} onChange={restart} />
              </section>
            )}
          </div>
        ) : (
          <p>Loading the tower …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: own ? "update" : "sweep", ticks: 1 },
            { name: own ? "100 updates" : "100 sweeps", ticks: 100 },
          ]}
          speeds={speeds}
          speed={state.speed}
          clock={(tick) => clockOf(view, tick)}
        />
      }
      controls={<TowerControls engine={engine} state={state} begin={begin} restart={restart} />}
      formulas={
        <>
          <h2>What it is</h2>
          {belief ? <dbn.Formulas view={view} /> : <dbm.Formulas settling={settling.value} />}
        </>
      }
      tryThis={<words.Things />}
      share={
        <>
          <Share page="deep" fields={fields} state={state} command={own ? commandOf(settings()) : undefined} />
          {own && <SameBits engine={engine} />}
        </>
      }
    />
  );
}

function clockOf(view: DeepView | undefined, tick: number): string {
  const count = (n: number) => n.toLocaleString("en");
  const learning = view?.learning;
  if (!learning) return `sweep ${count(tick)}`;
  const { stage, epoch, epochs, update, updates } = learning;
  const at = stage === "done" ? `learnt; sweep ${view.sweeps}` : `${stage}, epoch ${epoch} of ${epochs}`;
  return `${at} · update ${count(update)} of ${count(updates)}`;
}
