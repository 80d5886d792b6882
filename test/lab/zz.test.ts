import { readFileSync } from "node:fs";
import { test } from "vitest";
import { setBase } from "../../lab/engine/shipped.js";
import { start } from "../../lab/pages/digits/engine.js";
import { fields } from "../../lab/pages/digits/fields.js";
test("t", async () => {
  setBase("http://x/");
  globalThis.fetch = (async (u: URL) => new Response(readFileSync(`dist/lab-public${u.pathname}`))) as never;
  for (const hidden of [128, 500]) {
  const e = await start({...Object.fromEntries(Object.entries(fields).map(([n, f]) => [n, f.initial])), hidden, epochs: 100, monitor: 0} as never);
  for (let n = 0; n < 50; n++) await e.advance(); e.view();
  const cost = async (name: string, count: number, f: () => unknown) => { const c = process.cpuUsage(); for (let n = 0; n < count; n++) await f(); const d = process.cpuUsage(c); console.log(hidden, name, ((d.user+d.system) / 1000 / count).toFixed(2), "ms CPU"); };
  await cost("advance", 400, () => e.advance());
  await cost("view", 40, () => e.view());
  await cost("save", 20, () => e.save!());
  }
}, 100000);
