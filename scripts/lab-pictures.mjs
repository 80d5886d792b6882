// Pictures of every page of the lab, for README and docs: node scripts/lab-pictures.mjs [page …]. Needs Chromium and a build.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs/pictures/lab");
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (p) => p && existsSync(p),
);
if (!executablePath) {
  console.error("There is no Chromium: apt-get install chromium, or name one in CHROMIUM.");
  process.exit(1);
}

/** The tick at which a page is shown, the same picture each time; with a link and a height of its own where it shows more than it opens with. */
const pages = {
  start: 600,
  network: 60,
  equilibrium: 300,
  temperature: 120,
  wake: 300,
  lens: 3,
  digits: 600,
  draw: 100,
  deep: 200,
  "deep-boltzmann": { tick: 600, link: "deep?v=1&machine=dbm&read=520", height: 1210 },
  runs: undefined,
};

// a folder without runs: the pictures are the same on any machine
const cwd = mkdtempSync(join(tmpdir(), "harmonium-pictures-"));
const lab = spawn(process.execPath, [join(root, "bin/harmonium.js"), "lab", "--port", "0"], { cwd });
const address = await new Promise((resolve) => lab.stdout.once("data", (text) => resolve(String(text).trim())));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
mkdirSync(folder, { recursive: true });
const asked = process.argv.slice(2);
for (const [id, shown] of Object.entries(pages)) {
  if (asked.length > 0 && !asked.includes(id)) continue;
  const { tick, link = id, height = 750 } = typeof shown === "object" ? shown : { tick: shown };
  const page = await browser.newPage({
    viewport: { width: 1200, height },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(`${address}#/${link}`);
  await page.waitForSelector(tick === undefined ? "article.page" : "[data-test=clock]");
  await page.waitForTimeout(1500);
  for (let at = 0; tick !== undefined && at < tick; at++) await page.keyboard.press("ArrowRight");
  if (tick !== undefined) {
    await page.waitForFunction(
      (wanted) => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) >= wanted,
      tick,
      { timeout: 60_000 },
    );
  }
  await page.waitForTimeout(500);
  const file = join(folder, `${id}.png`);
  await page.screenshot({ path: file });
  console.log(file.slice(root.length + 1));
  await page.close();
}
await browser.close();
lab.kill("SIGINT");
