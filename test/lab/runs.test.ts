import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barsAndStripes, exactLogPartition, logLikelihoods, parseModel, type Rbm } from "#src/index.js";
import { exampleRuns, sameRecords, timeless, trainExample } from "../../lab/build/runs.mjs";
import { readValues, splitLink } from "../../lab/link/link.js";
import { chosenMetrics, chosenRuns, NONE } from "../../lab/pages/runs/choice.js";
import { curveOf, indexFrom, nearest, smoothed } from "../../lab/pages/runs/curve.js";
import { fields } from "../../lab/pages/runs/fields.js";
import { type Run, slotsOf, sortedRuns } from "../../lab/pages/runs/run.js";
import { differencesOf } from "../../lab/pages/runs/settings.js";
import { addLine, emptyTable, metricsOf, tableOf } from "../../lab/pages/runs/table.js";
import { thinned } from "../../lab/pages/runs/thin.js";
import { extentOf, moved, zoomed } from "../../lab/pages/runs/zoom.js";
import { logTicks } from "../../lab/parts/scale.js";
import { labPlace, records } from "../cli/lab.js";
import { ROOT } from "../cli/program.js";
import { chromiumHint, chromiumPath, launch } from "./chromium.js";

const lines = (...all: object[]) => all.map((record) => JSON.stringify(record));
const run = (id: string, more: Partial<Run> = {}): Run => ({ id, name: id, state: "finished", figures: [], ...more });
const mapOf = (...runs: Run[]) => new Map(runs.map((each) => [each.id, each]));

describe("records", () => {
  test("become columns of numbers; what is none is counted or left out", () => {
    const table = tableOf([
      ...lines({ epoch: 1, rule: { gap: 0.5, none: null }, "rule.own": 7, text: "3", logLikelihood: -2 }),
      "not json",
      "[1, 2]",
      "",
      '{"epoch":2,"rule":null,"logLikelihood":null}',
      '{"epoch":3,"late":1,"rule":{"own":8,"gap":1e999}}',
    ]);
    expect(Object.fromEntries(table.columns)).toEqual({
      epoch: [1, 2, 3],
      "rule.gap": [0.5],
      "rule.own": [7, Number.NaN, 8],
      logLikelihood: [-2],
      late: [Number.NaN, Number.NaN, 1],
    });
    expect([table.length, table.damaged]).toEqual([3, 2]);
    expect(Object.fromEntries(table.odd)).toEqual({ "rule.none": 1, rule: 1, logLikelihood: 1, "rule.gap": 1 });
    expect(table.measured).toMatchObject({ epoch: 1 });
    expect(metricsOf([table])[0]).toBe("logLikelihood");
    expect(metricsOf([table])).not.toContain("epoch");
  });

  test("without end of names do not fill the memory", () => {
    const table = emptyTable();
    for (let i = 0; i < 1000; i++) addLine(table, `{"epoch":${i},"name${i}":1}`);
    expect(table.columns.size).toBe(200);
    expect(table.length).toBe(1000);
  });

  test("have curves with brackets, in ascending order; one that has grown is made anew", () => {
    const record = { epoch: 3, logLikelihood: -2 };
    const table = tableOf(
      lines(record, { ...record, epoch: 5, logLikelihoodLower: -3, logLikelihoodUpper: -1 }, { epoch: 6 }),
    );
    const curve = curveOf(table, "logLikelihood", "epoch");
    expect(curve).toEqual({ x: [3, 5], y: [-2, -2], lower: [Number.NaN, -3], upper: [Number.NaN, -1] });
    expect(curveOf(table, "logLikelihood", "epoch")).toBe(curve);
    addLine(table, '{"epoch":4,"logLikelihood":-7}');
    expect(curveOf(table, "logLikelihood", "epoch")).toMatchObject({ x: [3, 4, 5], y: [-2, -7, -2] });
    expect(curveOf(table, "nothing", "epoch")).toEqual({ x: [], y: [] });
  });

  test("are smoothed by a mean of what was: exact for a constant, a weighted sum for others", () => {
    expect(smoothed([2, 2, 2, 2], 0.9)).toEqual([2, 2, 2, 2].map((x) => expect.closeTo(x, 12) as unknown as number));
    const values = [3, -1, 4, 1, -5];
    const direct = values.map((_, n) => {
      const weights = values.slice(0, n + 1).map((__, i) => 0.7 ** (n - i));
      const sum = weights.reduce((a, b) => a + b);
      return weights.reduce((a, weight, i) => a + (weight * (values[i] as number)) / sum, 0);
    });
    smoothed(values, 0.7).forEach((value, i) => {
      expect(value).toBeCloseTo(direct[i] as number, 12);
    });
    expect(smoothed(values, 0)).toBe(values);
  });

  test("are found by their place", () => {
    const x = [1, 2, 2, 5, 9];
    for (const at of [-1, 1, 1.4, 2, 3, 5, 7.1, 9, 100]) {
      expect(indexFrom(x, at)).toBe(x.filter((each) => each < at).length);
      const least = Math.min(...x.map((each) => Math.abs(each - at)));
      expect(Math.abs((x[nearest(x, at)] as number) - at)).toBe(least);
    }
    expect(nearest([], 1)).toBe(-1);
  });
});

