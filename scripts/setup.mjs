// Sets up what is missing: packages when the lock file changed, the build when a source did. Does nothing when all is there.
// `--build` builds in any case.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamps = { packages: "node_modules/.harmonium-packages", build: "dist/.harmonium-build" };

function run(what, command, ...args) {
  process.stderr.write(`${what} …\n`);
  const started = performance.now();
  // npm is a script on Windows, which needs a shell
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error || status !== 0) {
    process.stderr.write(`harmonium: ${what.toLowerCase()} failed${error ? ` (${error.message})` : ""}; see above.\n`);
    process.exit(status || 1);
  }
  process.stderr.write(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]))
    .sort();
}

/** A hash of the contents; the file that the build makes among its sources is left out. */
function digest(...paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesBelow(join(root, path)))) {
    if (file.endsWith("wasm-binary.ts")) continue;
    hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function upToDate(stamp, value) {
  const path = join(root, stamp);
  return existsSync(path) && readFileSync(path, "utf8") === value;
}

function leave(stamp, value) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true });
  writeFileSync(join(root, stamp), value);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `harmonium: got Node ${process.versions.node}; expected 20.19 or later. Install a newer Node.\n`,
  );
  process.exit(2);
}

const packages = digest("package-lock.json");
if (!upToDate(stamps.packages, packages)) {
  // not `npm ci`: it refuses a lock file made where the registry lacks other platforms' optional binaries (docs/decisions/0005)
  run("Installing packages", "npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error");
  leave(stamps.packages, packages);
}

const sources = digest(
  "assembly",
  "src",
  "cli",
  "lab",
  "scripts/build-wasm.mjs",
  "scripts/build-lab.mjs",
  "tsconfig.json",
  "package-lock.json",
);
if (process.argv.includes("--build") || !upToDate(stamps.build, sources)) {
  run("Compiling kernels", process.execPath, "scripts/build-wasm.mjs");
  run("Compiling TypeScript", process.execPath, "node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
  run("Building the lab", process.execPath, "scripts/build-lab.mjs");
  leave(stamps.build, sources);
}
