/** harmonium experiment encoder: two groups of units agree on a code, by the protocol of 1985 and by rules of today. */

import { writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { refuse } from "../../../src/index.js";
import { number } from "../../arguments.js";
import { INTERRUPTED, interruptible } from "../../interrupts.js";
import { plural, printJson, talk } from "../../output.js";
import { addExperimentOptions, beginFolder, type ExperimentOptions, leaveFindings } from "../findings.js";
import { MOST_RUNS } from "../seeds.js";
import { runMany } from "../workers.js";
import { drawEncoder } from "./figures.js";
import { outcomeOf, outcomeRows } from "./outcome.js";
import { type Problem, problemNames, problemOf } from "./problems.js";
import { encoderView } from "./progress.js";
import { type RuleName, ruleNames } from "./rules.js";
import type { RunProgress, RunResult, RunTask } from "./run.js";