describe("what is drawn of a long run", () => {
  const n = 100_000;
  const x = Array.from({ length: n }, (_, i) => i + 1);
  const wave = x.map((at) => Math.sin(at / 700) + (at % 7) / 10);
  const peak = 54_321;
  wave[peak] = 40;
  wave[peak + 9000] = Number.NaN;
  const line = { x, columns: [{ values: wave, keep: "both" as const }] };

  test.each([false, true])("is a few points a pixel, with every peak, logarithmic %s", (log) => {
    const [xs, cells] = thinned([line], [1, n], 800, log) as [number[], (number | null)[]];
    expect(xs.length).toBe(1600);
    expect(xs.every((at, i) => i === 0 || at > (xs[i - 1] as number))).toBe(true);
    const scale = log ? Math.log : (at: number) => at;
    const bucket = (at: number) => Math.min(799, Math.floor((800 * (scale(at) - scale(1))) / (scale(n) - scale(1))));
    const ends = new Map<number, [number, number]>();
    wave.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const [low, high] = ends.get(bucket(i + 1)) ?? [value, value];
      ends.set(bucket(i + 1), [Math.min(low, value), Math.max(high, value)]);
    });
    for (const [at, [low, high]] of ends) {
      const pair = [cells[2 * at], cells[2 * at + 1]] as [number, number];
      expect([Math.min(...pair), Math.max(...pair)]).toEqual([low, high]);
      // and in their order
      expect(Math.abs((xs[2 * at] as number) - (xs[2 * at + 1] as number))).toBeGreaterThan(0);
    }
    expect(cells).toContain(40);
    expect(cells.every((value) => value === null || Number.isFinite(value))).toBe(true);
  });

  test("is exact where there is room, with the next points outside, and edges of brackets keep to their side", () => {
    const [xs, cells] = thinned([line], [100, 200], 800) as [number[], (number | null)[]];
    expect(xs).toEqual(x.slice(98, 201));
    expect(cells).toEqual(wave.slice(98, 201));
    const all = thinned(
      [
        {
          x,
          columns: [
            { values: wave, keep: "least" },
            { values: wave, keep: "greatest" },
          ],
        },
        { x: [5, 1e6], columns: [{ values: [7, 8], keep: "both" }] },
      ],
      [1, n],
      100,
    );
    expect(all.map(({ length }) => length)).toEqual([201, 201, 201, 201]);
    for (let i = 0; i < 200; i++) expect(all[1]?.[i] as number).toBeLessThanOrEqual(all[2]?.[i] as number);
    // a point beyond the right end leads the line there
    expect([all[0]?.[200], all[3]?.[200], all[3]?.filter((value) => value !== null)]).toEqual([1e6, 8, [7, 7, 8]]);
    expect(thinned([], [0, 1], 100)).toEqual([[]]);
  });
});

describe("zoom", () => {
  test("goes in and out around a place, moves to the ends and no further", () => {
    const full = [0, 100] as const;
    expect(zoomed(full, full, 1 / 2, false)).toEqual([25, 75]);
    expect(zoomed(full, full, 1 / 2, false, 0)).toEqual([0, 50]);
    expect(zoomed([25, 75], full, 2, false)).toBeUndefined();
    expect(zoomed([60, 100], full, 2, false)).toEqual([20, 100]);
    expect(moved([25, 75], full, 1 / 2, false)).toEqual([50, 100]);
    expect(moved([50, 100], full, 1 / 2, false)).toEqual([50, 100]);
    const [low, high] = zoomed([1, 10_000], [1, 10_000], 1 / 2, true) as unknown as [number, number];
    expect(low).toBeCloseTo(10, 9);
    expect(high).toBeCloseTo(1000, 9);
    let range = zoomed(full, full, 1 / 2, false) as readonly [number, number];
    for (let i = 0; i < 200; i++) range = zoomed(range, full, 1 / 2, false) as readonly [number, number];
    expect(range[1]).toBeGreaterThan(range[0]);
  });

  test("has all of x, without what a logarithm has no place for", () => {
    expect(extentOf([[1, 2], [], [0, 9]], false)).toEqual([0, 9]);
    expect(extentOf([[0, 3, 9]], true)).toEqual([3, 9]);
    expect(extentOf([[4]], false)).toEqual([3.5, 4.5]);
    expect(extentOf([[], []], false)).toBeUndefined();
    for (const [low, high] of [
      [1, 10],
      [1, 1e9],
      [1e-30, 1e30],
    ] as const) {
      const ticks = logTicks(low, high);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(20);
      expect(ticks.every((tick) => tick >= low && tick <= high)).toBe(true);
    }
  });
});

