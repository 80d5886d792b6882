/** Which tower, what it dreams, and how a new one learns. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client } from "../../engine/client.js";
import type { State } from "../../link/state.js";
import { Choice, Slider } from "../../parts/controls.js";
import { shortNumber } from "../../parts/formula.js";
import type { Score } from "./dbm/score.js";
import * as dbm from "./dbm/words.js";
import type { ErrorRate } from "./dbn/reading.js";
import * as dbn from "./dbn/words.js";
import { fields } from "./fields.js";
import type { DeepCommand } from "./kind.js";
import type { DeepView } from "./view.js";

const dreams = Object.fromEntries([
  ["each", "0 … 9, one a column"],
  ["free", "nothing: labels are free"],
  ...Array.from({ length: 10 }, (_, digit) => [String(digit), `${digit} in all columns`]),
]);

interface ControlsProps {
  readonly engine: Client<DeepView>;
  readonly state: State<typeof fields>;
  /** Another tower: at the speed that suits it. */
  readonly begin: () => void;
  /** The same one with other settings. */
  readonly restart: () => void;
}

export function TowerControls({ engine, state, begin, restart }: ControlsProps) {
  const own = state.tower.value === "yours";
  const belief = state.machine.value === "dbn";
  return (
    <>
      <h2>The tower</h2>
      <Choice
        label="Machine"
        field={fields.machine}
        value={state.machine}
        onChange={begin}
        names={{ dbn: "deep belief network", dbm: "deep Boltzmann machine" }}
      />
      <Choice
        label="Which one"
        field={fields.tower}
        value={state.tower}
        onChange={begin}
        names={{ shipped: "the shipped one, which has learnt", yours: "a new one, which learns now" }}
      />
      {belief ? (
        <Choice label="Labels held at" field={fields.dream} value={state.dream} onChange={restart} names={dreams} />
      ) : (
        <>
          <Choice
            label="Pixels held"
            field={fields.hold}
            value={state.hold}
            onChange={restart}
            names={{
              nothing: "none: it dreams freely",
              upper: "the upper half of the digit below",
              lower: "the lower half of the digit below",
            }}
          />
          <p class="caption">It has no label units here: it dreams no digit by its name, and reads none.</p>
        </>
      )}
      <Slider label="Seed" field={fields.seed} value={state.seed} onChange={restart} />
      <ScoreButton engine={engine} machine={state.machine.value} tower={state.tower.value} />
      {own && <Learning engine={engine} state={state} restart={restart} />}
    </>
  );
}

/** How well it does, when one asks. */
function ScoreButton({
  engine,
  machine,
  tower,
}: Pick<ControlsProps, "engine"> & { readonly machine: DeepView["machine"]; readonly tower: string }) {
  const says = useSignal("");
  useEffect(() => {
    says.value = "";
  }, [machine, tower]);
  const ask = <Answer,>() => engine.ask<Answer | undefined>({ what: "score", machine } satisfies DeepCommand);
  return (
    <p>
      <button
        type="button"
        data-test="score"
        onClick={async () => {
          says.value = machine === "dbn" ? "…" : "… some 20 seconds, in which it does not dream";
          if (machine === "dbn") {
            const told = await ask<ErrorRate>();
            says.value = told ? dbn.scoreText(told) : "";
          } else {
            const told = await ask<Score>();
            says.value = told ? dbm.scoreText(told) : "";
          }
        }}
      >
        {machine === "dbn" ? dbn.scoreQuestion : dbm.scoreQuestion}
      </button>{" "}
      <output data-test="score-says">{says.value}</output>
    </p>
  );
}

function Learning({ engine, state, restart }: Pick<ControlsProps, "engine" | "state" | "restart">) {
  const belief = state.machine.value === "dbn";
  const learning = engine.view.value?.learning;
  return (
    <>
      <Slider label="Layer 1" field={fields.first} value={state.first} onChange={restart} log />
      <Slider label="Layer 2" field={fields.second} value={state.second} onChange={restart} log />
      {belief && <Slider label="Top layer" field={fields.top} value={state.top} onChange={restart} log />}
      <Slider label="Digits" field={fields.cases} value={state.cases} onChange={restart} log />
      <Slider label="Epochs a layer" field={fields.epochs} value={state.epochs} onChange={restart} />
      <Slider label="Batch size B" field={fields.batch} value={state.batch} onChange={restart} log />
      <Slider label="Learning rate η" field={fields.rate} value={state.rate} onChange={restart} log />
      {belief ? (
        <>
          <Slider label="Momentum α" field={fields.momentum} value={state.momentum} onChange={restart} />
          <Choice
            label="Dream by"
            field={fields.rule}
            value={state.rule}
            onChange={restart}
            names={{ cd: "CD-1: chains begin at the data", pcd: "PCD-1: chains go on" }}
          />
        </>
      ) : (
        <>
          <Slider label="Epochs of all layers" field={fields.joint} value={state.joint} onChange={restart} log />
          <Slider
            label="Their rate η, falling to 0"
            field={fields.jointRate}
            value={state.jointRate}
            onChange={restart}
            log
          />
          <Slider label="Sweeps of the chains k" field={fields.sweeps} value={state.sweeps} onChange={restart} log />
        </>
      )}
      {learning?.error !== undefined && learning.stage !== "done" && (
        <p class="caption">
          Reconstruction error of {learning.stage}: {shortNumber(learning.error)} (not what is learnt)
        </p>
      )}
    </>
  );
}
