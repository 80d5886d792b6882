/** Runs of an experiment on several threads. Each is decided by its task alone, so the results do not depend on how many there are. */

import { type MessagePort, Worker } from "node:worker_threads";
import { type Complaint, type ErrorKind, HarmoniumError } from "../../src/index.js";

/** What a worker says: how a task goes on, that it is done, or what went wrong. */
type Said<Progress, Result> =
  | { readonly progress: Progress }
  | { readonly result: Result }
  | { readonly refused: { readonly kind: ErrorKind; readonly complaint: Complaint } }
  | { readonly error: unknown };

/** Progress is told at most so often, milliseconds. */
const tellEvery = 100;

/** In the worker's file: does the tasks that come, one after the other. */
export function serve<Task, Progress, Result>(
  port: MessagePort | null,
  work: (task: Task, watch: (progress: Progress) => void) => Promise<Result>,
): void {
  const say = (said: Said<Progress, Result>) => port?.postMessage(said);
  let last = 0;
  const watch = (progress: Progress): void => {
    const now = performance.now();
    if (now - last < tellEvery) return;
    last = now;
    say({ progress });
  };
  port?.on("message", (task: Task) => {
    work(task, watch).then(
      (result) => say({ result }),
      // what is thrown would arrive without its class
      (error: unknown) => say(error instanceof HarmoniumError ? { refused: { ...error } } : { error }),
    );
  });
}

export interface ManyOptions<Progress, Result> {
  readonly threads: number;
  /** Ends all threads; what is not done by then is left out. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onResult: (result: Result) => void;
}

/** Hands tasks in their order to workers of a file that `serve`s; the results come in any order. Throws what a worker threw. */
export async function runMany<Task, Progress, Result>(
  file: URL,
  tasks: readonly Task[],
  { threads, signal, onProgress, onResult }: ManyOptions<Progress, Result>,
): Promise<void> {
  const queue = [...tasks];
  const workers = Array.from({ length: Math.min(threads, queue.length) }, () => new Worker(file));
  const stop = () => Promise.all(workers.map((worker) => worker.terminate()));
  const done = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const task = queue.shift();
        if (task === undefined) resolve();
        else worker.postMessage(task);
      };
      worker.on("message", (said: Said<Progress, Result>) => {
        if ("progress" in said) return onProgress(said.progress);
        if ("refused" in said) return reject(new HarmoniumError(said.refused.kind, said.refused.complaint));
        if ("error" in said) return reject(said.error);
        onResult(said.result);
        next();
      });
      worker.on("error", reject);
      // terminated
      worker.on("exit", resolve);
      next();
    });
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) return;
    await Promise.all(workers.map(done));
  } finally {
    signal.removeEventListener("abort", stop);
    await stop();
  }
}
