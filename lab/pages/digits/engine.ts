/** An RBM that learns the shipped digits or data of the reader's own, one update a tick; with reconstructions and dreams of this moment. */

import {
  asRbm,
  availableThreads,
  type Checkpoint,
  contrastiveDivergence,
  createKernels,
  initializeRbm,
  type NegativeRule,
  parametersSha256,
  parseModel,
  persistentContrastiveDivergence,
  type Rbm,
  serializeModel,
  sgd,
  type TrainingReport,
  takeCases,
  temperedGibbs,
  train,
} from "#src/index.js";
import type { Engine } from "../../engine/engine.js";
import { type Curve, emptyCurve, withEpoch } from "./curve.js";
import { hiddenOf, looked, monitorOf, reading, type Settings } from "./fields.js";
import { createLens, type Filter } from "./lens.js";
import { type Activity, filtersOf, type Histogram, histogramOf, MOST_FILTERS } from "./looks.js";
import { dataOf, picturesAsNpy, type Reading, readData, type Source } from "./source.js";

export { SHOWN } from "./lens.js";
export { MOST_FILTERS } from "./looks.js";

/** Updates between two sweeps of the dreams, and between two looks at the hidden units. */
const DREAM_EVERY = 10;
const LOOK_EVERY = 25;
/** Held-out (and training) cases that an epoch's figures are of: as the command line has it where likelihoods are told, else fewer, sooner. */
const [FIGURED, FIGURED_LIKELY] = [500, 1000];
/** Held-out cases that the lens has: as many as there are shipped digits. */
const LOOKED_AT = 2000;

export interface DigitsView {
  readonly update: number;
  readonly updates: number;
  readonly epoch: number;
  readonly cases: number;
  /** Cases that the figures of an epoch are of, held out and as many of training; 0 where none are held out. */
  readonly figured: number;
  readonly source: Source;
  /** [shown filters, units] */
  readonly filters: Float32Array;
  readonly filterCount: number;
  /** Cases in the rows of data and of reconstructions: SHOWN where there are as many. */
  readonly shown: number;
  /** [shown, units] each */
  readonly data: Float32Array;
  readonly reconstructions: Float32Array;
  /** [SHOWN, units] */
  readonly dreams: Float32Array;
  /** Mean squared reconstruction error of the epoch so far. */
  readonly error: number | undefined;
  readonly curve: Curve;
  readonly looks: Looks;
  readonly largestWeight: number;
  readonly rate: number;
  /** The unit that is chosen. */
  readonly filter: Filter | undefined;
  /** Whether the run began from a file. */
  readonly opened: boolean;
}

/** What is looked at every 25 updates. */
export interface Looks {
  readonly update: number;
  readonly histogram: Histogram;
  readonly activity: Activity;
}

type Report = TrainingReport<Rbm>;

interface Saved {
  readonly checkpoint: Checkpoint<Rbm> | undefined;
  readonly shown: Pick<Report, "epoch" | "largestWeight" | "reconstructionError"> | undefined;
  readonly curve: Curve;
  readonly looks: Looks;
  readonly dream: { readonly sweep: number; readonly visible: Uint8Array; readonly means: Float32Array };
}

type Command =
  | { readonly what: "sha256" }
  | { readonly what: "model" }
  | { readonly what: "forget" }
  /** Reads files, or those of before in another way; answers with the name of what has been read. */
  | ({ readonly what: "data" } & Reading)
  /** Pictures as a file for the command line. */
  | { readonly what: "npy" }
  | { readonly what: "open"; readonly bytes: Uint8Array<ArrayBuffer> };

/** A machine of the reader's own, from which runs begin while its size is the page's. */
let opened: Rbm | undefined;

function ruleOf({ rule, k }: Settings): NegativeRule {
  if (rule === "pcd") return persistentContrastiveDivergence({ k });
  if (rule === "pt") return temperedGibbs({});
  return contrastiveDivergence({ k });
}

