/** harmonium inspect: what is in a model file or a run's folder. */

import { Command } from "commander";
import {
  type Boltzmann,
  blocksOf,
  type Classifier,
  connectionsOf,
  type Dbm,
  type Dbn,
  degree,
  isSymmetric,
  type Machine,
  type Network,
  parametersSha256,
  type Rbm,
} from "../../src/index.js";
import { type EpochMetrics, loadMachine, type Run, readMetrics } from "../../src/node/index.js";
import { dbmFacts } from "../dbm.js";
import { dbnFacts } from "../dbn.js";
import { plural, print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium inspect runs/twos
  harmonium inspect model.safetensors --json
  harmonium inspect weights.csv                  N rows of N weights, or N + 1 with the bias last
`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("what is in a model file, a run's folder, or a CSV of weights")
    .argument("<model>", "a run's folder, a model file (safetensors), or a CSV of weights")
    .addHelpText("before", examples)
    .option("--json", "one JSON object on standard output")
    .action(run);
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
}

function spread(values: ArrayLike<number>): Spread {
  const count = Math.max(1, values.length);
  let [sum, largest, squares] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i] as number;
    largest = Math.max(largest, Math.abs(values[i] as number));
  }
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - sum / count) ** 2;
  return { mean: sum / count, deviation: Math.sqrt(squares / count), largest };
}

async function run(path: string, options: { json?: true }): Promise<void> {
  const { machine, file, metadata, run: from } = await loadMachine(path);
  const metrics = from ? await readMetrics(from) : [];
  const { facts, rows } = factsOf(machine);
  const sha256 = await parametersSha256(machine);
  const about = Object.fromEntries([...metadata].filter(([key]) => key !== "config"));
  if (options.json) {
    const training = from && {
      run: from.folder,
      config: from.config,
      epochs: metrics.length,
      lastEpoch: metrics.at(-1),
    };
    return printJson({
      model: file,
      kind: machine.kind,
      ...facts,
      parametersSha256: sha256,
      ...training,
      metadata: about,
    });
  }
  print(`${file}\n`);
  print(
    table([
      ...rows,
      ["  parameters' SHA-256", sha256],
      ...(from ? trainingRows(from, metrics.at(-1)) : []),
      ...Object.entries(about).map(([key, value]) => [`  metadata ${printable(key)}`, printable(value)]),
    ]),
  );
}

/** What --json says of a machine, and the same as rows of a table. */
interface Facts {
  readonly facts: object;
  readonly rows: string[][];
}

function factsOf(machine: Machine): Facts {
  if (machine.kind === "rbm") return rbmFacts(machine as Rbm);
  if (machine.kind === "classifier") return classifierFacts(machine as Classifier);
  if (machine.kind === "dbm") return dbmFacts(machine as Dbm, spread, show);
  return machine.kind === "dbn" ? dbnFacts(machine as Dbn, spread, show) : networkFacts(machine as Network);
}

const show = ({ mean, deviation, largest }: Spread): string =>
  `mean ${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, largest |·| ${largest.toFixed(3)}`;

function classifierFacts({ layers, weights, biases, augmentedBy }: Classifier): Facts {
  const [inputs, classes] = [layers[0] as number, layers.at(-1) as number];
  const hidden = layers.slice(1, -1);
  const parameters = [...weights, ...biases].reduce((sum, { length }) => sum + length, 0);
  const spreads = weights.map((W, l) => ({ weights: spread(W), bias: spread(biases[l] as Float32Array) }));
  const between = hidden.length === 0 ? "" : `, ${hidden.join("-")} logistic hidden units`;
  return {
    facts: {
      ...{ inputs, hidden, classes, parameters, layers: spreads },
      ...(augmentedBy && { augmentedBy: augmentedBy.layers }),
    },
    rows: [
      ["  machine", `classifier, ${inputs} inputs${between}, ${classes} classes, ${plural(parameters, "parameter")}`],
      ...(augmentedBy
        ? [
            [
              "  inputs",
              `cases, and the second layer's means of a deep Boltzmann machine ${augmentedBy.layers.join("-")}`,
            ],
          ]
        : []),
      ...spreads.flatMap(({ weights: W, bias }, l) => [
        [`  weights of layer ${l + 1}`, show(W)],
        [`  biases of layer ${l + 1}`, show(bias)],
      ]),
    ],
  };
}

