/** A thread of the pool: instantiates the kernels over the shared memory and serves until it is told to quit. */

import type { KernelExports } from "./control.js";

export interface Assignment {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly generation: number;
}

function work({ module, memory, thread, generation }: Assignment, ready: () => void): void {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  ready();
  (instance.exports as unknown as KernelExports).serve(thread, generation);
}

const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
if (node?.parentPort) {
  work(node.workerData as Assignment, () => node.parentPort?.postMessage("ready"));
} else {
  globalThis.addEventListener("message", ({ data }: MessageEvent<Assignment>) => {
    work(data, () => globalThis.postMessage("ready"));
    globalThis.close();
  });
}
