/** harmonium experiment: runs that are worth showing, with everything chosen. */

import { Command } from "commander";
import { classificationRbmDigits } from "./digits/classification-rbm.js";
import { deepBeliefDigits } from "./digits/deep-belief.js";
import { deepBoltzmannDigits } from "./digits/deep-boltzmann.js";
import { digitsCommand } from "./digits/digits.js";
import { readOutDigits } from "./digits/read-out.js";
import { upDownDigits } from "./digits/up-down.js";
import { encoderCommand } from "./encoder/command.js";
import { gradientsCommand } from "./gradients/command.js";
import { parityCommand } from "./parity.js";
import { shifterCommand } from "./shifter/command.js";
import { twosCommand } from "./twos.js";

const examples = `Examples:
  harmonium experiment twos                  the lecture's character recognition
  harmonium experiment parity                what hidden units are for, by exact numbers
  harmonium experiment gradients             what contrastive divergence learns
  harmonium experiment encoder 4-2-4         250 machines of 1985
  harmonium experiment shifter               which way did the picture move?
  harmonium experiment read-out              digits told apart by features that were learnt without labels
  harmonium experiment deep-belief           the same with a deep belief network, and back-propagation
  harmonium experiment up-down               a deep belief network that also dreams of digits by label
  harmonium experiment classification-rbm    one RBM with label units, whose P(label | image) is exact
  harmonium experiment deep-boltzmann        a deep Boltzmann machine, and back-propagation
`;

export function experimentCommand(version: string): Command {
  const command = new Command("experiment")
    .description("ready-made experiments: the lecture's, and those that Boltzmann machines began with")
    .addHelpText("before", examples);
  for (const experiment of [
    twosCommand(version),
    parityCommand(version),
    gradientsCommand(version),
    encoderCommand(version),
    shifterCommand(version),
    digitsCommand(readOutDigits, version),
    digitsCommand(deepBeliefDigits, version),
    digitsCommand(upDownDigits, version),
    digitsCommand(classificationRbmDigits, version),
    digitsCommand(deepBoltzmannDigits, version),
  ]) {
    command.addCommand(experiment);
  }
  return command;
}
