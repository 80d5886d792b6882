/** Lessons of general Boltzmann machines. */

import {
  type Boltzmann,
  type CompleteBoltzmannOptions,
  checkBoltzmannResume,
  completeBoltzmannOptions,
  connectionsFrom,
  type Dataset,
  disconnectedVisible,
  exactTerms,
  formatConnections,
  initializeBoltzmann,
  MOST_TERMS,
  type RunOptions,
  refuse,
  train,
} from "../../src/index.js";
import { type BoltzmannRunConfig, boltzmannLearningFrom, type EpochMetrics } from "../../src/node/index.js";
import { heldOutLikelihoodText, likelihoodText } from "../monitored.js";
import { plural } from "../output.js";
import { quote } from "../quote.js";
import { drawBoltzmann } from "./boltzmann-figures.js";
import { demandMonitor, mostLogLikelihood } from "./boltzmann-monitor.js";
import { negativeText, optimizerText, positiveText, termsText } from "./boltzmann-texts.js";
import type { Lesson } from "./lesson.js";

/** Units beyond which the matrix of weights, the moments and their copies would not fit into memory. */
const mostUnits = 4096;

/** Throws "option", "shape" or "size" for what cannot be trained. */
export function boltzmannLesson(config: BoltzmannRunConfig, data: Dataset, heldOut: Dataset | undefined): Lesson {
  const { hidden, weightScale } = config.model;
  demandRoom(data, hidden);
  const connections = connectionsFrom(config.model.connections, data.units, hidden);
  const initial = initializeBoltzmann(data, { hidden, weightScale, connections, seed: config.learning.seed });
  const learning = completeBoltzmannOptions(initial, data, boltzmannLearningFrom(config, connections));
  demandRules(initial, learning);
  demandMonitor(initial, learning, config.monitor, Math.max(data.cases, heldOut?.cases ?? 0));
  const { visible } = initial;
  const joined = plural(connections.pairs.length / 2, "connection");
  const kind =
    config.model.connections.kind === "edges" ? joined : `${joined} (${formatConnections(config.model.connections)})`;
  const { positive, negative, optimizer } = config.learning;
  const at = learning.temperature === 1 ? "" : `, T = ${learning.temperature}`;
  return {
    data,
    heldOut,
    initial,
    name: "A Boltzmann machine",
    subject: `a Boltzmann machine of ${visible.length} visible and ${hidden} hidden units, ${kind},`,
    machine: `Boltzmann machine, ${visible.length} visible and ${hidden} hidden units, ${kind}`,
    facts: [
      ["positive phase", positiveText(positive)],
      ["negative phase", negativeText(negative)],
    ],
    rule: `${optimizerText(optimizer)}${at}`,
    warnings: disconnectionOf(disconnectedVisible(connections, visible)),
    check: (checkpoint, who) => checkBoltzmannResume(checkpoint, initial, data, learning, who),
    // train checks that the checkpoint is of such a machine
    train: (options) =>
      train(initial, data, {
        ...learning,
        ...(options as RunOptions<Boltzmann>),
        ...(heldOut && { heldOut }),
        monitor: config.monitor,
      }),
    results: (last) => results(last, data),
    nextSteps: ({ folder }) => nextSteps(folder, initial, learning.temperature),
    draw: (run, machine, threads) =>
      drawBoltzmann({
        run,
        machine: machine as Boltzmann,
        connections,
        data,
        learning,
        threads,
        isWatched: config.monitor > 0,
      }),
  };
}

function demandRoom({ units, name }: Dataset, hidden: number): void {
  if (units + hidden <= mostUnits) return;
  const expected = `at most ${mostUnits.toLocaleString("en")} visible and hidden units in all`;
  if (units > mostUnits) throw refuse("size", { who: "data", got: `${name} with ${plural(units, "unit")}`, expected });
  const wayOut = `With ${units} visible units use at most ${mostUnits - units}.`;
  throw refuse("size", { who: "hidden units", got: String(hidden), expected, wayOut });
}

/** Throws "option" or "size" for rules that the machine is not for. */
function demandRules(machine: Boltzmann, { connections, positive, negative }: CompleteBoltzmannOptions): void {
  const hidden = machine.units - machine.visible.length;
  const { phase } = positive.config;
  const { rule } = negative.config;
  if (hidden > 0 && phase === "data") {
    const got = `data for a machine with ${plural(hidden, "hidden unit")}`;
    throw refuse("option", { who: "--positive", got, expected: "exact, chains or mean-field" });
  }
  if (hidden > 0 && rule === "pseudo-likelihood") {
    const got = `pseudo-likelihood for a machine with ${plural(hidden, "hidden unit")}`;
    throw refuse("option", { who: "--negative", got, expected: "exact, scratch, persistent, tempered or cd" });
  }
  const isTooMuch = (over: "all" | "hidden") => exactTerms(connections, machine.visible, over) > MOST_TERMS;
  const refuseExact = (who: string, wayOut: string) => {
    const got = `exact for a machine so connected that the sum has ${termsText(Number.POSITIVE_INFINITY)}`;
    return refuse("size", { who, got, expected: `at most 2^${Math.log2(MOST_TERMS)} terms`, wayOut });
  };
  if (phase === "exact" && isTooMuch("hidden")) {
    throw refuseExact("--positive", "Use --positive chains or mean-field.");
  }
  if (rule === "exact" && isTooMuch("all")) {
    throw refuseExact("--negative", "Use --negative persistent, tempered or scratch.");
  }
}

/** Units that a warning names. */
const mostNamed = 12;

/** What to say of groups of visible units that no path joins to the rest. */
function disconnectionOf(groups: readonly (readonly number[])[]): string[] {
  if (groups.length === 0) return [];
  const units = groups.flat();
  const named = `${units.slice(0, mostNamed).join(", ")}${units.length > mostNamed ? ", …" : ""}`;
  const which =
    groups.length === 1 ? `the visible units ${named}` : `${groups.length} groups of visible units (${named})`;
  return [
    `no path of connections joins ${which} to the others, not even through hidden units: whatever is learnt, they are independent.`,
  ];
}

function results(last: EpochMetrics, data: Dataset): [string, string][] {
  const { logLikelihood, heldOutLogLikelihood } = last;
  const rows: [string, string][] = [];
  if (logLikelihood !== undefined) {
    const most = `at most ${mostLogLikelihood(data).toFixed(4)}, minus the data's entropy`;
    rows.push(["log-likelihood", `${likelihoodText(last, logLikelihood)} (${most})`]);
  }
  if (heldOutLogLikelihood !== undefined)
    rows.push(["  on held-out data", heldOutLikelihoodText(last, heldOutLogLikelihood)]);
  return rows;
}

/** Units up to which all states can be enumerated. */
const mostEnumerated = 28;

function nextSteps(folder: string, { units }: Boltzmann, temperature: number): string[] {
  const model = quote(folder);
  const at = temperature === 1 ? "" : ` --temperature ${temperature}`;
  return [
    ...(units <= mostEnumerated ? [`\`npx harmonium equilibrium ${model}${at} --top 20\``] : []),
    `\`npx harmonium simulate ${model}${at} --chains 100 --steps 1000\``,
    `\`npx harmonium inspect ${model}\``,
  ];
}
