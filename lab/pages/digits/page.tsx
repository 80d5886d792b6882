/** Train on digits: an RBM learns the chosen digits; filters, reconstructions, dreams and figures as it goes. */

import { useEngine } from "../../engine/client.js";
import { useLinkState, valuesOf } from "../../link/state.js";
import { Choice, DigitChips, Slider } from "../../parts/controls.js";
import { DropFiles } from "../../parts/drop-files.js";
import { Formula } from "../../parts/formula.js";
import { Page } from "../../parts/page.js";
import { SameBits } from "../../parts/same-bits.js";
import { Share } from "../../parts/share.js";
import { Transport } from "../../parts/transport.js";
import type { DigitsView } from "./engine.js";
import { commandOf, EXACT_AT_ONCE, fields, hiddenOf, monitorOf, type Settings } from "./fields.js";
import formulas from "./formulas.tex";
import { History } from "./history.js";
import { ModelFile } from "./model-file.js";
import { OwnData, useOwnFiles } from "./own-data.js";
import { Picture } from "./picture.js";

export default function DigitsPage() {
  const state = useLinkState("digits", fields);
  const settings = (): Settings => valuesOf(state);
  const engine = useEngine<DigitsView>("digits", settings);
  const adjust = () => engine.adjust(settings());
  const view = engine.view.value;
  const files = useOwnFiles(engine, state, adjust);
  const source = view?.source;
  const own = source?.own;
  const hidden = hiddenOf({ hidden: state.hidden.value }, source?.units);
  const updatesAnEpoch = view ? Math.max(1, Math.round(view.updates / state.epochs.value)) : 100;
  return (
    <Page
      title={own ? "Train on your own data" : "Train on digits"}
      claim="Raise what the data turn on, lower what the machine dreams: that difference alone turns random weights into strokes."
      picture={
        view ? (
          <DropFiles onFiles={files.open}>
            {state.file.value !== "" && !own && (
              <p class="notice" role="status" data-test="own-missing">
                This link was made with data of the reader’s own, “{state.file.value}”, which a link does not hold. Open
                that file under “Own data”, or drop it here, to go on with it; until then these are the shipped digits.
              </p>
            )}
            <Picture
              view={view}
              silent={state.silent.value}
              history={<History engine={engine} />}
              monitored={monitorOf({ monitor: state.monitor.value, hidden })}
              onMonitor={(epochs) => {
                state.monitor.value = epochs;
                adjust();
              }}
              onChoose={(unit) => {
                state.filter.value = unit;
                adjust();
              }}
              onSilence={(silent) => {
                state.silent.value = silent;
                adjust();
              }}
            />
          </DropFiles>
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
          {own ? (
            own.classes && (
              <DigitChips label="Classes to learn" of={own.classes} value={state.digits} onChange={adjust} />
            )
          ) : (
            <DigitChips label="Digits to learn" value={state.digits} onChange={adjust} />
          )}
          <Slider label="Hidden units H" field={fields.hidden} value={state.hidden} onChange={adjust} log />
          {hidden < state.hidden.value && (
            <p class="caption">
              With {source?.units} units a case, {hidden} hidden units are the most that the page takes: so many learn.
            </p>
          )}
          <Choice
            label="Dream by"
            field={fields.rule}
            value={state.rule}
            onChange={adjust}
            names={{ cd: "CD-k: chains begin at the data", pcd: "PCD-k: chains go on", pt: "tempered chains" }}
          />
          <Slider
            label="Sweeps k"
            field={fields.k}
            value={state.k}
            onChange={adjust}
            disabled={state.rule.value === "pt"}
          />
          <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={adjust} log />
          <Slider label="Momentum α" field={fields.momentum} value={state.momentum} onChange={adjust} />
          <Slider label="Weight decay λ" field={fields.decay} value={state.decay} onChange={adjust} />
          <Slider label="Batch size B" field={fields.batch} value={state.batch} onChange={adjust} log />
          <Slider label="Epochs" field={fields.epochs} value={state.epochs} onChange={adjust} />
          <Slider label="Seed" field={fields.seed} value={state.seed} onChange={adjust} />
          <Slider
            label="log P(v) every n epochs"
            field={fields.monitor}
            value={state.monitor}
            onChange={adjust}
            disabled={hidden <= EXACT_AT_ONCE}
          />
          <p class="caption">
            {hidden <= EXACT_AT_ONCE
              ? "So few hidden units: exact after every epoch."
              : hidden <= 21
                ? "Exact, as there are at most 21 hidden units."
                : "0 is never. An estimate from both sides, with its bracket; training waits for it."}
          </p>
          <OwnData
            engine={engine}
            control={files}
            state={state}
            source={source}
            onShipped={() => {
              state.file.value = "";
              adjust();
            }}
          />
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
      tryThis={own ? tryOwn : tryDigits}
      share={
        <>
          <ModelFile
            engine={engine}
            opened={view?.opened === true}
            hidden={state.hidden}
            name={`${own ? own.name.replace(/\..*$/, "") : "digits"}-${hidden}`}
            onChange={adjust}
          />
          <Share page="digits" fields={fields} state={state} command={commandOf(settings(), own)} />
          <SameBits engine={engine} />
        </>
      }
    />
  );
}

const tryDigits = (
  <ol>
    <li>Choose only the 2, and say before you run it: what will the dreams look like?</li>
    <li>Set k to 1, then compare CD with PCD after ten epochs. Which reconstructs better, which dreams better?</li>
    <li>Choose a stroke, and silence it. Which reconstructions lose a part, and which do not care?</li>
    <li>Set the rate to 1. Watch the histogram of weights, and the count of saturated units.</li>
  </ol>
);

const tryOwn = (
  <ol>
    <li>Look from the data to the dreams: which cases does the machine never dream of? Does PCD dream of them?</li>
    <li>
      Watch the gap of free energies. The epoch from which it only rises is where cases are learnt by heart: set so many
      epochs.
    </li>
    <li>
      With 12 hidden units or fewer log P(v) is exact. Predict how many units the held-out cases like best, then try.
    </li>
  </ol>
);
