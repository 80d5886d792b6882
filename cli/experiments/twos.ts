/** harmonium experiment twos: the lecture's character recognition. */

import { Command } from "commander";
import { contrastiveDivergence, sgd } from "../../src/index.js";
import type { RbmRunConfig } from "../../src/node/index.js";
import { addFolderOptions, addMachineOptions, type MachineOptions } from "../arguments.js";
import { loadLesson } from "../lessons/index.js";
import { beginRun } from "../training.js";

const examples = `Examples:
  harmonium experiment twos                  the lecture's character recognition
  harmonium experiment twos --run runs/mine --seed 7
`;

interface TwosOptions extends MachineOptions {
  readonly run?: string;
  readonly force?: true;
}

export function twosCommand(version: string): Command {
  const twos = new Command("twos")
    .description("character recognition: an RBM learns MNIST's twos and tries to see a 2 in everything")
    .addHelpText("before", examples);
  addFolderOptions(twos, "runs/twos");
  return addMachineOptions(twos).action((options: TwosOptions) => runTwos(options, version));
}

async function runTwos(options: TwosOptions, version: string): Promise<void> {
  const config = twosConfig(options.seed, version);
  const training = { ...options, figures: true, checkpointEvery: 5 };
  await beginRun(config, await loadLesson(config), "runs/twos", training);
}

/** 784-50 as on the lecture's slides, CD-1; small enough a rate and weights that long chains still dream of twos. */
export function twosConfig(seed: number, version: string): RbmRunConfig {
  const selection = { classes: [2] };
  return {
    kind: "rbm",
    version,
    command: `npx harmonium experiment twos --seed ${seed}`,
    data: { spec: "mnist:train", ...selection },
    heldOut: { spec: "mnist:test", ...selection },
    model: { hidden: 50, weightScale: 0.01 },
    learning: {
      epochs: 60,
      batchSize: 100,
      seed,
      clamp: "sample",
      wake: "probability",
      negative: contrastiveDivergence({ k: 1 }).config,
      optimizer: sgd({
        rate: { kind: "linear", from: 0.05, to: 0.005 },
        momentum: 0.5,
        weightDecay: 0.001,
      }),
    },
  };
}
