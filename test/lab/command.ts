/** What a page's command learns, to compare with what the page has learnt. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { parametersSha256, parseModel } from "#src/index.js";

/** Runs the command that a page shows, and hashes the weights that it has learnt. */
export async function sha256After(command: string): Promise<string> {
  const run = join(mkdtempSync(join(tmpdir(), "harmonium-lab-")), "run");
  const [, ...words] = command.split(" ");
  const program = join(import.meta.dirname, "../../bin/harmonium.js");
  const { status, stderr } = spawnSync(process.execPath, [program, ...words, "--run", run, "--no-figures"], {
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
  const { machine } = parseModel(readFileSync(join(run, "model.safetensors")), run);
  rmSync(dirname(run), { recursive: true });
  return parametersSha256(machine);
}
