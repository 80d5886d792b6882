/** Makes kernels: compiles the embedded binary, and starts the worker threads that share its memory. */

import { refuse } from "../errors.js";
import { GENERATION, type KernelExports, OPERATION, operations } from "./control.js";
import type { Kernels } from "./kernels.js";
import { createArena } from "./memory.js";
import { referenceKernels } from "./reference.js";
import { wasmKernels } from "./wasm.js";
import { sharedBinary, singleBinary } from "./wasm-binary.js";
import type { Assignment } from "./worker.js";

export interface KernelOptions {
  /** Threads that compute, the calling one included; 1 by default. Results do not depend on it. */
  readonly threads?: number;
  /** "reference" is the slow definition, for tests. */
  readonly implementation?: "wasm" | "reference";
}

/** How many threads are worth starting here: the processors, or 1 where memory cannot be shared (a page not cross-origin isolated). */
export function availableThreads(): number {
  if (!canShare()) return 1;
  const node = globalThis.process?.getBuiltinModule?.("node:os");
  return node?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

function canShare(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated !== false;
}

/**
 * Kernels on `threads` threads. Call `dispose()` when done: it ends the threads.
 *
 * Throws "option" for a number of threads that is not 1 … 64, "unsupported" where there is no WebAssembly SIMD, or
 * no shared memory for more than one thread.
 */
export async function createKernels({ threads = 1, implementation = "wasm" }: KernelOptions = {}): Promise<Kernels> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw refuse("option", { who: "threads", got: String(threads), expected: "a whole number from 1 to 64" });
  }
  if (implementation === "reference") return referenceKernels();
  if (threads > 1 && !canShare()) {
    const wayOut = "Use one thread, or serve the page with the headers COOP: same-origin and COEP: require-corp.";
    throw refuse("unsupported", {
      who: "threads",
      got: String(threads),
      expected: "1 on a page without shared memory",
      wayOut,
    });
  }
  const module = await compile(threads > 1 ? sharedBinary : singleBinary);
  const arena = createArena(threads > 1);
  const { memory } = arena;
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports;
  if (threads === 1) return wasmKernels(arena, exports);

  const assignments = Array.from(
    { length: threads - 1 },
    (_, i): Assignment => ({ module, memory, thread: i + 1, generation: 0 }),
  );
  const pool = await Promise.all(assignments.map(startWorker));
  return wasmKernels(arena, exports, {
    count: pool.length,
    stop() {
      const words = arena.words();
      words[OPERATION >>> 2] = operations.quit;
      Atomics.add(words, GENERATION >>> 2, 1);
      Atomics.notify(words, GENERATION >>> 2);
    },
  });
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

function compile(binary: string): Promise<WebAssembly.Module> {
  let module = modules.get(binary);
  if (!module) {
    const bytes = Uint8Array.from(atob(binary), (c) => c.charCodeAt(0));
    module = WebAssembly.compile(bytes).catch((cause: unknown) => {
      const wayOut = "Use Node 20.19 or later, or a browser from 2023 or later.";
      const complaint = {
        who: "kernels",
        got: "an engine that cannot compile them",
        expected: "WebAssembly with SIMD",
        wayOut,
      };
      throw refuse("unsupported", complaint, cause);
    });
    modules.set(binary, module);
  }
  return module;
}

async function startWorker(assignment: Assignment): Promise<void> {
  const node = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  await new Promise<void>((resolve, reject) => {
    if (node) {
      const worker = new node.Worker(new URL("./worker.js", import.meta.url), { workerData: assignment });
      worker.once("message", () => {
        // from now on: a pool that nobody disposed of must not keep a finished program alive
        worker.unref();
        resolve();
      });
      worker.once("error", reject);
    } else {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(assignment);
    }
  });
}
