/** Options that several machines' lessons have: averaged parameters, and an early end. */

import { type Command, Option } from "commander";
import { number } from "../arguments.js";

export function addAverages(command: Command): Command {
  return command
    .option(
      "--average <part>",
      "the model is the mean of the parameters after this part of all epochs, e.g. 0.5",
      number(),
    )
    .option("--average-over <n>", "the model is a moving average of the parameters over about n epochs", number());
}

/** `metrics` are what may have to get better, and `usual` which of them it is where none is named. */
export function addStopping(command: Command, metrics: readonly string[], usual: string): Command {
  return command
    .option(
      "--patience <n>",
      "stop early: once held-out cases have not got better for n epochs",
      number({ whole: true }),
    )
    .addOption(
      new Option("--stop-when <metric>", `what has to get better on held-out cases (default: ${usual})`).choices(
        metrics,
      ),
    )
    .option("--tolerance <t>", "how much worse than the best is still good, for --patience (default: 0)", number());
}
