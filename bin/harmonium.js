#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write("harmonium: not built yet. Run `npm run build` first (npm start does it by itself).\n");
  process.exitCode = 2;
}
