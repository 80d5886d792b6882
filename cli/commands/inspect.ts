/** harmonium inspect: what is in a model file or a run's folder. */

import { Command } from "commander";
import { parametersSha256, type Rbm } from "../../src/index.js";
import { type EpochMetrics, loadRbm, type Run, readMetrics } from "../../src/node/index.js";
import { plural, print, printJson, table } from "../output.js";

const examples = `Examples:
  harmonium inspect runs/twos
  harmonium inspect model.safetensors --json
`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("what is in a model file or a run's folder")
    .argument("<model>", "a run's folder, or a model file (safetensors)")
    .addHelpText("before", examples)
    .option("--json", "one JSON object on standard output")
    .action(run);
}

interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly largest: number;
}

function spread(values: Float32Array): Spread {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    mean,
    deviation: Math.sqrt(square),
    largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

async function run(path: string, options: { json?: true }): Promise<void> {
  const { machine, file, metadata, run: from } = await loadRbm(path);
  const metrics = from ? await readMetrics(from) : [];
  const parameters = {
    weights: spread(machine.weights),
    visibleBias: spread(machine.visibleBias),
    hiddenBias: spread(machine.hiddenBias),
  };
  const facts = {
    model: file,
    kind: machine.kind,
    visible: machine.visible,
    hidden: machine.hidden,
    parameters: machine.weights.length + machine.visible + machine.hidden,
    parametersSha256: await parametersSha256(machine),
    silentHiddenUnits: silentUnits(machine),
    ...parameters,
    ...(from && { run: from.folder, config: from.config, epochs: metrics.length, lastEpoch: metrics.at(-1) }),
    metadata: Object.fromEntries([...metadata].filter(([key]) => key !== "config")),
  };
  if (options.json) return printJson(facts);
  const show = ({ mean, deviation, largest }: Spread) =>
    `mean ${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, largest |·| ${largest.toFixed(3)}`;
  const units = `${machine.visible} visible × ${machine.hidden} hidden binary units`;
  print(`${file}\n`);
  print(
    table([
      ["  machine", `RBM, ${units}, ${plural(facts.parameters, "parameter")}`],
      ["  weights W", show(parameters.weights)],
      ["  visible bias b", show(parameters.visibleBias)],
      ["  hidden bias c", show(parameters.hiddenBias)],
      ["  silent hidden units", `${facts.silentHiddenUnits} (all |w| < 0.01)`],
      ["  parameters' SHA-256", facts.parametersSha256],
      ...(from ? trainingRows(from, metrics.at(-1)) : []),
      ...Object.entries(facts.metadata).map(([key, value]) => [`  metadata ${printable(key)}`, printable(value)]),
    ]),
  );
}

function trainingRows({ config }: Run, last: EpochMetrics | undefined): string[][] {
  const rows = [
    ["  trained by", config.command],
    ["  epochs done", `${last?.epoch ?? 0} of ${config.learning.epochs}`],
  ];
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
