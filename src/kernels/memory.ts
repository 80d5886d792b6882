/** The kernels' linear memory: a bump allocator, and typed-array views that survive its growth. */

import { refuse } from "../errors.js";
import { HEAP } from "./control.js";

const PAGE = 65536;
const MAXIMUM_PAGES = 65536;

export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** Reserves zeroed bytes on a 64-byte line; returns their address. Never freed: an arena lives as long as its kernels. */
  allocate(bytes: number): number;
  bytes(): Uint8Array;
  words(): Int32Array;
  floats(): Float32Array;
}

export function createArena(shared: boolean): Arena {
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MAXIMUM_PAGES, shared });
  let top = HEAP;
  let bytes = new Uint8Array(memory.buffer);
  let words = new Int32Array(memory.buffer);
  let floats = new Float32Array(memory.buffer);

  // growing replaces the buffer; views of the old one are dead (or too short, when shared)
  function fresh(): void {
    if (bytes.buffer === memory.buffer) return;
    bytes = new Uint8Array(memory.buffer);
    words = new Int32Array(memory.buffer);
    floats = new Float32Array(memory.buffer);
  }

  return {
    memory,
    allocate(size) {
      const address = top;
      // 64 spare bytes: vector loads may read (never use) a little past the end
      const end = address + Math.ceil((size + 64) / 64) * 64;
      const missing = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
      if (missing > 0) {
        try {
          if (end > PAGE * MAXIMUM_PAGES) throw new RangeError("beyond 32 bits");
          memory.grow(missing);
        } catch (cause) {
          const need = `${Math.round(end / 2 ** 20).toLocaleString("en")} MiB`;
          const wayOut = "Use fewer units, smaller batches or fewer chains.";
          throw refuse(
            "size",
            { who: "kernels", got: `a need of ${need}`, expected: "memory that can be had", wayOut },
            cause,
          );
        }
      }
      top = end;
      return address;
    },
    bytes() {
      fresh();
      return bytes;
    },
    words() {
      fresh();
      return words;
    },
    floats() {
      fresh();
      return floats;
    },
  };
}
