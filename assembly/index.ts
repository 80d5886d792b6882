// The exports of the binary, and nothing else.

import { logRatios } from "./annealing";
import { combine, transpose } from "./combine";
import * as control from "./control";
import { conditional } from "./conditional";
import { coincidences, planes } from "./coincidences";
import { encodeCases } from "./encode";
import { makeStream } from "./network-chain";
import { advanceDense } from "./network-dense";
import { wholeDense, wholeSparse } from "./fixed-point";
import { inputsDense } from "./network-inputs";
import { advancePanels } from "./network-panels";
import { advanceSparse, inputsSparse } from "./network-sparse";
import { optimizeHidden, optimizeVisible } from "./optimize";
import { clamp } from "./sample";
import { dropOut, readOut, throughLogistic } from "./feed-forward";
import { labelGradient, labelScores } from "./label-units";
import { followMean, shift } from "./units";
import { updateHidden, updateVisible } from "./update";

export { largest, mismatches, squaredDifference } from "./direct";

const CLAMP = 0;
const ENCODE_CASES = 1;
const CONDITIONAL = 2;
const UPDATE_VISIBLE = 3;
const UPDATE_HIDDEN = 4;
const COMBINE = 5;
const OPTIMIZE_HIDDEN = 6;
const OPTIMIZE_VISIBLE = 7;
const FOLLOW_MEAN = 8;
const SHIFT = 9;
const ADVANCE_DENSE = 16;
const ADVANCE_SPARSE = 17;
const PLANES = 18;
const COINCIDENCES = 19;
const INPUTS_DENSE = 20;
const INPUTS_SPARSE = 21;
const LOG_RATIOS = 12;
const ADVANCE_PANELS = 22;
const WHOLE_DENSE = 23;
const WHOLE_SPARSE = 24;
const MAKE_STREAM = 25;
const TRANSPOSE = 26;
const READ_OUT = 32;
const THROUGH_LOGISTIC = 33;
const DROP_OUT = 34;
const LABEL_SCORES = 48;
const LABEL_GRADIENT = 49;

/** One task of the current operation. `scratch` is the calling thread's own. */
function execute(operation: i32, task: i32, scratch: usize): void {
  if (operation == CLAMP) clamp(task, scratch);
  else if (operation == ENCODE_CASES) encodeCases(task, scratch);
  else if (operation == CONDITIONAL) conditional(task, scratch);
  else if (operation == UPDATE_VISIBLE) updateVisible(task, scratch);
  else if (operation == UPDATE_HIDDEN) updateHidden(task, scratch);
  else if (operation == COMBINE) combine(task);
  else if (operation == OPTIMIZE_HIDDEN) optimizeHidden(task, scratch);
  else if (operation == OPTIMIZE_VISIBLE) optimizeVisible(task, scratch);
  else if (operation == FOLLOW_MEAN) followMean(task);
  else if (operation == SHIFT) shift(task);
  else if (operation == ADVANCE_DENSE) advanceDense(task, scratch);
  else if (operation == ADVANCE_SPARSE) advanceSparse(task, scratch);
  else if (operation == PLANES) planes(task, scratch);
  else if (operation == COINCIDENCES) coincidences(task, scratch);
  else if (operation == INPUTS_DENSE) inputsDense(task, scratch);
  else if (operation == INPUTS_SPARSE) inputsSparse(task, scratch);
  else if (operation == LOG_RATIOS) logRatios(task);
  else if (operation == ADVANCE_PANELS) advancePanels(task, scratch);
  else if (operation == WHOLE_DENSE) wholeDense(task, scratch);
  else if (operation == WHOLE_SPARSE) wholeSparse(task, scratch);
  else if (operation == MAKE_STREAM) makeStream(task, scratch);
  else if (operation == TRANSPOSE) transpose(task);
  else if (operation == READ_OUT) readOut(task);
  else if (operation == THROUGH_LOGISTIC) throughLogistic(task);
  else if (operation == DROP_OUT) dropOut(task, scratch);
  else if (operation == LABEL_SCORES) labelScores(task, scratch);
  else if (operation == LABEL_GRADIENT) labelGradient(task, scratch);
}

/** Claims and executes tasks until none is left. */
function help(thread: i32): void {
  const operation = control.operation(), scratch = control.scratchOf(thread);
  for (let task = control.claim(thread); task >= 0; task = control.claim(thread)) execute(operation, task, scratch);
}

/** How often a thread looks for news before it sleeps: about 0.2 ms, longer than JavaScript needs between two operations. */
const SPINS = 100000;

/** Runs the operation in the control block to its end, with the workers' help. Called by the thread that owns the machine. */
export function run(): void {
  if (ASC_FEATURE_THREADS) {
    const workers = control.workers();
    control.startClaims();
    if (workers > 0) {
      atomic.add<i32>(control.GENERATION, 1);
      if (atomic.load<i32>(control.SLEEPERS) != 0) atomic.notify(control.GENERATION, workers);
    }
    help(0);
    if (workers > 0) awaitWorkers(workers);
  } else {
    control.startClaims();
    help(0);
  }
}

function awaitWorkers(workers: i32): void {
  if (ASC_FEATURE_THREADS) {
    let spins = 0;
    let done = atomic.load<i32>(control.DONE);
    while (done < workers) {
      if (++spins > SPINS && control.callerMaySleep()) {
        atomic.store<i32>(control.CALLER_SLEEPS, 1);
        atomic.wait<i32>(control.DONE, done, 1000000);
        atomic.store<i32>(control.CALLER_SLEEPS, 0);
      }
      done = atomic.load<i32>(control.DONE);
    }
  }
}

/** A worker's life: wait for an operation, help, say so; until the operation is negative. */
export function serve(thread: i32, generation: i32): void {
  if (ASC_FEATURE_THREADS) {
    while (true) {
      let spins = 0;
      while (atomic.load<i32>(control.GENERATION) == generation) {
        if (++spins > SPINS) {
          atomic.add<i32>(control.SLEEPERS, 1);
          atomic.wait<i32>(control.GENERATION, generation, -1);
          atomic.sub<i32>(control.SLEEPERS, 1);
        }
      }
      generation++;
      if (control.operation() < 0) return;
      help(thread);
      atomic.add<i32>(control.DONE, 1);
      if (atomic.load<i32>(control.CALLER_SLEEPS) != 0) atomic.notify(control.DONE, 1);
    }
  }
}
