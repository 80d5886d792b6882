/** How long work is run: with pauses for the event loop, reports to an onlooker, and an end when somebody asks for it. */

import { breathe } from "../kernels/breathe.js";
import type { Stage, Work } from "./annealed-chains.js";

export interface WatchOptions {
  /** Called a few times a second while the work goes on. */
  readonly onProgress?: (stage: Stage) => void;
  /** Ends the work at once: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long the work may keep others (signals, sockets, a page) waiting, milliseconds. */
const breathEvery = 25;
const reportEvery = 100;

/** Runs the work to its end. */
export async function watched<T>(work: Work<T>, { onProgress, signal }: WatchOptions = {}): Promise<T> {
  signal?.throwIfAborted();
  let lastBreath = performance.now();
  let lastReport = lastBreath;
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    const now = performance.now();
    if (onProgress && (now - lastReport >= reportEvery || next.value.done === next.value.of)) {
      onProgress(next.value);
      lastReport = now;
    }
    if (now - lastBreath >= breathEvery) {
      await breathe();
      lastBreath = performance.now();
    }
    signal?.throwIfAborted();
  }
}
