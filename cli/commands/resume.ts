/** harmonium resume: go on with an interrupted run, with the bits that it would have had. */

import { join } from "node:path";
import { Command } from "commander";
import { type Checkpoint, refuse, type Schedule } from "../../src/index.js";
import { openRun, type Run, readCheckpoint, readMetrics } from "../../src/node/index.js";
import { addMachineOptions, addRunOptions, type MachineOptions } from "../arguments.js";
import { talk } from "../output.js";
import { loadMaterial, type Material, trainRun } from "../training.js";

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
  const material = await loadMaterial(run);
  if (checkpoint) demandSameRun(run, material, checkpoint);
  else talk("No checkpoint was written before the run ended; it begins again, with the same result.");
  await trainRun(run, material, options, checkpoint);
}

/** Throws "format" for a checkpoint that cannot be of this configuration and these data. */
function demandSameRun(
  { folder, config }: Run,
  { data, initial }: Material,
  { rbm, step, progress }: Checkpoint,
): void {
  const { epochs, batchSize, optimizer } = config.learning;
  const updates = Math.ceil(data.cases / batchSize) * epochs;
  const demand = (holds: boolean, got: string, expected: string): void => {
    if (holds) return;
    const wayOut = "Restore the run's files and data, or train anew in another folder.";
    throw refuse("format", { who: join(folder, "checkpoint.safetensors"), got, expected, wayOut });
  };
  const shape = (of: typeof rbm) => `${of.visible} × ${of.hidden} units`;
  demand(shape(rbm) === shape(initial), `a machine of ${shape(rbm)}`, `${shape(initial)}, as in config.json`);
  demand(progress.update <= updates, `update ${progress.update}`, `at most ${updates}, as in config.json`);
  const needsSteps = valuesOf(optimizer.momentum).some((value) => value > 0);
  demand(step !== undefined || !needsSteps, "no steps of the optimizer", "them, as config.json names a momentum");
}

function valuesOf(schedule: Schedule): number[] {
  if (typeof schedule === "number") return [schedule];
  return schedule.kind === "linear" ? [schedule.from, schedule.to] : schedule.steps.map(([, value]) => value);
}
