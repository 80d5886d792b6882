/** Errors in the words of the command line: options by the names that one types, the library's and commander's in one form. */

import type { Command } from "commander";
import { HarmoniumError } from "../src/index.js";

/** Who complains in the library, and what one types for it. */
const typed = new Map([
  ["hidden units", "--hidden"],
  ["weight scale", "--weight-scale"],
  ["batch size", "--batch-size"],
  ["learning rate", "--rate"],
  ["weight decay", "--weight-decay"],
  ["L1 penalty", "--l1"],
  ["Nesterov's momentum", "--nesterov"],
  ["sparsity target", "--sparsity"],
  ["sparsity cost", "--sparsity-cost"],
  ["average from", "--average"],
  ["average over", "--average-over"],
  ...["k of CD-k", "k of PCD-k", "k of FPCD-k", "k"].map((name) => [name, "--k"] as const),
  ["rate of fast weights", "--fast-rate"],
  ["exactGradient", "--rule exact"],
  ["clamped unit", "--clamp"],
  ["clamped units", "--clamp"],
  ["size of steps", "--rate"],
  ["connections", "--connect"],
  ["layers", "--layers"],
  ["lower rate", "--lower-rate"],
  ["dropout: input", "--input-dropout"],
  ["dropout: hidden", "--dropout"],
  ["train", "--data"],
  ["train: held-out data", "--held-out"],
  ["chains per case", "--chains-per-case"],
  // functions that complain about the data's width
  ...["reconstruct", "reconstructionError", "hiddenFeatures", "classify"].map((name) => [name, "--data"] as const),
  ...[
    "epochs",
    "momentum",
    "patience",
    "tolerance",
    "monitor",
    "chains",
    "sweeps",
    "readings",
    "ladder",
    "reservoir",
    "temperature",
  ].map((name) => [name, `--${name}`] as const),
  ...["data", "classes", "labels", "array", "scale", "binarize"].map((name) => [name, `--${name}`] as const),
]);

/** The line for an error that the user can do something about. */
export function complaintText({ kind, complaint }: HarmoniumError): string {
  const { who, wayOut } = complaint;
  const { message } = new HarmoniumError(kind, {
    ...complaint,
    who: typed.get(who) ?? who,
    // "Use scale (…), or binarize (…)", "the option labels"
    ...(wayOut && {
      wayOut: wayOut
        .replace("createNetwork takes any", "harmonium simulate takes any")
        .replace(/\b(Use|or|Give|option) (scale|binarize|labels|array|symmetrize)\b/g, "$1 --$2"),
    }),
  });
  return `harmonium: ${message}${/[.!?]$/.test(message) ? "" : "."}`;
}

/** commander's "error: …" about `command` in the form of ours. */
export function restate(text: string, command: Command): string {
  const known = command.commands.map((child) => child.name()).join(", ");
  const what = command.name() === "train" ? "kind of machine" : "command";
  return text
    .replace(/^error: option '(-\S+)[^']*' argument '(.*)' is invalid\. /s, 'harmonium: $1: got "$2"; ')
    .replace(/"; Expected /, '"; expected ')
    .replace(/"; Allowed choices are (.*)\.\n/, '"; expected one of $1.\n')
    .replace(/^error: option '(-\S+) ?([^']*)' argument missing/, "harmonium: $1: got nothing; expected $2.")
    .replace(/^error: required option '(-\S+) ?([^']*)' not specified/, "harmonium: $1: got nothing; expected $2.")
    .replace(/^error: missing required argument '(.*)'/, "harmonium: <$1>: got nothing; expected one.")
    .replace(/^error: unknown option '(.*)'/, 'harmonium: got the unknown option "$1".')
    .replace(/^error: unknown command '(.*)'/, `harmonium: got the unknown ${what} "$1"; expected ${known}.`)
    .replace(/^error: /, "harmonium: ")
    .replace(/\n\((Did you mean .*\?)\)\n/, " $1\n");
}

/** Whether V8 says that an array is too long, or that there is no memory for it. */
export function isOutOfMemory(error: unknown): error is RangeError {
  return error instanceof RangeError && /allocation failed|invalid (typed )?array length|memory/i.test(error.message);
}
