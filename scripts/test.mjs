// npm test: set-up, then format and lint, types, tests; ends with one plain line of counts.
// Arguments are passed on to vitest: npm test -- test/kernels

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "./setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "harmonium-test-"));
const counts = join(folder, "counts.json");

function run(name, script, ...args) {
  process.stdout.write(`\n— ${name}\n`);
  return spawnSync(process.execPath, [script, ...args], { stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;
}

const failed = [
  run("Format and lint", "node_modules/@biomejs/biome/bin/biome", "check", "."),
  run("Types", "node_modules/typescript/bin/tsc", "-p", "tsconfig.test.json"),
  run("Types of the lab", "node_modules/typescript/bin/tsc", "-p", "lab/tsconfig.json"),
  run(
    "Tests",
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${counts}`,
    ...process.argv.slice(2),
  ),
].some((status) => status !== 0);

try {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(counts, "utf8"));
  const skipped = testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => status === "pending" || status === "skipped"),
  );
  for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName}\n`);
  process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
} catch {
  process.stdout.write("\n0 passed, 1 failed\n");
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
