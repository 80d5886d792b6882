/** A thread that runs shifters, one after the other, as it is told. */

import { parentPort } from "node:worker_threads";
import { serve } from "../workers.js";
import { runShifter } from "./run.js";

serve(parentPort, runShifter);
