import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUN_FORMAT } from "#src/node/index.js";
import { PROGRAM } from "../cli/program.js";
import { chromiumHint, chromiumPath, complaintsOf, launch, serveLab } from "./chromium.js";

/** Grey levels 0 … 1 of a canvas of 28 × 28 pixels, ink 1. */
const pixelsOf = (page: Page, name: string) =>
  page.evaluate((of) => {
    const canvas = document.querySelector(`canvas[data-name="${of}"]`) as HTMLCanvasElement;
    const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, i) => 1 - (data[4 * i] as number) / 255);
  }, name);

describe.skipIf(!chromiumPath)(`using the lab in Chromium (${chromiumHint})`, () => {
  let browser: Browser;
  let address: string;
  let server: Server;
  const folder = mkdtempSync(join(tmpdir(), "harmonium-lab-use-"));
  let lab: ChildProcess | undefined;
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    ({ address, server } = await serveLab());
    browser = await launch();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    lab?.kill("SIGKILL");
    for (const child of started) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("a digit that is drawn is reconstructed, in strokes and not as it was; what is held stays", async () => {
    const page = await browser.newPage({
      colorScheme: "light",
      reducedMotion: "reduce",
      viewport: { width: 1440, height: 900 },
    });
    await page.goto(`${address}#/draw`);
    await page.waitForSelector('canvas[data-name="pad"]');
    await page.locator("[data-test=clear]").click();
    expect((await pixelsOf(page, "pad")).filter((x) => x > 0.5)).toHaveLength(0);

    // a seven
    const box = (await page.locator('canvas[data-name="pad"]').boundingBox()) as {
      x: number;
      y: number;
      width: number;
    };
    const at = (x: number, y: number) =>
      [box.x + ((x + 0.5) * box.width) / 28, box.y + ((y + 0.5) * box.width) / 28] as const;
    await page.mouse.move(...at(7, 7));
    await page.mouse.down();
    for (const [x, y] of [
      [14, 7],
      [20, 7],
      [17, 13],
      [14, 19],
      [12, 23],
    ] as const)
      await page.mouse.move(...at(x, y), { steps: 6 });
    await page.mouse.up();
    const drawn = (await pixelsOf(page, "pad")).map((x) => (x > 0.5 ? 1 : 0));
    const ink = drawn.reduce<number>((sum, x) => sum + x, 0);
    expect(ink).toBeGreaterThan(40);

    await page.locator("h1").click();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
    await page.waitForFunction(
      () => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) >= 5,
    );
    await page.waitForTimeout(200);
    const rebuilt = await pixelsOf(page, "reconstruction-digits");
    const mean = (of: number) =>
      rebuilt.reduce((sum, x, i) => sum + (drawn[i] === of ? x : 0), 0) / (of === 1 ? ink : 784 - ink);
    // ink where ink was, and hardly elsewhere; probabilities, so not the drawing itself
    expect(mean(1)).toBeGreaterThan(0.4);
    expect(mean(0)).toBeLessThan(0.15);
    expect(rebuilt.some((x) => x > 0.2 && x < 0.8)).toBe(true);
    await page.close();
  }, 60_000);

  test("the tower becomes a deep Boltzmann machine and back, and each says what it is", async () => {
    const page = await browser.newPage({ reducedMotion: "reduce", viewport: { width: 1440, height: 900 } });
    const said = complaintsOf(page, address);
    await page.goto(`${address}#/deep`);
    await page.waitForSelector("[data-test=reads]");
    await page.getByLabel("Machine").selectOption("dbm");
    await page.waitForSelector("[data-test=settles]");
    await page.waitForFunction(() => location.hash.includes("machine=dbm"));
    expect(await page.locator("[data-test=reads]").count()).toBe(0);
    expect(await page.getByLabel("Labels held at").count()).toBe(0);
    expect(await page.locator("ol.labels").first().getAttribute("aria-label")).toContain("Passes");
    const rise = () =>
      page.locator("[data-test=settles]").evaluate(({ dataset }) => Number(dataset["end"]) - Number(dataset["start"]));
    const first = await rise();
    expect(first).toBeGreaterThan(1);
    // another digit settles otherwise
    await page.getByLabel("Held-out digit").last().fill("18");
    await page.keyboard.press("Tab");
    await page.waitForFunction(
      (before) => {
        const { start, end } = (document.querySelector("[data-test=settles]") as HTMLElement).dataset;
        return Number(end) - Number(start) !== before;
      },
      first,
      { timeout: 10_000 },
    );
    // held pixels are the digit's, in all columns
    await page.getByLabel("Pixels held").selectOption("upper");
    const upper = async (name: string) => (await pixelsOf(page, name)).slice(0, 392).map((x) => Number(x > 0.5));
    const digit = await upper("read");
    await page.waitForFunction(() => location.hash.includes("hold=upper"));
    await page.waitForTimeout(500);
    expect(await upper("dreams")).toEqual(digit);
    // by a link, without a reload
    await page.getByLabel("Machine").selectOption("dbn");
    await page.waitForSelector("[data-test=reads]");
    await page.getByRole("link", { name: "a deep Boltzmann machine" }).click();
    await page.waitForSelector("[data-test=settles]");
    expect(said).toEqual([]);
    await page.close();
  }, 60_000);

  test("a run that goes on is on the page as it goes, and a zoom or a choice stays", async () => {
    const run = join(folder, "runs/growing");
    mkdirSync(run, { recursive: true });
    const record = (epoch: number) =>
      `${JSON.stringify({ epoch, seconds: epoch, heldOutErrorRate: 1 / (epoch + 1) })}\n`;
    writeFileSync(
      join(run, "config.json"),
      JSON.stringify({ format: RUN_FORMAT, kind: "experiment", experiment: "x", seed: 1 }),
    );
    writeFileSync(join(run, "metrics.jsonl"), record(1));
    lab = spawn(process.execPath, [PROGRAM, "lab", "--port", "0"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const served = await new Promise<string>((resolve) =>
      lab?.stdout?.once("data", (text) => resolve(String(text).trim())),
    );
    const page = await browser.newPage();
    const said = complaintsOf(page, served);
    await page.goto(`${served}#/runs`);
    const caption = page.locator(".picture .caption").first();
    const shows = (value: string) => expect.poll(() => caption.textContent(), { timeout: 15_000 }).toContain(value);
    await shows("runs/growing: 0.5");
    await page.getByLabel("values logarithmic").check();
    appendFileSync(join(run, "metrics.jsonl"), record(3));
    await shows("runs/growing: 0.25");
    expect(await page.getByLabel("values logarithmic").isChecked()).toBe(true);

    // a second run begins while the page is open
    mkdirSync(join(folder, "runs/later"));
    writeFileSync(join(folder, "runs/later/metrics.jsonl"), record(9));
    writeFileSync(
      join(folder, "runs/later/config.json"),
      JSON.stringify({ format: RUN_FORMAT, kind: "experiment", experiment: "x", seed: 2 }),
    );
    await page.getByRole("checkbox", { name: /runs\/later/ }).check({ timeout: 15_000 });
    await shows("runs/later: 0.1");
    const differences = page.getByRole("region", { name: "Settings that differ" });
    expect((await differences.textContent())?.replaceAll(/\s/g, "")).toMatch(/seed(12|21)/);
    await expect.poll(() => page.url()).toContain("runs~later");
    expect(said).toEqual([]);
    await page.close();
  }, 60_000);

  test("training is seen as it goes: the zoom stays, and of another run only that run is sent", async () => {
    const place = join(folder, "training");
    mkdirSync(place);
    const start = (...words: string[]) => {
      const child = spawn(process.execPath, [PROGRAM, ...words], { cwd: place, stdio: ["ignore", "pipe", "ignore"] });
      started.push(child);
      return child;
    };
    const words = [
      "--data",
      "bars-and-stripes:8",
      "--batch-size",
      "510",
      "--hidden",
      "8",
      "--threads",
      "1",
      "--no-figures",
    ];
    const train = (name: string, epochs: number) =>
      start("train", "rbm", ...words, "--epochs", String(epochs), "--run", `runs/${name}`);
    await new Promise((resolve) => train("done", 300).once("exit", resolve));
    const training = train("going", 1_000_000);
    const served = await new Promise<string>((resolve) =>
      start("lab", "--port", "0").stdout?.once("data", (text) => resolve(String(text).trim())),
    );
    const page = await browser.newPage();
    // what the streams of this page bring, an entry an event
    await page.addInitScript(() => {
      const told: [string, string, number][] = [];
      const Real = EventSource;
      class Heard extends Real {
        constructor(address: string | URL) {
          super(address);
          told.push(["open", String(address), 0]);
          for (const event of ["all", "run", "begin", "lines"])
            this.addEventListener(event, ({ data }) =>
              told.push([event, data.split("\n")[0], data.split("\n").length - 1]),
            );
        }
      }
      Object.assign(globalThis, { EventSource: Heard, told });
    });
    const told = () => page.evaluate(() => (globalThis as unknown as { told: [string, string, number][] }).told);
    await page.goto(`${served}#/runs?v=1&runs=runs~going`);
    const values = page.locator("[data-test=values]");
    const epoch = async () =>
      Number((await values.locator("tbody tr").first().locator("td").first().textContent())?.replace("e+", "e"));
    await expect.poll(epoch, { timeout: 15_000 }).toBeGreaterThan(100);
    const curves = page.locator("[data-test=curves]");
    await curves.focus();
    await page.keyboard.press("+");
    const zoom = await curves.getAttribute("data-zoom");
    expect(zoom).not.toBe("all");
    const before = await epoch();
    await expect.poll(epoch, { timeout: 15_000 }).toBeGreaterThan(before + 50);
    expect(await curves.getAttribute("data-zoom")).toBe(zoom);

    await page.getByRole("checkbox", { name: /runs\/done/ }).check();
    await expect.poll(() => values.locator("tbody tr").count()).toBe(2);
    await expect.poll(() => values.locator("tbody tr").nth(1).textContent()).toContain("300");
    const after = await epoch();
    await expect.poll(epoch, { timeout: 15_000 }).toBeGreaterThan(after + 20);
    expect(await curves.getAttribute("data-zoom")).toBe(zoom);
    const all = await told();
    const second = all.slice(all.map(([event]) => event).lastIndexOf("open"));
    expect(second.filter(([event]) => event === "all")).toEqual([]);
    expect(second.filter(([event]) => event === "begin").map(([, id]) => id)).toEqual(["runs~done"]);
    expect(second.filter(([event, text]) => event === "run" && text.includes('"runs~done"'))).toEqual([]);
    // every epoch came once
    const lines = (id: string) =>
      all.reduce((sum, [event, of, count]) => sum + (event === "lines" && of === id ? count : 0), 0);
    expect(lines("runs~done")).toBe(300);
    training.kill("SIGINT");
    await new Promise((resolve) => training.once("exit", resolve));
    const written = readFileSync(join(place, "runs/going/metrics.jsonl"), "utf8").split("\n").length - 1;
    await expect
      .poll(
        async () => {
          const again = await told();
          return again.reduce(
            (sum, [event, of, count]) => sum + (event === "lines" && of === "runs~going" ? count : 0),
            0,
          );
        },
        { timeout: 15_000 },
      )
      .toBe(written);
    await page.close();
  }, 90_000);

  test("without a server's runs, a run is opened from the disk; what is none is said", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}#/runs`);
    // until then there are examples, which say that they are
    await page.getByText("These are examples that come with the lab").waitFor();
    await expect.poll(() => page.locator(".picture .caption").first().textContent()).toContain("pcd");
    const file = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });
    await page.locator("[data-test=open-files]").setInputFiles([file("notes.json", "{}")]);
    await expect.poll(() => page.locator("[role=alert]").textContent()).toContain("There is no metrics.jsonl");
    await page
      .locator("[data-test=open-files]")
      .setInputFiles([
        file(
          "metrics.jsonl",
          '{"epoch":1,"reconstructionError":0.5}\n{"epoch":2,"reconstructionError":0.125}\nnot a record\n',
        ),
        file("config.json", '{"kind":"rbm"}'),
      ]);
    await expect.poll(() => page.locator(".picture .caption").first().textContent()).toContain("0.125");
    expect(await page.locator(".values").textContent()).toContain("1 line is no record");
    expect(await page.locator("[data-test=values]").textContent()).not.toContain("example");
    await page.close();
  }, 60_000);
});
