/** The command line: parse, dispatch, exit code. 0 done, 1 a bug, 2 bad input, 130 interrupted. */

import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { HarmoniumError } from "../src/index.js";
import { classifyCommand } from "./commands/classify.js";
import { equilibriumCommand } from "./commands/equilibrium.js";
import { evaluateCommand } from "./commands/evaluate.js";
import { featuresCommand } from "./commands/features.js";
import { inspectCommand } from "./commands/inspect.js";
import { labCommand } from "./commands/lab.js";
import { reconstructCommand } from "./commands/reconstruct.js";
import { resumeCommand } from "./commands/resume.js";
import { sampleCommand } from "./commands/sample.js";
import { simulateCommand } from "./commands/simulate.js";
import { trainCommand } from "./commands/train.js";
import { complaintText, isOutOfMemory, restate } from "./complaints.js";
import { experimentCommand } from "./experiments/index.js";
import { stopForClosedPipe } from "./interrupts.js";
import { talk } from "./output.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const examples = `Examples:
  harmonium experiment twos                        the lecture's character recognition, start to end
  harmonium train rbm --data mnist:train --hidden 500 --epochs 20 --run runs/digits
  harmonium reconstruct runs/digits --data mnist:test --limit 40 --out digits.png
  harmonium evaluate runs/digits --data mnist:test --json
  harmonium lab                                    the lab in your browser, with the runs in ./runs
`;

const program = new Command("harmonium")
  .description("Boltzmann machines: train them, sample them, see what they learned.")
  .version(version)
  .addHelpText("before", examples)
  .addHelpText(
    "after",
    "\nExit codes: 0 done, 1 a bug in harmonium, 2 bad input, 130 interrupted (a checkpoint was written).",
  )
  .showSuggestionAfterError()
  .showHelpAfterError("(add --help for examples and options)");

for (const command of [
  trainCommand(version),
  resumeCommand(),
  reconstructCommand(),
  sampleCommand(),
  featuresCommand(),
  evaluateCommand(),
  classifyCommand(),
  inspectCommand(),
  simulateCommand(),
  equilibriumCommand(),
  experimentCommand(version),
  labCommand(),
]) {
  program.addCommand(command);
}

/** A closed pipe (`harmonium … | head`) is not an error of ours. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    stopForClosedPipe();
  });
}

function prepare(command: Command): void {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => write(restate(text, command)) });
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    prepare(child);
  }
}

prepare(program);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has said it already; help and version are no errors
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof HarmoniumError) {
    talk(complaintText(error));
    process.exitCode = 2;
  } else if (isOutOfMemory(error)) {
    talk(`harmonium: got too little memory (${error.message}). Use fewer units, smaller batches, or fewer cases.`);
    process.exitCode = 2;
  } else {
    talk("harmonium: this is a bug in harmonium, please report it with the command and these lines:");
    talk((error as Error).stack ?? String(error));
    process.exitCode = 1;
  }
}
