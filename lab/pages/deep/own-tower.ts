/**
 * A tower that learns in the page, an update a tick: layer 1 on digits, layer 2 on samples of layer 1, the top on samples of layer 2 with the
 * labels beside them. From the top's turn on it dreams; when all is learnt a tick is a sweep of its dreams.
 */

import {
  availableThreads,
  type Checkpoint,
  contrastiveDivergence,
  createKernels,
  type Dataset,
  type Dbn,
  initializeDbn,
  persistentContrastiveDivergence,
  sgd,
  type Training,
  type TrainingReport,
  takeCases,
  train,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { loadDigits } from "../../engine/shipped.js";
import { PIXELS } from "../draw/bits.js";
import type { Settings } from "./fields.js";
import { type DeepCommand, told } from "./questions.js";
import { COLUMNS, createDreamer, recognized, type SavedDream } from "./tower.js";
import { type DeepView, fieldKeeper, shownFields } from "./view.js";

/** Layers of weights. */
const BONDS = 3;
/** Updates of the top between two sweeps of the dreams. */
const DREAM_EVERY = 2;
/** Updates between two readings of the digit. */
const READ_EVERY = 50;

interface Saved {
  readonly checkpoint: Checkpoint<Dbn> | undefined;
  readonly ticks: number;
  readonly stage: number;
  readonly dream: SavedDream;
}

/** What is shown of a report. */
type Told = Pick<TrainingReport<Dbn>, "update" | "stage" | "reconstructionError" | "machine" | "checkpoint">;

export async function startOwn(initial: Settings): Promise<Engine<DeepView>> {
  let settings = initial;
  const { first, second, top, seed, epochs, batch, rate, momentum } = settings;
  const data = takeCases(await loadDigits("train"), settings.cases);
  const shown = oneOfEach(await loadDigits("test"));
  const layers = [PIXELS, first, second, top];
  const start = initializeDbn(layers, { classes: 10, seed, data });
  const batchSize = Math.min(batch, data.cases);
  const layer = {
    epochs,
    batchSize,
    negative: settings.rule === "cd" ? contrastiveDivergence() : persistentContrastiveDivergence(),
    // the command line's usual decay: its weights are the same
    optimizer: sgd({ rate, momentum, weightDecay: 0.0002 }),
  };
  const updates = BONDS * epochs * Math.ceil(data.cases / batchSize);
  const kernels = await createKernels({ threads: Math.min(4, availableThreads()) });
  // looking has kernels of its own: training's bits stay training's
  const lens = await createKernels();
  const dreamer = createDreamer(lens, start, settings.dream, seed);
  const fields = fieldKeeper();

  let training: Training<Dbn> | undefined;
  let report: Told | undefined;
  let ticks = 0;
  let stage = 0;
  const begin = (resume?: Checkpoint<Dbn>) => {
    training = train(resume?.machine ?? start, data, {
      seed,
      layers: [layer, layer, layer],
      kernels,
      reportEvery: 0,
      ...(resume && { resume }),
    });
  };
  begin();
  const machine = () => report?.machine() ?? start;

  return {
    async advance() {
      if (ticks < updates) {
        const next = await training?.next();
        if (!next || next.done || !next.value) return false;
        report = next.value;
        stage = next.value.stage?.index ?? stage;
      }
      ticks++;
      if (stage < BONDS - 1) return true;
      if (ticks <= updates && ticks % DREAM_EVERY === 0) dreamer.write(machine());
      if (ticks > updates || ticks % DREAM_EVERY === 0) dreamer.sweep();
      return true;
    },

    view() {
      const dbn = machine();
      const dreams = stage === BONDS - 1;
      const learns = ticks < updates;
      // what is seen depends on the tick, not on when it was last looked at
      if (dreams) dreamer.write(dbn);
      const { layers: states, labels } = dreams ? dreamer.levels() : recognized(dbn, stage + 1, shown);
      return {
        layers,
        columns: dreams ? "dreams" : "digits",
        learnt: stage + 1,
        states,
        labels: dreams ? labels : [...Array(COLUMNS).keys()],
        ...(!dreams && { digits: shown.slice() }),
        fields: fields(dbn, stage + 1, learns ? stage + 1 : undefined),
        shown: shownFields(layers),
        sweeps: dreamer.sweeps,
        learning: {
          update: Math.min(ticks, updates),
          updates,
          stage: learns ? `layer ${stage + 1}` : "done",
          epoch: report?.stage?.epoch ?? 0,
          epochs,
          error: report?.reconstructionError,
        },
        version: dreams ? Math.floor(Math.min(ticks, updates) / READ_EVERY) : 0,
      };
    },

    // dreams and readings change nothing of what is learnt
    adjust(next: Settings) {
      const { dream, read, drawing, speed } = next;
      if (JSON.stringify({ ...settings, dream, read, drawing, speed }) !== JSON.stringify(next)) return false;
      if (settings.dream !== dream) dreamer.begin(dream, seed);
      settings = next;
      return true;
    },

    save: (): Saved => ({ checkpoint: report?.checkpoint(), ticks, stage, dream: dreamer.save() }),

    async load(saved: Saved) {
      await training?.return();
      const { checkpoint } = saved;
      [ticks, stage, report] = [saved.ticks, saved.stage, undefined];
      begin(checkpoint);
      if (checkpoint) {
        const { update } = checkpoint.progress;
        report = { update, machine: () => checkpoint.machine, checkpoint: () => checkpoint };
        dreamer.write(checkpoint.machine);
      }
      dreamer.load(saved.dream);
    },

    command: (command: DeepCommand) => told(machine(), command),

    dispose() {
      kernels.dispose();
      lens.dispose();
    },
  };
}

/** The first held-out digit of each class [10, 784] in {0, 1}. */
function oneOfEach({ levels, labels }: Dataset): Float32Array {
  const digits = new Float32Array(COLUMNS * PIXELS);
  for (let label = 0; label < COLUMNS; label++) {
    const b = labels?.indexOf(label) ?? 0;
    for (let i = 0; i < PIXELS; i++) digits[label * PIXELS + i] = (levels[b * PIXELS + i] as number) > 127 ? 1 : 0;
  }
  return digits;
}
