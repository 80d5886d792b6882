// Compiles assembly/ twice (one thread; shared memory) and embeds both binaries in src/kernels/wasm-binary.ts,
// so that the library needs no file at run time: the same module in Node, in a bundle, in a worker.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const common = ["assembly/index.ts", "-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--importMemory"];
// 65,536 pages of 64 KiB: the whole of a 32-bit address space may be asked for; memory grows to what is used
const memory = ["--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "4096"];

async function compile(out, ...flags) {
  const { error, stderr } = await asc.main([...common, ...memory, ...flags, "-o", out]);
  if (error) throw new Error(`asc: ${error.message}\n${stderr.toString()}`);
  return readFileSync(out).toString("base64");
}

const folder = mkdtempSync(join(tmpdir(), "harmonium-wasm-"));
try {
  const single = await compile(join(folder, "single.wasm"));
  const shared = await compile(join(folder, "shared.wasm"), "--enable", "threads", "--sharedMemory");
  writeFileSync(
    "src/kernels/wasm-binary.ts",
    `// Made by scripts/build-wasm.mjs from assembly/; not edited.

/** The kernels for one thread, base64. */
export const singleBinary: string =
  "${single}";

/** The kernels over shared memory, base64. */
export const sharedBinary: string =
  "${shared}";
`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
