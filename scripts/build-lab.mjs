// Writes the lab as static files to dist/lab: the data that it ships, then Vite's build. Needs dist/src.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { writeDigits } from "../lab/build/digits.mjs";
import { inPlanes } from "../lab/build/planes.mjs";

const root = join(import.meta.dirname, "..");
const open = join(root, "dist/lab-public");
mkdirSync(open, { recursive: true });
if (!existsSync(join(open, "digits-test.bin.gz"))) await writeDigits(open);
copyFileSync(join(root, "lab/icon.svg"), join(open, "icon.svg"));
const models = join(root, "lab/models");
if (existsSync(models))
  for (const file of readdirSync(models))
    writeFileSync(join(open, `${file}.gz`), gzipSync(inPlanes(readFileSync(join(models, file))), { level: 9 }));
await build({ configFile: join(root, "lab/vite.config.mjs"), logLevel: "warn" });
