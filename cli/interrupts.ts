/** Ctrl+C and SIGTERM: the first asks to stop after the running update, the second stops at once. */

import { talk } from "./output.js";

export const INTERRUPTED = 130;

/** Runs `work` with a signal that is aborted by the first Ctrl+C or SIGTERM. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    talk("\nStopping after this batch; once more stops at once (the last checkpoint stays).");
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}
