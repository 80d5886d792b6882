/** harmonium inspect: what is in a model file or a run's folder. */

import { Command } from "commander";
import { parametersSha256, type Rbm } from "../../src/index.js";
import { loadModel, readMetrics } from "../../src/node/index.js";
import { print, printJson, table } from "../output.js";

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
  return { mean, deviation: Math.sqrt(square), largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

async function run(path: string, options: { json?: true }): Promise<void> {
  const { machine, file, metadata, run: from } = await loadModel(path);
  const metrics = from ? await readMetrics(from) : [];
  const parameters = { weights: spread(machine.weights), visibleBias: spread(machine.visibleBias), hiddenBias: spread(machine.hiddenBias) };
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
  print(`${file}\n`);
  const show = ({ mean, deviation, largest }: Spread) => `mean ${mean.toFixed(4)}, standard deviation ${deviation.toFixed(4)}, largest |·| ${largest.toFixed(3)}`;
  const last = metrics.at(-1);
  print(
    table([
      ["  machine", `RBM, ${machine.visible} visible × ${machine.hidden} hidden binary units, ${facts.parameters.toLocaleString("en")} parameters`],
      ["  weights W", show(parameters.weights)],
      ["  visible bias b", show(parameters.visibleBias)],
      ["  hidden bias c", show(parameters.hiddenBias)],
      ["  silent hidden units", `${facts.silentHiddenUnits} (all |w| < 0.01)`],
      ["  parameters' SHA-256", facts.parametersSha256],
      ...(from
        ? [
            ["  trained by", from.config.command],
            ["  epochs done", `${last?.epoch ?? 0} of ${from.config.learning.epochs}`],
            ...(last ? [["  reconstruction error", `${last.reconstructionError.toFixed(4)} (a proxy, not the likelihood)`]] : []),
          ]
        : []),
      ...Object.entries(facts.metadata).map(([key, value]) => [`  metadata ${key}`, value.length > 80 ? `${value.slice(0, 77)}…` : value]),
    ]),
  );
}

/** Hidden units that no visible unit can move. */
function silentUnits({ weights, hidden }: Rbm): number {
  const largest = new Float32Array(hidden);
  weights.forEach((w, i) => {
    largest[i % hidden] = Math.max(largest[i % hidden] as number, Math.abs(w));
  });
  return largest.filter((most) => most < 0.01).length;
}
