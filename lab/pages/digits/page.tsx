/** Train on digits: an RBM learns the chosen digits; filters, reconstructions, dreams and figures as it goes. */

import { signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useEngine } from "../../engine/client.js";
import { useLinkState } from "../../link/state.js";
import { TileGrid } from "../../paint/tile-grid.js";
import { robustScale } from "../../paint/tiles.js";
import { BarChart, LineChart } from "../../parts/chart.js";
import { Choice, DigitChips, Slider } from "../../parts/controls.js";
import { Formula, shortNumber } from "../../parts/formula.js";
import { SignedLegend } from "../../parts/legend.js";
import { Page } from "../../parts/page.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import type { DigitsView } from "./engine.js";
import { commandOf, fields, type Settings } from "./fields.js";
import formulas from "./formulas.tex";

export default function DigitsPage() {
  const state = useLinkState("digits", fields);
  const settings = (): Settings =>
    Object.fromEntries(Object.entries(state).map(([name, { value }]) => [name, value])) as unknown as Settings;
  const engine = useEngine<DigitsView>("digits", settings);
  const chosen = useSignal<number | undefined>(undefined);
  const hash = useSignal("");
  const restart = () => {
    hash.value = "";
    engine.adjust(settings());
  };
  const view = engine.view.value;
  const furthest = useMemo(() => signal(0), [engine]);
  if (engine.tick.value > furthest.peek()) furthest.value = engine.tick.value;
  const updatesAnEpoch = view ? Math.max(1, Math.round(view.updates / state.epochs.value)) : 100;
  return (
    <Page
      title="Train on digits"
      claim="Raise what the data turn on, lower what the machine dreams: that difference alone turns random weights into strokes."
      picture={
        view ? (
          <Picture
            view={view}
            chosen={chosen.value}
            onChoose={(j) => {
              chosen.value = j;
            }}
          />
        ) : (
          <p>Loading the digits …</p>
        )
      }
      transport={
        <Transport
          engine={engine}
          strides={[
            { name: "update", ticks: 1 },
            { name: "epoch", ticks: updatesAnEpoch },
          ]}
          rate={{ name: "images/s", perTick: state.batch.value }}
          clock={(tick) => `update ${tick.toLocaleString("en")} of ${(view?.updates ?? 0).toLocaleString("en")}`}
        />
      }
      controls={
        <>
          <h2>The run</h2>
          <DigitChips label="Digits to learn" value={state.digits} onChange={restart} />
          <Slider label="Hidden units H" field={fields.hidden} value={state.hidden} onChange={restart} log />
          <Choice
            label="Dream by"
            field={fields.rule}
            value={state.rule}
            onChange={restart}
            names={{ cd: "CD-k: chains begin at the data", pcd: "PCD-k: chains go on", pt: "tempered chains" }}
          />
          <Slider
            label="Sweeps k"
            field={fields.k}
            value={state.k}
            onChange={restart}
            disabled={state.rule.value === "pt"}
          />
          <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={restart} log />
          <Slider label="Momentum α" field={fields.momentum} value={state.momentum} onChange={restart} />
          <Slider label="Weight decay λ" field={fields.decay} value={state.decay} onChange={restart} />
          <Slider label="Batch size B" field={fields.batch} value={state.batch} onChange={restart} log />
          <Slider label="Epochs" field={fields.epochs} value={state.epochs} onChange={restart} />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={restart} />
          <div class="slider">
            <label for="history">Back through the run</label>
            <input
              id="history"
              type="range"
              min={0}
              max={furthest.value}
              value={engine.tick.value}
              aria-valuetext={`update ${engine.tick.value}`}
              onChange={({ currentTarget }) => engine.goTo(Number(currentTarget.value))}
            />
            <span>{engine.tick.value}</span>
          </div>
        </>
      }
      formulas={
        <>
          <h2>What it does</h2>
          <Formula of={formulas["energy"]} caption="The energy of an RBM: visible units v, hidden units h." />
          <Formula of={formulas["conditional"]} caption="Hidden units are independent given the visible ones." />
          <Formula
            of={formulas["update"]}
            live={{ rate: view?.rate }}
            caption="Hebbian wake minus anti-Hebbian dream."
          />
        </>
      }
      tryThis={
        <ol>
          <li>Choose only the 2, and say before you run it: what will the dreams look like?</li>
          <li>
            Set k to 1, then compare CD with PCD after ten epochs. Which reconstructs better, which dreams better?
          </li>
          <li>Set the rate to 1. Watch the histogram of weights, and the count of saturated units.</li>
        </ol>
      }
      share={
        <>
          <Share page="digits" fields={fields} state={state} command={commandOf(settings())} />
          <p class="caption">
            Run to its end here or by that command, the weights are the same, bit for bit.{" "}
            <button
              type="button"
              data-test="hash"
              onClick={async () => {
                engine.pause();
                hash.value = await engine.ask<string>({ what: "sha256" });
              }}
            >
              SHA-256 of the weights
            </button>{" "}
            <code data-test="sha256">{hash.value}</code>
          </p>
        </>
      }
    />
  );
}

