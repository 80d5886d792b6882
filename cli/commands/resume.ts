/** harmonium resume: go on with an interrupted run, with the bits that it would have had. */

import { Command } from "commander";
import { openRun, readCheckpoint } from "../../src/node/index.js";
import { addMachineOptions, type MachineOptions, number } from "../arguments.js";
import { talk } from "../output.js";
import { loadMaterial, trainRun } from "../training.js";

const examples = `Examples:
  harmonium resume runs/twos
  harmonium resume runs/twos --threads 1     the same result, on one thread
`;

interface ResumeOptions extends MachineOptions {
  readonly checkpointEvery: number;
  readonly figures: boolean;
}

export function resumeCommand(): Command {
  const command = new Command("resume")
    .description("go on with an interrupted run: the result is bit for bit that of an uninterrupted one")
    .argument("<run>", "the folder of the run")
    .addHelpText("before", examples)
    .option("--checkpoint-every <s>", "seconds between checkpoints", number({ min: 0 }), 5)
    .option("--no-figures", "draw no figures and no report");
  return addMachineOptions(command, { seed: false }).action(async (folder: string, options: ResumeOptions) => {
    const run = await openRun(folder);
    const checkpoint = await readCheckpoint(run);
    if (!checkpoint) talk("No checkpoint was written before the run ended; it begins again, with the same result.");
    await trainRun(run, await loadMaterial(run), options, checkpoint);
  });
}
