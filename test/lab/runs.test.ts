import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curveOf, numberOf, numbersOf } from "../../lab/pages/runs/run.js";
import { labPlace, records } from "../cli/lab.js";
import { ROOT } from "../cli/program.js";
import { chromiumHint, chromiumPath, launch } from "./chromium.js";

test("a number of a record is that of all its numbers", () => {
  const record = {
    epoch: 3,
    rule: { gap: 0.5, none: null },
    "rule.own": 7,
    text: "3",
    odd: Number.NaN,
    logLikelihood: -2,
  };
  const names = [
    "epoch",
    "rule.gap",
    "rule.none",
    "rule.own",
    "text",
    "odd",
    "logLikelihood",
    "rule",
    "toString",
    "rule.toString",
  ];
  const all = numbersOf(record);
  for (const name of names) expect(numberOf(record, name), name).toBe(all.get(name));
  expect(numberOf({ rule: null }, "rule.gap")).toBeUndefined();
  const bracketed = { ...record, logLikelihoodLower: -3, logLikelihoodUpper: -1 };
  expect(curveOf([record, bracketed, { epoch: 4 }], "logLikelihood", "epoch")).toEqual({
    x: [3, 3],
    y: [-2, -2],
    lower: [Number.NaN, -3],
    upper: [Number.NaN, -1],
  });
});

describe.skipIf(!chromiumPath)(`the page of runs in Chromium (${chromiumHint})`, () => {
  const { lastingLab, makeRun } = labPlace();
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    const folder = makeRun("runs/short, with a comma", 3);
    mkdirSync(join(folder, "figures"), { recursive: true });
    copyFileSync(join(ROOT, "docs/pictures/other-classes.png"), join(folder, "figures/one.png"));
    writeFileSync(
      join(folder, "report.html"),
      '<!doctype html><title>quiet</title><img src="figures/one.png"><script>document.title = "ran"</script>',
    );
    writeFileSync(join(makeRun("runs/long", 1), "metrics.jsonl"), records(1, 100_000));
    ({ address } = await lastingLab("runs"));
    browser = await launch();
  }, 60_000);

  afterAll(() => browser?.close());

  test("a report shows its pictures, and runs nothing", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}#/runs?v=1&runs=runs~short~~with~a~comma`);
    await page.locator("summary", { hasText: "Pictures of" }).click();
    await page.getByText("The report of").click();
    await page.waitForURL(/report\.html$/);
    await page.waitForLoadState();
    expect(await page.evaluate(() => [document.title, document.images[0]?.naturalWidth])).toEqual([
      "quiet",
      expect.toSatisfy((width: number) => width > 0),
    ]);
    await page.close();
  });

  test("a run whose name has a comma and spaces can be chosen, and the link keeps it", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}#/runs?v=1&runs=runs~long`);
    const box = page.getByRole("checkbox", { name: /with a comma/ });
    await box.check();
    await expect.poll(() => page.url()).toContain("short");
    await page.reload();
    await expect.poll(() => box.isChecked()).toBe(true);
    expect(await page.locator("[data-test=complaints]").count()).toBe(0);
    await page.close();
  });

  test("100,000 epochs are there soon", async () => {
    const page = await browser.newPage();
    // the last is 1 / 100,000; drawn part by part, from copies of what was there, it took 64 s on a busy machine with two cores, and now 2 s
    await page.goto(`${address}#/runs?v=1&runs=runs~long`);
    const caption = page.locator(".picture .caption").first();
    await expect.poll(() => caption.textContent(), { timeout: 20_000 }).toContain("runs/long: 1.0e−5");
    await page.close();
  }, 40_000);
});