describe("choice", () => {
  test("is the latest run without a word, the examples where there is none, what the link says, or none", () => {
    const old = run("old", { begun: 1 });
    const young = run("young", { begun: 2 });
    const example = run("example~a", { state: "example" });
    const ids = (link: string, first: string | undefined, ...runs: Run[]) =>
      chosenRuns(mapOf(...runs), link, first).map(({ id }) => id);
    expect(ids("", undefined, old, young, example)).toEqual(["young"]);
    expect(ids("", undefined, { ...old, state: "running" }, young)).toEqual(["old"]);
    expect(ids("", "old", old, young)).toEqual(["old"]);
    expect(ids("", undefined, example)).toEqual(["example~a"]);
    expect(ids(NONE, undefined, old, young)).toEqual([]);
    expect(ids("young,nowhere,old,young", undefined, old, young)).toEqual(["young", "old"]);
    expect(sortedRuns([run("a10"), run("a9"), example], "name").map(({ id }) => id)).toEqual([
      "a9",
      "a10",
      "example~a",
    ]);
  });

  test("of metrics is in the link, as it was when there was one", () => {
    const read = (query: string) => readValues(splitLink(`#/runs?v=1&${query}`), fields);
    expect(read("metric=reconstructionError&runs=a~b,c&over=seconds&log=1&smooth=0.5").complaints).toEqual([]);
    expect(read("metric=reconstructionError").values.metric).toBe("reconstructionError");
    expect(read("metric=a,rule.gap,c,d&logx=1&sort=name").complaints).toEqual([]);
    for (const wrong of ["a,b,c,d,e", "a,", ",a", "a%20b", "<b>"]) {
      const { values, complaints } = read(`metric=${wrong}`);
      expect([values.metric, complaints.length], wrong).toEqual(["", 1]);
    }
    expect(chosenMetrics(["a", "b", "c"], "c,x,a,c")).toEqual(["c", "a"]);
    expect(chosenMetrics(["a", "b"], "x")).toEqual(["a"]);
  });

  test("gives each run a number that stays while others come and go", () => {
    const first = slotsOf(new Map(), ["a", "b", "c"]);
    expect([...first]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    const second = slotsOf(first, ["b", "c", "d"]);
    expect(Object.fromEntries(second)).toEqual({ b: 1, c: 2, d: 0 });
  });

  test("of several shows what differs, and which are otherwise than most", () => {
    const of = (id: string, rule: string, more = {}) =>
      run(id, { config: { command: id, learning: { rule, seed: 1, ...more } } });
    expect(differencesOf([of("a", "cd"), of("b", "cd"), of("c", "pcd", { chains: 5 })])).toEqual([
      { setting: "learning.rule", values: ["cd", "cd", "pcd"], odd: [false, false, true] },
      { setting: "learning.chains", values: ["–", "–", "5"], odd: [false, false, true] },
    ]);
  });
});

describe("the example runs", () => {
  const folder = join(ROOT, "lab/runs");
  const file = (name: string, ...path: string[]) => readFileSync(join(folder, name, ...path));

  test.each(Object.keys(exampleRuns))("%s is what the command makes now, but for its times", (name) => {
    const place = mkdtempSync(join(tmpdir(), "harmonium-example-"));
    const made = trainExample(name, place);
    expect(readFileSync(join(made, "config.json"), "utf8")).toBe(file(name, "config.json").toString());
    expect(sameRecords(join(made, "metrics.jsonl"), join(folder, name, "metrics.jsonl"))).toBe(true);
    for (const kept of readdirSync(join(folder, name, "history")))
      expect(readFileSync(join(made, "history", kept)).equals(file(name, "history", kept)), kept).toBe(true);
    rmSync(place, { recursive: true });
  });

  test("tell that CD-1's likelihood falls again while it reconstructs better, and PCD's is higher", async () => {
    const table = (name: string) => tableOf(file(name, "metrics.jsonl").toString().split("\n"));
    const [cd, pcd] = ["cd-1", "pcd"].map((name) => curveOf(table(name), "logLikelihood", "epoch"));
    const best = Math.max(...(cd?.y ?? []));
    expect(best - (cd?.y.at(-1) as number)).toBeGreaterThan(0.1);
    expect((pcd?.y.at(-1) as number) - best).toBeGreaterThan(1);
    expect(curveOf(table("pcd"), "reconstructionError", "epoch").x).toEqual([]);
    expect(timeless('{"epoch":1,"update":7,"imagesPerSecond":5,"seconds":0.1,"rate":1}')).toBe(
      '{"epoch":1,"update":7,"rate":1}',
    );
    // the likelihood that the page shows beside the machine is that machine's
    const { machine } = parseModel(file("cd-1", "history", "epoch-00800.safetensors"), "cd-1");
    const all = await logLikelihoods(machine as Rbm, barsAndStripes(4), exactLogPartition(machine as Rbm));
    const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
    expect(mean).toBeCloseTo(cd?.y.at(-1) as number, 4);
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

  test("100,000 epochs are there soon, and drawn in time", async () => {
    const page = await browser.newPage();
    // the last is 1 / 100,000; drawn part by part, from copies of what was there, it took 64 s on a busy machine with two cores, and now 2 s
    await page.goto(`${address}#/runs?v=1&runs=runs~long`);
    const caption = page.locator(".picture .caption").first();
    await expect.poll(() => caption.textContent(), { timeout: 20_000 }).toContain("runs/long: 1.0e−5");
    // a zoom draws all anew: the longest wait between two frames while it is done ten times
    const longest = await longestFrame(page, async () => {
      for (let i = 0; i < 5; i++) {
        await page.locator("[data-test=zoom-in]").click();
        await page.locator("[data-test=zoom-right]").click();
      }
    });
    expect(longest).toBeLessThan(1000);
    expect(await page.locator("[data-test=curves]").getAttribute("data-zoom")).not.toBe("all");
    await page.close();
  }, 60_000);

  test("several charts have x, zoom and place in common, by keys alone; what a run lacks is said", async () => {
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await page.goto(
      `${address}#/runs?v=1&runs=runs~long,example~cd-1,example~pcd&metric=logLikelihood,reconstructionError&smooth=0.5&logx=1&log=1`,
    );
    const values = page.locator("[data-test=values]");
    await expect.poll(() => values.textContent(), { timeout: 20_000 }).toContain("1.0e−5");
    await expect.poll(() => page.locator(".curves .plot canvas").count()).toBe(2);
    const cells = async (row: number) =>
      (await values.locator("tbody tr").nth(row).locator("td").allTextContents()).slice(0, 3);
    expect(await cells(0)).toEqual(["100000", "not recorded", "1.0e−5, smoothed 1.0e−5"]);
    expect((await cells(2))[2]).toBe("not recorded");
    expect(await page.locator(".curves .caption").allTextContents()).toEqual([
      expect.stringContaining("logLikelihood has values"),
    ]);

    const curves = page.locator("[data-test=curves]");
    await curves.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => values.locator("caption").textContent()).toContain("At epoch 2");
    expect(await page.locator("[data-test=zoom-said]").textContent()).toContain("reconstructionError: runs/long");
    await page.keyboard.press("+");
    const zoom = (await curves.getAttribute("data-zoom")) as string;
    expect(zoom.split(" ").map(Number)[1]).toBeLessThan(1000);
    await page.keyboard.press("Shift+ArrowRight");
    expect(await curves.getAttribute("data-zoom")).not.toBe(zoom);
    await page.keyboard.press("-");
    await page.keyboard.press("-");
    expect(await curves.getAttribute("data-zoom")).toBe("all");
    await page.keyboard.press("+");
    await page.keyboard.press("0");
    expect(await curves.getAttribute("data-zoom")).toBe("all");
    // a mouse drags the part to see
    const box = (await page.locator(".u-over").first().boundingBox()) as { x: number; y: number; width: number };
    await page.mouse.move(box.x + 0.6 * box.width, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.8 * box.width, box.y + 40, { steps: 5 });
    await page.mouse.up();
    const [low, high] = ((await curves.getAttribute("data-zoom")) as string).split(" ").map(Number) as [number, number];
    // 1 … 100,000: a fifth of five decades
    expect(Math.log10(high) - Math.log10(low)).toBeCloseTo(1, 1);
    expect(Math.log10(low)).toBeCloseTo(3, 1);

    // the link has it, and opens with it; another axis has nothing to do with it
    await expect.poll(() => page.url()).toMatch(/zoom=[\d.]+_[\d.]+/);
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await expect.poll(() => curves.getAttribute("data-zoom"), { timeout: 20_000 }).toMatch(/\d/);
    const again = ((await curves.getAttribute("data-zoom")) as string).split(" ").map(Number);
    expect(again[0]).toBeCloseTo(low, -1);
    expect(again[1]).toBeCloseTo(high, -1);
    await page.getByLabel("Over", { exact: true }).selectOption("seconds");
    await expect.poll(() => curves.getAttribute("data-zoom")).toBe("all");
    await page.close();
  }, 40_000);

  test("filters of an example along its epochs, and its log Z", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}#/runs?v=1&runs=example~cd-1,example~pcd`);
    await expect.poll(() => page.locator("[data-test=likelihoods]").textContent()).toContain("summed here");
    await page.locator("[data-test=kept] summary").click();
    const pixels = () =>
      page.evaluate(() =>
        (document.querySelector('canvas[data-name="kept example~pcd"]') as HTMLCanvasElement | null)?.toDataURL(),
      );
    await expect.poll(pixels).toBeTruthy();
    const last = await pixels();
    await page.getByLabel("Epoch", { exact: true }).focus();
    await page.keyboard.press("Home");
    await expect
      .poll(() => page.locator(".kept figcaption").allTextContents())
      .toEqual(["cd-1, epoch 0", "pcd, epoch 0"]);
    expect(await pixels()).not.toBe(last);
    await page.close();
  }, 40_000);
});

