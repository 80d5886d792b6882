/** Runs operations: buffers that grow, scratch for each thread, arguments into the control block. */

import {
  ARGUMENTS,
  type KernelExports,
  MAY_SLEEP,
  OPERATION,
  type Operation,
  operations,
  SCRATCH,
  SCRATCH_BYTES,
  TALLY,
  TASKS,
  WORKERS,
} from "./control.js";
import type { Arena } from "./memory.js";

/** A buffer that is replaced by a larger one when needed; its contents do not outlive an operation. */
export interface Buffer {
  address: number;
  bytes: number;
}

export const emptyBuffer = (): Buffer => ({ address: 0, bytes: 0 });

export interface Dispatch {
  readonly arena: Arena;
  readonly threads: number;
  /** The address of a buffer of at least so many bytes. */
  reserve(buffer: Buffer, bytes: number): number;
  /** Gives each thread at least `bytes` of scratch, on lines of its own. */
  reserveScratch(bytes: number): void;
  /** Runs an operation; `floats` overwrite the integer arguments of the same index. Returns the first tally. */
  run(operation: Operation, tasks: number, integers: readonly number[], floats?: readonly [number, number][]): number;
  /** The second tally of the last operation. */
  secondTally(): number;
}

export function createDispatch(arena: Arena, exports: KernelExports, threads: number): Dispatch {
  arena.words()[WORKERS >>> 2] = threads - 1;
  arena.words()[MAY_SLEEP >>> 2] = typeof document === "undefined" ? 1 : 0;
  const scratch = emptyBuffer();

  function reserve(buffer: Buffer, bytes: number): number {
    if (buffer.bytes < bytes) {
      buffer.address = arena.allocate(bytes);
      buffer.bytes = bytes;
    }
    return buffer.address;
  }

  /** A 64-bit integer of the control block. */
  function tallyAt(address: number): number {
    const words = arena.words();
    return (words[address >>> 2] >>> 0) + 2 ** 32 * words[(address >>> 2) + 1];
  }

  return {
    arena,
    threads,
    reserve,
    reserveScratch(bytes) {
      const each = Math.ceil(bytes / 64) * 64 + 64;
      if (scratch.bytes >= each * threads) return;
      reserve(scratch, each * threads);
      arena.words()[SCRATCH >>> 2] = scratch.address;
      arena.words()[SCRATCH_BYTES >>> 2] = each;
    },
    run(operation, tasks, integers, floats = []) {
      const words = arena.words();
      words[OPERATION >>> 2] = operations[operation];
      words[TASKS >>> 2] = tasks;
      words.fill(0, TALLY >>> 2, (TALLY >>> 2) + 4);
      words.set(integers, ARGUMENTS >>> 2);
      const numbers = arena.floats();
      for (const [index, value] of floats) numbers[(ARGUMENTS >>> 2) + index] = value;
      exports.run();
      return tallyAt(TALLY);
    },
    secondTally: () => tallyAt(TALLY + 8),
  };
}
