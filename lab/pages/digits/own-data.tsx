/** Data of the reader's own: opened here, read in the page's worker, never sent. What is wrong with a file is said in words. */

import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { frameText } from "../../data/frame.js";
import { MOST_CASES, MOST_UNITS, type ValueRule } from "../../data/own-data.js";
import type { Client } from "../../engine/client.js";
import type { State } from "../../link/state.js";
import { Choice } from "../../parts/controls.js";
import { download } from "../../parts/download.js";
import { FileInput } from "../../parts/file-input.js";
import { Typed } from "../../parts/typed.js";
import type { DigitsView } from "./engine.js";
import { fields } from "./fields.js";
import type { Source } from "./source.js";

const valueNames: Record<ValueRule, string> = {
  levels: "0 to 1, or bytes, as they are",
  minmax: "smallest is 0, largest is 1",
  "255": "divided by 255",
  above0: "1 where above 0",
  aboveHalf: "1 where above ½",
};

export interface OwnFilesControl {
  /** What is wrong with the files, or that they are being read. */
  readonly said: Signal<{ readonly text: string; readonly wrong: boolean }>;
  open(files: readonly File[]): void;
  /** The files of before, read in another way; `undo` sets the way back where that fails. */
  reread(undo: () => void): void;
}

/** Hands files to the engine; what runs goes on unharmed where they cannot be read. */
export function useOwnFiles(
  engine: Client<DigitsView>,
  { file, values, labels }: Pick<State<typeof fields>, "file" | "values" | "labels">,
  onTaken: () => void,
): OwnFilesControl {
  const said = useSignal({ text: "", wrong: false });
  const read = async (files: readonly File[] | undefined, undo?: () => void) => {
    said.value = { text: "Reading …", wrong: false };
    try {
      const how = { values: values.peek(), labels: labels.peek() };
      file.value = await engine.ask<string>({ what: "data", ...how, ...(files && { files }) });
      said.value = { text: "", wrong: false };
      onTaken();
    } catch (error) {
      undo?.();
      said.value = { text: error instanceof Error ? error.message : String(error), wrong: true };
    }
  };
  const chosen = useSignal(false);
  return {
    said,
    open(files) {
      if (files.length === 0) return;
      chosen.value = true;
      void read(files);
    },
    reread(undo) {
      if (chosen.peek()) void read(undefined, undo);
    },
  };
}

interface OwnDataProps {
  readonly engine: Client<DigitsView>;
  readonly control: OwnFilesControl;
  readonly state: State<typeof fields>;
  readonly source: Source | undefined;
  /** To the shipped digits again. */
  readonly onShipped: () => void;
}

export function OwnData({ engine, control, state, source, onShipped }: OwnDataProps) {
  const [id, labelsId] = [useId(), useId()];
  const { said } = control;
  const own = source?.own;
  /** What is in use, to come back to. */
  const kept = useSignal({ values: state.values.peek(), labels: state.labels.peek() });
  const again = (name: "values" | "labels") => {
    const before = kept.peek();
    kept.value = { values: state.values.peek(), labels: state.labels.peek() };
    control.reread(() => {
      // a file that has never been read is read as the reader says
      if (!own) return;
      kept.value = before;
      if (name === "values") state.values.value = before.values;
      else state.labels.value = before.labels;
    });
  };
  return (
    <section class="own-data" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Own data</h2>
      <FileInput
        multiple
        accept=".png,.csv,.tsv,.txt,.npy,.npz,.gz,.idx,.idx1,.idx3,.ubyte,image/png"
        test="own-file"
        onFiles={control.open}
      >
        CSV, NPY, NPZ or IDX (.gz too; IDX and NPY with their labels), or PNG pictures
      </FileInput>
      <Choice
        label="Its numbers"
        field={fields.values}
        value={state.values}
        names={valueNames}
        onChange={() => again("values")}
      />
      <div class="choice">
        <label for={labelsId}>Labels: column, array</label>
        <Typed
          id={labelsId}
          maxLength={100}
          placeholder="none"
          value={state.labels.value}
          data-test="own-labels"
          onDone={(typed) => {
            state.labels.value = typed;
            again("labels");
            return undefined;
          }}
        />
      </div>
      {said.value.wrong && (
        <p class="notice" role="alert" data-test="own-wrong">
          {said.value.text.replace(/\.?$/, ".")} {own ? `${own.name} stays.` : "The shipped digits stay."}
        </p>
      )}
      <p class="caption" role="status" data-test="own-says">
        {said.value.text !== "" && !said.value.wrong ? said.value.text : source ? describe(source) : ""}
      </p>
      {own && (
        <div class="presets">
          <button type="button" data-test="shipped" onClick={onShipped}>
            Back to the shipped digits
          </button>
          {own.pictures && (
            <button
              type="button"
              data-test="npy"
              onClick={async () => download(own.name, await engine.ask<Uint8Array<ArrayBuffer>>({ what: "npy" }))}
            >
              Download the pictures as {own.name}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

/** In sentences: what is learnt, how it is shown, what is held out. */
function describe({ own, units, frame, heldOut }: Source): string {
  if (!own)
    return `A file is read on this machine and never leaves it: up to ${MOST_CASES.toLocaleString("en")} cases of at most ${MOST_UNITS.toLocaleString("en")} units. It can be dropped onto the picture too.`;
  const count = own.cases.toLocaleString("en");
  const rest =
    heldOut > 0
      ? `The last tenth, ${heldOut.toLocaleString("en")}, is held out: shuffle a file that is sorted.`
      : "So few that none are held out: all are learnt.";
  const classes = own.classes ? "" : " No classes to choose: that takes labels from 0 to 9.";
  const notes = own.notes.map((note) => ` ${note}`).join("");
  const takeAway = own.pictures ? " The command reads the pictures from the file to download below." : "";
  return `${own.name}: ${count} ${own.cases === 1 ? "case" : "cases"} to learn; ${frameText(units, frame)}. ${rest}${notes}${classes}${takeAway} It never leaves this machine, and the link does not hold it.`;
}