describe.skipIf(!chromiumPath)(
  `a thousand runs, runs that vanish, a server that begins again (${chromiumHint})`,
  () => {
    const { lab, makeRun, path } = labPlace();
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch();
    }, 60_000);
    afterAll(() => browser?.close());

    test("a thousand runs are listed, filtered and chosen without long waits", async () => {
      for (let i = 0; i < 1000; i++) makeRun(`many/run-${i}`, 3, i);
      const { address } = await lab("many");
      const page = await browser.newPage();
      await page.goto(`${address}#/runs`);
      await expect.poll(() => page.locator(".filter").textContent(), { timeout: 20_000 }).toContain("1,000 runs");
      expect(await page.locator(".runs input").count()).toBe(50);
      expect(await page.locator("[data-test=more-runs]").textContent()).toBe("950 more; show 200");
      const longest = await longestFrame(page, async () => {
        await page.locator("[data-test=filter]").pressSequentially("run-99");
        await page.getByRole("checkbox", { name: /run-997/ }).check();
      });
      expect(longest).toBeLessThan(1000);
      expect(await page.locator(".runs input").count()).toBe(11);
      await page.locator("[data-test=unselect-all]").click();
      await expect.poll(() => page.locator(".picture").textContent()).toContain("No run is chosen");
      await page.close();
    }, 60_000);

    test("a folder that is deleted leaves its curves, and a server that begins again finds its page", async () => {
      makeRun("some/one", 5);
      makeRun("some/two", 7);
      const { address, program } = await lab("some");
      const page = await browser.newPage();
      await page.goto(`${address}#/runs?v=1&runs=some~one,some~two`);
      const values = page.locator("[data-test=values]");
      // with their records, which a page keeps
      await expect.poll(() => values.textContent()).toMatch(/some\/one ▶ running50\.2.*some\/two ▶ running70\.143/);
      // in one step, as a delete within a poll is
      renameSync(path("some", "one"), path("elsewhere"));
      await expect.poll(() => values.textContent(), { timeout: 10_000 }).toContain("some/one × gone");
      expect(await page.locator(".picture .caption").first().textContent()).toContain("some/one: 0.2");
      const notice = page.getByText("The server does not answer");
      program.child.kill("SIGKILL");
      await program.ended;
      await notice.waitFor();
      appendFileSync(path("some", "two", "metrics.jsonl"), records(8, 8));
      makeRun("some/three", 1);
      await lab("some", "--port", new URL(address).port);
      await expect
        .poll(() => page.locator(".picture .caption").first().textContent(), { timeout: 15_000 })
        .toContain("some/two: 0.125");
      await page.getByRole("checkbox", { name: /some\/three/ }).waitFor();
      expect(await notice.count()).toBe(0);
      await page.close();
    }, 60_000);
  },
);

/** The longest wait between two frames while something is done, ms. */
async function longestFrame(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const watch = { longest: 0, last: performance.now(), on: true };
    Object.assign(globalThis, { watch });
    const tick = (now: number) => {
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      if (watch.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await work();
  await page.waitForTimeout(200);
  return page.evaluate(() => {
    const { watch } = globalThis as unknown as { watch: { longest: number; on: boolean } };
    watch.on = false;
    return watch.longest;
  });
}
