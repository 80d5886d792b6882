/** Ctrl+C and SIGTERM: the first asks to stop after the running update, the second stops at once. */

import { talk } from "./output.js";

export const INTERRUPTED = 130;

/** What the work that runs listens to. */
let running: AbortController | undefined;

/** Runs `work` with a signal that is aborted by the first Ctrl+C or SIGTERM; `says` what that does. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  says = "Stopping after this batch; once more stops at once (the last checkpoint stays).",
): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    // a terminal has just shown ^C behind the progress line
    if (process.stderr.isTTY) talk();
    talk(says);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  running = controller;
  try {
    return await work(controller.signal);
  } finally {
    running = undefined;
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** Nobody reads on: stops training as Ctrl+C does, so that it can be resumed, and anything else at once. No error. */
export function stopForClosedPipe(): void {
  if (running) running.abort();
  else process.exit(0);
}
