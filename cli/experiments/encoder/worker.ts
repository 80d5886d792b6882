/** A thread that runs encoders, one after the other, as it is told. */

import { parentPort } from "node:worker_threads";
import { runEncoder } from "./run.js";
import { serve } from "../workers.js";

serve(parentPort, runEncoder);
