/** A thread that runs encoders, one after the other, as it is told. */

import { parentPort } from "node:worker_threads";
import { serve } from "../workers.js";
import { runEncoder } from "./run.js";

serve(parentPort, runEncoder);
