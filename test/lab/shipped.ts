/** The files that the lab ships, for engines that run in tests: fetched from dist/lab as a page would. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { setBase } from "../../lab/engine/shipped.js";

/** A model file as it is in the repository. */
export const modelFile = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../lab/models", `${name}.safetensors`));
const labFile = (name: string) => readFileSync(join(import.meta.dirname, "../../dist/lab", name));

export function shipFiles(): void {
  setBase("http://lab.test/");
  vi.stubGlobal("fetch", async (url: URL) => new Response(new Uint8Array(labFile(url.pathname.slice(1)))));
}
