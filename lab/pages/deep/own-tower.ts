/**
 * A tower that learns in the page, an update a tick: a layer on digits, the next on samples of it (of the deep belief network the top with the
 * labels beside them), of the deep Boltzmann machine then all together. From the last stage on it dreams; when all is learnt a tick is a sweep of
 * its dreams.
 */

import {
  availableThreads,
  type Checkpoint,
  createKernels,
  type Dataset,
  type Training,
  type TrainingReport,
  takeCases,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { loadDigits } from "../../engine/shipped.js";
import { PIXELS } from "../draw/bits.js";
import type { Settings } from "./fields.js";
import { COLUMNS, type DeepCommand, type Kind, type SavedDream, type Tower, told } from "./kind.js";
import { type DeepView, fieldKeeper, shownFields } from "./view.js";

/** Updates of the last stage between two sweeps of the dreams. */
const DREAM_EVERY = 2;
/** Updates between two readings of the digit. */
const READ_EVERY = 50;

interface Saved<Machine extends Tower> {
  readonly checkpoint: Checkpoint<Machine> | undefined;
  readonly ticks: number;
  readonly stage: number;
  readonly dream: SavedDream;
}

/** What is shown of a report. */
type Told<Machine extends Tower> = Pick<
  TrainingReport<Machine>,
  "update" | "stage" | "reconstructionError" | "machine" | "checkpoint"
>;

export async function startOwn<Machine extends Tower>(
  kind: Kind<Machine>,
  initial: Settings,
): Promise<Engine<DeepView>> {
  let settings = initial;
  const data = takeCases(await loadDigits("train"), settings.cases);
  const held = await loadDigits("test");
  const shown = oneOfEach(held);
  const lesson = kind.lesson(settings, data);
  const { start, updates } = lesson;
  const { layers } = start;
  const kernels = await createKernels({ threads: Math.min(4, availableThreads()) });
  // looking has kernels of its own: training's bits stay training's
  const lens = await createKernels();
  const dreamer = kind.createDreamer(lens, start, settings, held);
  let fields = fieldKeeper();

  let training: Training<Machine> | undefined;
  let report: Told<Machine> | undefined;
  let ticks = 0;
  let stage = 0;
  const begin = (resume?: Checkpoint<Machine>) => {
    training = lesson.train(kernels, resume);
  };
  begin();
  const machine = () => report?.machine() ?? start;
  const dreaming = () => stage === kind.stages - 1;

  return {
    async advance() {
      if (ticks < updates) {
        const next = await training?.next();
        if (!next || next.done || !next.value) return false;
        report = next.value;
        stage = next.value.stage?.index ?? stage;
      }
      ticks++;
      if (!dreaming()) return true;
      if (ticks <= updates && ticks % DREAM_EVERY === 0) dreamer.write(machine());
      if (ticks > updates || ticks % DREAM_EVERY === 0) dreamer.sweep();
      return true;
    },

    view() {
      const now = machine();
      const dreams = dreaming();
      const learnt = Math.min(stage + 1, kind.bonds);
      const learns = ticks < updates;
      // after the bonds' own stages all layers learn
      const learning = (layer: number) => learns && (layer === stage + 1 || stage >= kind.bonds);
      // what is seen depends on the tick, not on when it was last looked at
      if (dreams) dreamer.write(now);
      const { layers: states, labels } = dreams ? dreamer.levels() : kind.recognized(now, learnt, shown);
      return {
        machine: kind.machine,
        layers,
        columns: dreams ? "dreams" : "digits",
        learnt,
        states,
        labels: dreams ? labels : [...Array(COLUMNS).keys()],
        ...(!dreams && { digits: shown.slice() }),
        fields: fields(kind.generative(now), learnt, learning),
        shown: shownFields(layers),
        sweeps: dreamer.sweeps,
        learning: {
          update: Math.min(ticks, updates),
          updates,
          stage: !learns ? "done" : stage < kind.bonds ? `layer ${stage + 1}` : "all layers",
          epoch: report?.stage?.epoch ?? 0,
          epochs: lesson.epochs[stage] as number,
          error: report?.reconstructionError,
        },
        version: dreams ? Math.floor(Math.min(ticks, updates) / READ_EVERY) : 0,
      };
    },

    // dreams and readings change nothing of what is learnt
    adjust(next: Settings) {
      const { dream, hold, read, drawing, speed } = next;
      if (JSON.stringify({ ...settings, dream, hold, read, drawing, speed }) !== JSON.stringify(next)) return false;
      if (kind.dreamsOtherwise(settings, next)) dreamer.begin(next);
      settings = next;
      return true;
    },

    save: (): Saved<Machine> => ({ checkpoint: report?.checkpoint(), ticks, stage, dream: dreamer.save() }),

    async load(saved: Saved<Machine>) {
      await training?.return();
      fields = fieldKeeper();
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

    command: (command: DeepCommand) => told(kind, machine(), command),

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