interface PictureProps {
  readonly view: DigitsView;
  readonly chosen: number | undefined;
  readonly onChoose: (filter: number) => void;
}

export function Picture({ view, chosen, onChoose }: PictureProps) {
  const scale = robustScale(view.filters, 0.05);
  const columns = Math.min(view.filterCount, innerWidth < 600 ? 10 : 20);
  const row = { count: 10, height: 28, width: 28, columns: 10, colours: "ink", scale: 1 } as const;
  return (
    <>
      <TileGrid
        name="filters"
        label={`The weights of ${view.filterCount} hidden units as images after ${view.update} updates.`}
        images={view.filters}
        count={view.filterCount}
        height={28}
        width={28}
        columns={columns}
        colours="signed"
        scale={scale}
        chosen={chosen}
        onChoose={onChoose}
      />
      <SignedLegend scale={scale} of="weights" />
      <div class="panels">
        <div>
          <h2>Data</h2>
          <TileGrid name="data" label="Ten held-out digits." images={view.data} {...row} />
          <h2>Reconstructions</h2>
          <TileGrid
            name="reconstructions"
            label="The same digits after one pass to the hidden units and back."
            images={view.reconstructions}
            {...row}
          />
          <h2>Dreams</h2>
          <TileGrid
            name="dreams"
            label="Ten chains that run freely from random pixels."
            images={view.dreams}
            {...row}
          />
          <dl class="facts">
            <dt>cases</dt>
            <dd>{view.cases.toLocaleString("en")}</dd>
            <dt>epoch</dt>
            <dd>{view.epoch}</dd>
            <dt>reconstruction error</dt>
            <dd>{view.error === undefined ? "–" : shortNumber(view.error)} (not what is learnt)</dd>
            <dt>largest weight</dt>
            <dd>{shortNumber(view.largestWeight)}</dd>
            <dt>dead, saturated units</dt>
            <dd>
              {view.dead}, {view.saturated}
            </dd>
          </dl>
        </div>
        <LineChart
          label={
            view.curve.epoch.length === 0
              ? "The reconstruction error of each epoch will be here."
              : `Reconstruction error: ${shortNumber(view.curve.reconstruction.at(-1) as number)} on training digits, ${shortNumber(view.curve.heldOut.at(-1) as number)} on held-out ones.`
          }
          xName="epoch"
          yName="error"
          lines={[
            { name: "training", x: view.curve.epoch, y: view.curve.reconstruction },
            { name: "held out", x: view.curve.epoch, y: view.curve.heldOut, style: 2 },
          ]}
        />
        <BarChart
          label={`Weights lie between ${shortNumber(-view.histogramEnd)} and ${shortNumber(view.histogramEnd)}.`}
          xName="weight"
          yName="how many"
          names={Array.from(view.histogram, (_, i) =>
            shortNumber(((2 * (i + 0.5)) / view.histogram.length - 1) * view.histogramEnd),
          )}
          groups={[{ name: "weights", values: view.histogram }]}
        />
      </div>
    </>
  );
}