export async function start(initialSettings: Settings): Promise<Engine<DigitsView>> {
  let settings = initialSettings;
  const { rate, momentum, decay, epochs, seed } = settings;
  const { data, held, source } = await dataOf(settings);
  const { units } = source;
  const hidden = hiddenOf(settings, units);
  const batchSize = Math.min(settings.batch, data.cases);
  // one processor is for the page
  const threads = Math.max(1, Math.min(4, availableThreads() - 1));
  const kernels = await createKernels({ threads });
  const ownMachine = opened?.hidden === hidden && opened.visible === units ? opened : undefined;
  const initial = ownMachine ?? initializeRbm(data, { hidden, seed });
  const monitor = monitorOf({ ...settings, hidden });
  const figured = source.heldOut > 0 ? takeCases(held, monitor > 0 ? FIGURED_LIKELY : FIGURED) : undefined;
  const lens = await createLens(initial, takeCases(held, LOOKED_AT), seed);

  /** Runs begin from another machine now. */
  let outdated = false;
  let training: AsyncGenerator<Report, void, void>;
  let report: Report | undefined;
  let curve = emptyCurve;
  let looks: Looks = { update: 0, histogram: histogramOf(initial.weights), activity: lens.activity() };
  /** The machine of this tick, and of which the lens has it. */
  let current: { readonly update: number; readonly rbm: Rbm } | undefined;

  function begin(resume?: Checkpoint<Rbm>) {
    training = train(resume?.machine ?? initial, data, {
      epochs,
      batchSize,
      seed,
      negative: ruleOf(settings),
      optimizer: sgd({ rate, momentum, weightDecay: decay }),
      kernels,
      ...(figured && { heldOut: figured }),
      monitor,
      reportEvery: 0,
      ...(resume && { resume }),
    });
  }
  begin();

  /** The machine of this tick, loaded into the lens. */
  function machine(): Rbm {
    const update = report?.update ?? 0;
    if (current?.update !== update) {
      current = { update, rbm: report?.machine() ?? initial };
      lens.load(current.rbm);
    }
    return current.rbm;
  }

  return {
    async advance() {
      const next = await training.next();
      if (next.done) return false;
      report = next.value;
      if (report.kind === "epoch") curve = withEpoch(curve, report);
      const { update } = report;
      if (update % DREAM_EVERY === 0) {
        machine();
        lens.sweep();
      }
      if (update % LOOK_EVERY === 0) {
        looks = { update, histogram: histogramOf(machine().weights), activity: lens.activity() };
      }
      return true;
    },

    view() {
      const rbm = machine();
      const count = Math.min(hidden, MOST_FILTERS);
      const silent = settings.silent.filter((unit) => unit < hidden);
      if (silent.length > 0) lens.silence(rbm, silent);
      const reconstructions = lens.reconstructions();
      const dreams = silent.length > 0 ? lens.dreamsOn() : lens.dreams();
      if (silent.length > 0) lens.silence(rbm, []);
      const { filter } = settings;
      return {
        update: report?.update ?? 0,
        updates: epochs * Math.ceil(data.cases / batchSize),
        epoch: report?.epoch ?? 0,
        cases: data.cases,
        figured: figured?.cases ?? 0,
        source,
        filters: filtersOf(rbm, count),
        filterCount: count,
        shown: lens.shown,
        data: lens.data.slice(),
        reconstructions,
        dreams,
        error: report?.reconstructionError,
        curve,
        looks,
        largestWeight: report?.largestWeight ?? 0,
        rate,
        filter: filter >= 0 && filter < hidden ? lens.filter(rbm, filter) : undefined,
        opened: ownMachine !== undefined,
      };
    },

    adjust(next: Settings) {
      const names = Object.keys(next) as (keyof Settings)[];
      const same = names.every(
        (name) => [...looked, ...reading].includes(name as never) || String(next[name]) === String(settings[name]),
      );
      if (!same || outdated) return false;
      settings = next;
      return "looked";
    },

    save(): Saved {
      const { epoch = 0, largestWeight = 0, reconstructionError } = report ?? {};
      return {
        checkpoint: report?.checkpoint(),
        shown: report && { epoch, largestWeight, ...(reconstructionError !== undefined && { reconstructionError }) },
        curve,
        looks,
        dream: lens.saveDream(),
      };
    },

    async load({ checkpoint, shown, curve: saved, looks: seen, dream }: Saved) {
      await training.return();
      [curve, looks, current] = [saved, seen, undefined];
      lens.loadDream(dream);
      begin(checkpoint);
      report =
        checkpoint &&
        ({
          ...shown,
          ...checkpoint.progress,
          machine: () => checkpoint.machine,
          checkpoint: () => checkpoint,
        } as unknown as Report);
    },

    command(command: Command) {
      if (command.what === "sha256") return parametersSha256(machine());
      if (command.what === "model") return serializeModel(machine());
      if (command.what === "npy") return picturesAsNpy();
      if (command.what === "data")
        return readData(command).then((name) => {
          outdated = true;
          return name;
        });
      if (command.what === "forget") {
        [opened, outdated] = [undefined, true];
        return undefined;
      }
      const rbm = asRbm(parseModel(command.bytes, "the file").machine, "the file");
      const most = hiddenOf({ hidden: 1000 }, units);
      if (rbm.visible !== units)
        throw new Error(
          `The file has an RBM of ${rbm.visible} × ${rbm.hidden} units; expected ${units} visible ones, ${source.own ? `as a case of ${source.own.name}` : "a digit’s pixels"}.`,
        );
      if (rbm.hidden > most) throw new Error(`The file has ${rbm.hidden} hidden units; expected at most ${most}.`);
      [opened, outdated] = [rbm, true];
      return rbm.hidden;
    },

    dispose() {
      kernels.dispose();
      lens.dispose();
    },
  };
}
