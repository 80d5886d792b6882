/** The peers of bench/network.mjs: a C program, compiled where it runs, and a NumPy script. One run is one process. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const sourceOf = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

function run(command, parameters) {
  return JSON.parse(execFileSync(command, parameters.map(String), { encoding: "utf8" }));
}

/** The C program with all that gcc can do for this processor; or why there is none. */
export function cPeer() {
  const folder = mkdtempSync(join(tmpdir(), "harmonium-bench-"));
  const program = join(folder, "network");
  const stop = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync("gcc", ["-O3", "-march=native", "-o", program, sourceOf("network.c"), "-lm"], { stdio: "pipe" });
    const version = execFileSync("gcc", ["-dumpfullversion"], { encoding: "utf8" }).trim();
    return { name: "C", version: `gcc ${version} -O3 -march=native`, threads: 1, run: (p) => run(program, p), stop };
  } catch (error) {
    stop();
    return { missing: `C (gcc: ${String(error.message).split("\n")[0]})` };
  }
}

export function numpyPeer() {
  const python = process.env.PYTHON ?? "/usr/bin/python3";
  try {
    const version = execFileSync(python, ["-c", "import numpy; print(numpy.__version__)"], { encoding: "utf8" }).trim();
    const script = sourceOf("network.py");
    return { name: "NumPy", version, threads: 1, run: (p) => run(python, [script, ...p]), stop: () => {} };
  } catch (error) {
    return { missing: `NumPy (${python}: ${String(error.message).split("\n")[0]})` };
  }
}
