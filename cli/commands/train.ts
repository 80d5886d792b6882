/** harmonium train: learn the parameters of a machine from data. */

import { Command } from "commander";
import { trainBoltzmannCommand } from "./train-boltzmann.js";
import { trainClassificationRbmCommand } from "./train-classification-rbm.js";
import { trainClassifierCommand } from "./train-classifier.js";
import { trainDbmCommand } from "./train-dbm.js";
import { trainDbnCommand } from "./train-dbn.js";
import { trainRbmCommand } from "./train-rbm.js";

const examples = `Examples:
  harmonium train rbm --data mnist:train --classes 2
  harmonium train boltzmann --data bars-and-stripes:4 --hidden 4
  harmonium train dbn --data mnist:train --layers 784-500-500-2000
  harmonium train dbm --data mnist:train --layers 784-500-1000
  harmonium train classifier --data mnist:train --from runs/rbm --learns read-out
  harmonium train classification-rbm --data mnist:train --hidden 500
`;

export function trainCommand(version: string): Command {
  return new Command("train")
    .description("train a machine on data")
    .addHelpText("before", examples)
    .addCommand(trainRbmCommand(version))
    .addCommand(trainBoltzmannCommand(version))
    .addCommand(trainDbnCommand(version))
    .addCommand(trainDbmCommand(version))
    .addCommand(trainClassifierCommand(version))
    .addCommand(trainClassificationRbmCommand(version));
}
