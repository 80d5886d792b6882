/** What a link to the page of digits can hold; the defaults are the command line's, but for fewer hidden units. */

import { chosenClasses, quoted, valueRules } from "../../data/own-data.js";
import { choice, digits, packed, real, reals, type Values, whole } from "../../link/fields.js";

const line = (most: number) => packed("", /^\P{Cc}*$/u, `expected at most ${most} letters`, most);

export const fields = {
  digits: digits([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
  hidden: whole(64, 1, 1000),
  rule: choice(["cd", "pcd", "pt"], "cd"),
  k: whole(1, 1, 50),
  rate: real(0.05, 0.0001, 1, 0.001),
  momentum: real(0, 0, 0.99, 0.01),
  decay: real(0.0002, 0, 0.1, 0.0001),
  batch: whole(100, 1, 1000),
  epochs: whole(20, 1, 500),
  seed: whole(1, 0, 999_999),
  monitor: whole(0, 0, 100),
  // data of one's own, which a link cannot hold: the file's name, and how it is read
  file: line(200),
  values: choice(valueRules, "levels"),
  labels: line(100),
  // what is looked at: a filter, and units that dreams and reconstructions do without
  filter: whole(-1, -1, 999),
  silent: reals([], { min: 0, max: 999, most: 30 }),
};

export type Settings = Values<typeof fields>;

/** What an engine takes without beginning anew. */
export const looked = ["filter", "silent"] as const;
/** What says how a file is read, which is done when it is opened. */
export const reading = ["values", "labels"] as const;

/** Weights of which the moments that a page keeps are not too few (engine/timeline.ts). */
const MOST_WEIGHTS = 1_000_000;
/** Hidden units, fewer where a case has very many units. */
export const hiddenOf = ({ hidden }: Pick<Settings, "hidden">, units = 784): number =>
  Math.min(hidden, Math.floor(MOST_WEIGHTS / units));

/** Hidden units up to which the exact likelihood is a matter of milliseconds, and is told after every epoch. */
export const EXACT_AT_ONCE = 12;

/** Epochs from one log-likelihood to the next; 0 is never. */
export const monitorOf = ({ monitor, hidden }: Pick<Settings, "monitor" | "hidden">): number =>
  hidden <= EXACT_AT_ONCE ? 1 : monitor;

/** How many of the shipped training digits are of each class. */
export const shippedCounts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];

/** What the command has to know of data of the reader's own. */
export interface OwnSource {
  readonly name: string;
  readonly options: readonly string[];
  readonly classes: readonly number[] | undefined;
  readonly units: number;
  /** Of the training, without those held out. */
  readonly cases: number;
}

function dataOptions(chosen: readonly number[], own: OwnSource | undefined): (string | false)[] {
  if (!own)
    return [
      "--data mnist:train",
      chosen.length < 10 && `--classes ${chosen.join(",")}`,
      `--limit ${casesOf(chosen)}`,
      "--binarize 0.5",
    ];
  const classes = chosenClasses(chosen, own.classes);
  return [
    `--data ${quoted(own.name)}`,
    ...own.options,
    classes !== undefined && `--classes ${classes.join(",")}`,
    `--limit ${own.cases}`,
  ];
}

const casesOf = (chosen: readonly number[]) => chosen.reduce((sum, digit) => sum + (shippedCounts[digit] as number), 0);

/** The command that gives the same weights, bit for bit: of the shipped digits, or of the reader's own data where those are in use. */
export function commandOf(settings: Settings, own?: OwnSource): string {
  const { digits: chosen, rule, k, rate, momentum, decay, batch, epochs, seed, monitor } = settings;
  const hidden = hiddenOf(settings, own?.units);
  const options = [
    ...dataOptions(chosen, own),
    `--hidden ${hidden}`,
    rule !== "cd" && `--rule ${rule}`,
    rule !== "pt" && k !== 1 && `--k ${k}`,
    `--epochs ${epochs}`,
    `--batch-size ${Math.min(batch, own?.cases ?? casesOf(chosen))}`,
    `--rate ${rate}`,
    momentum !== 0 && `--momentum ${momentum}`,
    `--weight-decay ${decay}`,
    `--seed ${seed}`,
    monitorOf({ monitor, hidden }) > 0 && `--monitor ${monitorOf({ monitor, hidden })}`,
  ];
  return `harmonium train rbm ${options.filter(Boolean).join(" ")}`;
}
