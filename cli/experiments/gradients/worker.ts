/** A thread that runs rules, one after the other, as it is told. */

import { parentPort } from "node:worker_threads";
import { serve } from "../workers.js";
import { runRule } from "./run.js";

serve(parentPort, runRule);
