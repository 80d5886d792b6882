/** harmonium resume: go on with an interrupted run, with the bits that it would have had. */

import { Command } from "commander";
import { checkpointFile, openRun, readCheckpoint, readMetrics } from "../../src/node/index.js";
import { addMachineOptions, addRunOptions, type MachineOptions } from "../arguments.js";
import { loadLesson } from "../lessons/index.js";
import { talk } from "../output.js";
import { trainRun } from "../training.js";

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
    .addHelpText("before", examples);
  return addMachineOptions(addRunOptions(command), { seed: false }).action(resume);
}

async function resume(folder: string, options: ResumeOptions): Promise<void> {
  const run = await openRun(folder);
  const checkpoint = await readCheckpoint(run);
  // damaged records are refused before anything is said or done
  await readMetrics(run);
  const lesson = await loadLesson(run.config);
  if (checkpoint) lesson.check(checkpoint, checkpointFile(run));
  else talk("No checkpoint was written before the run ended; it begins again, with the same result.");
  await trainRun(run, lesson, options, { resumed: checkpoint });
}
