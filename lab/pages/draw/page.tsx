/** Draw: two machines look at a drawing, and each sees what it knows. */

import { useSignal } from "@preact/signals";
import { useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { Choice, Slider, Switch } from "../../parts/controls.js";
import { Formula } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import { type Pad as PadState, pack, type Tool, unpack } from "./bits.js";
import type { DrawCommand, DrawView } from "./engine.js";
import { fields, type Settings } from "./fields.js";
import formulas from "./formulas.tex";
import { MachineColumn } from "./machine-column.js";
import { OpenPicture } from "./open-picture.js";
import { OwnModel } from "./own-model.js";
import { Pad } from "./pad.js";
import { StrokesPanel } from "./strokes-panel.js";
import { Tools } from "./tools.js";
import "./draw.css";

/** Sweeps a second. */
const speeds = [2, 10, 20, 60, 1_000_000_000];

export default function DrawPage() {
  const state = useLinkState("draw", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<DrawView>("draw", settings, { speed: state.speed.peek() });
  const tool = useSignal<Tool>("brush");
  const view = engine.view.value;
  const pad: PadState = { bits: unpack(state.drawing.value), hidden: unpack(state.hidden.value) };

  /** A new start; it runs on unless the reader has stopped it. */
  const restart = () => {
    const goes = engine.playing.peek() || engine.ended.peek();
    engine.adjust(settings());
    if (goes) engine.play(state.speed.peek());
  };
  const onPad = ({ bits, hidden }: PadState) => {
    state.drawing.value = pack(bits);
    state.hidden.value = pack(hidden);
    restart();
  };
  const ask = async (command: DrawCommand) => {
    state.drawing.value = await engine.ask<string>(command);
    restart();
  };
  const look = () => engine.adjust(settings());

  return (
    <Page
      title="Draw"
      claim="A machine sees what it knows: give a three to one that has only ever seen twos, and it dreams it into a two."
      picture={
        <div class={`draw machines-${view?.machines.length ?? 2}`}>
          <section class="yours" aria-labelledby="yours">
            <h2 id="yours">Your drawing</h2>
            <Pad pad={pad} tool={tool.value} onDraw={onPad} />
            <Tools
              pad={pad}
              tool={tool.value}
              onTool={(next) => {
                tool.value = next;
              }}
              onPad={onPad}
              onNoise={(nth) => ask({ what: "noise", drawing: state.drawing.peek(), nth })}
              onDigit={(digit, nth) => ask({ what: "digit", digit, nth })}
            />
            <OpenPicture
              engine={engine}
              onDrawing={(drawing) => {
                state.drawing.value = drawing;
                restart();
              }}
            />
          </section>
          {view ? (
            view.machines.map((machine) => (
              <MachineColumn
                key={machine.id}
                view={machine}
                tick={engine.tick.value}
                byMeans={state.how.value === "mean"}
              />
            ))
          ) : (
            <p>Loading the machines …</p>
          )}
          {view && (
            <section class="inside" aria-labelledby="inside">
              <h2 id="inside">Sum of strokes</h2>
              <div class="teacher">
                <Choice
                  label="Look inside"
                  field={fields.inside}
                  value={state.inside}
                  onChange={look}
                  names={{ twos: "the machine of twos", digits: "the machine of all digits", own: "your own machine" }}
                />
                <Slider label="Strokes added" field={fields.strokes} value={state.strokes} onChange={look} />
              </div>
              <StrokesPanel strokes={view.strokes} />
            </section>
          )}
        </div>
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "sweep", ticks: 1 },
            { name: "10 sweeps", ticks: 10 },
          ]}
          speeds={speeds}
          speed={state.speed}
          clock={(tick) => `sweep ${tick.toLocaleString("en")} of ${state.sweeps.value.toLocaleString("en")}`}
        />
      }
      controls={
        <>
          <h2>The run</h2>
          <Choice
            label="A sweep is"
            field={fields.how}
            value={state.how}
            onChange={restart}
            names={{ gibbs: "Gibbs: h, then v, by chance", mean: "mean field: probabilities" }}
          />
          <Slider label="Sweeps k" field={fields.sweeps} value={state.sweeps} onChange={restart} log />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={restart} />
          <Switch label="Keep what is not hidden (clamp and repair)" value={state.keep} onChange={restart} />
          <OwnModel engine={engine} onTaken={restart} />
          <p class="caption">
            <a href={`#/deep?v=1&drawing=${state.drawing.value}`}>Let the deep machine read this drawing</a>
          </p>
        </>
      }
      formulas={
        <>
          <h2>What it does</h2>
          <Formula
            of={formulas["strokes"]}
            live={{ active: view?.strokes.active }}
            caption="Given the hidden units, the picture is a sum of their weights, through σ."
          />
          <Formula of={formulas["sweep"]} caption="One sweep: up by chance, down by chance." />
          <Formula
            of={formulas["free"]}
            live={{ energy: view?.machines[0]?.drawn.energy }}
            caption="The free energy of the drawing in the machine of twos. Hidden units are summed out."
          />
          <Formula
            of={formulas["odds"]}
            caption="Ten nats more are e¹⁰, some 22,000 times, less likely. F of two machines cannot be compared: each has its own Z."
          />
        </>
      }
      tryThis={
        <ol>
          <li>Clear the pad and draw a 7. Say first: which machine will change more pixels?</li>
          <li>
            Take a 2 and press Noise three times: where does the needle go? Then Clear: an empty page is less strange
            than almost any digit. Why?
          </li>
          <li>Take an 8 and press Hide half, again and again. Which half is enough for the machine of all digits?</li>
          <li>Set “Strokes added” to 1, 2, 3 … How many strokes make a 2?</li>
        </ol>
      }
      share={<Share page="draw" fields={fields} state={state} />}
    />
  );
}