function rbmFacts(machine: Rbm): Facts {
  const { visible, hidden } = machine;
  const parameters = machine.weights.length + visible + hidden;
  const silent = silentUnits(machine);
  const [weights, visibleBias, hiddenBias] = [machine.weights, machine.visibleBias, machine.hiddenBias].map(spread) as [
    Spread,
    Spread,
    Spread,
  ];
  return {
    facts: { visible, hidden, parameters, silentHiddenUnits: silent, weights, visibleBias, hiddenBias },
    rows: [
      ["  machine", `RBM, ${visible} visible × ${hidden} hidden binary units, ${plural(parameters, "parameter")}`],
      ["  weights W", show(weights)],
      ["  visible bias b", show(visibleBias)],
      ["  hidden bias c", show(hiddenBias)],
      ["  silent hidden units", `${silent} (all |w| < 0.01)`],
    ],
  };
}

function networkFacts(machine: Network): Facts {
  const { units, weights: M } = machine;
  const symmetric = isSymmetric(machine);
  const visible = machine.kind === "boltzmann" ? (machine as Boltzmann).visible : undefined;
  const connections = connectionsOf(machine);
  const joined = connections.pairs.length / 2;
  // of a symmetric machine each pair has one weight
  const values = M.filter((w, at) => w !== 0 && !(symmetric && at % units < Math.floor(at / units)));
  const blocks = blocksOf(machine).length;
  const parameters = values.length + units;
  const alone = degree(connections).filter((count) => count === 0).length;
  const [weights, bias] = [spread(values), spread(machine.bias)];
  const shown = visible && `: ${visible.length} visible, ${units - visible.length} hidden`;
  const kind = symmetric ? "Boltzmann machine" : "network, not symmetric";
  return {
    facts: {
      units,
      ...(visible && { visible: visible.length, hidden: units - visible.length, visibleUnits: visible }),
      symmetric,
      parameters,
      connections: joined,
      unjoinedUnits: alone,
      blocks,
      weights,
      bias,
    },
    rows: [
      ["  machine", `${kind}, ${plural(units, "binary unit")}${shown ?? ""}, ${plural(parameters, "parameter")}`],
      [
        "  connections",
        `${joined.toLocaleString("en")} of ${plural((units * (units - 1)) / 2, "pair")}; ${plural(alone, "unit")} without`,
      ],
      ["  weights M", `${show(weights)}, where not 0`],
      ["  biases b", show(bias)],
      ["  blocks", `${blocks}, each of units that may be updated at once`],
    ],
  };
}

function trainingRows({ config }: Run, last: EpochMetrics | undefined): string[][] {
  const rows = [
    ["  trained by", config.command],
    ["  epochs done", `${last?.epoch ?? 0} of ${config.learning.epochs}${last?.stage ? `, ${last.stage}` : ""}`],
  ];
  if (last?.heldOutErrorRate !== undefined)
    rows.push(["  held-out error", `${(100 * last.heldOutErrorRate).toFixed(2)} % of the last epoch`]);
  if (last?.reconstructionError !== undefined)
    rows.push(["  reconstruction error", `${last.reconstructionError.toFixed(4)} (a proxy, not the likelihood)`]);
  return rows;
}

/** The text on one line, without what a terminal would obey: the file may be anybody's. */
function printable(text: string): string {
  const plain = /\p{Cc}/u.test(text) ? JSON.stringify(text) : text;
  return plain.length > 80 ? `${plain.slice(0, 77)}…` : plain;
}

/** Hidden units that no visible unit can move. */
function silentUnits({ weights, hidden }: Rbm): number {
  const largest = new Float32Array(hidden);
  weights.forEach((w, i) => {
    largest[i % hidden] = Math.max(largest[i % hidden] as number, Math.abs(w));
  });
  return largest.filter((most) => most < 0.01).length;
}
