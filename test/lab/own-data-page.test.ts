import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parametersSha256, parseModel } from "#src/index.js";
import { idxOf } from "../data/archives.js";
import { chromiumHint, chromiumPath, complaintsOf, launch, serveLab } from "./chromium.js";
import { csvOf, disc, npyOf, pngOf, twoKinds } from "./own-files.js";

type FileToOpen = readonly [string, string | Uint8Array];

describe.skipIf(!chromiumPath)(`own data in Chromium (${chromiumHint})`, () => {
  let browser: Browser;
  let address: string;
  let server: Server;
  const folder = mkdtempSync(join(tmpdir(), "harmonium-own-page-"));

  beforeAll(async () => {
    ({ address, server } = await serveLab());
    browser = await launch();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page, still, and what went wrong or out. */
  async function visit(hash: string) {
    const page = await browser.newPage({ reducedMotion: "reduce", viewport: { width: 1440, height: 900 } });
    const said = complaintsOf(page, address);
    await page.goto(`${address}${hash}`);
    await page.waitForSelector("canvas[data-name]");
    return { page, said };
  }
  const give = (page: Page, input: string, files: readonly FileToOpen[]) =>
    page.locator(`[data-test=${input}]`).setInputFiles(
      files.map(([name, content]) => ({
        name,
        mimeType: /png$/.test(name) ? "image/png" : "",
        buffer: Buffer.from(content),
      })),
    );
  const says = (page: Page, text: string | RegExp, of = "own-says") =>
    expect
      .poll(
        () =>
          page
            .locator(`[data-test=${of}]`)
            .textContent()
            .catch(() => ""),
        { timeout: 15_000 },
      )
      .toMatch(text);
  /** Runs to the end; the clock has the updates. */
  async function runs(page: Page, updates: number) {
    await page.locator("[data-test=play]").click();
    await expect
      .poll(() => page.locator("[data-test=clock]").textContent(), { timeout: 20_000 })
      .toContain(`update ${updates} of ${updates}`);
  }
  const sizeOf = (page: Page, name: string) =>
    page
      .locator(`canvas[data-name="${name}"]`)
      .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
  const { rows, labels } = twoKinds(45, 64);
  const flat = Uint8Array.from(rows.flat());

  test("a CSV is learnt, and the command that is shown gives the same weights; wrong files harm nothing", async () => {
    const { page, said } = await visit("#/digits?v=1&hidden=8&epochs=6&batch=10&momentum=0.5&seed=3");
    const text = csvOf(
      rows.map((row, b) => [labels[b] as number, ...row.map((bit) => 16 * bit)]),
      ["kind", ...(rows[0]?.map((_, i) => `p${i}`) ?? [])],
    );
    writeFileSync(join(folder, "my cases.csv"), text);
    await give(page, "own-file", [["my cases.csv", text]]);
    await says(page, /expected levels in \[0, 1\].*The shipped digits stay/, "own-wrong");
    await page.locator("[data-test=own-labels]").fill("kind");
    await page.locator("[data-test=own-labels]").press("Tab");
    await says(page, /got 16; expected levels/, "own-wrong");
    await page.getByLabel("Its numbers").selectOption("minmax");
    await says(
      page,
      /my cases\.csv: 41 cases to learn; 64 units a case, shown as squares of 8 × 8. The last tenth, 4, is held out.*Labels: my cases.csv, column kind/,
    );
    expect(await page.locator("[data-test=own-wrong]").count()).toBe(0);
    expect([await sizeOf(page, "data"), await sizeOf(page, "dreams")]).toEqual([
      [89, 8],
      [89, 8],
    ]);
    expect(await page.getByRole("button", { name: /^digit \d$/ }).count(), "two classes").toBe(2);
    await runs(page, 30);

    const sha256 = async () => {
      await page.locator("[data-test=hash]").click();
      await expect.poll(() => page.locator("[data-test=sha256]").textContent()).toMatch(/^[0-9a-f]{64}$/);
      return page.locator("[data-test=sha256]").textContent();
    };
    const learnt = await sha256();
    const command = (await page.locator("[data-test=command]").textContent()) as string;
    expect(command).toContain("--data 'my cases.csv' --labels kind --scale minmax --limit 41 ");
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string));
    const program = join(import.meta.dirname, "../../bin/harmonium.js");
    const ran = spawnSync(
      process.execPath,
      [program, ...words.slice(1), "--run", "run", "--no-figures", "--threads", "1"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(ran.status, ran.stderr).toBe(0);
    const { machine } = parseModel(readFileSync(join(folder, "run/model.safetensors")), "run");
    expect(learnt).toBe(await parametersSha256(machine));

    // what is wrong is said, and the run is where it was
    await give(page, "own-file", [["ragged.csv", "kind,x\n1,0\n1,0,1\n"]]);
    await says(
      page,
      /ragged\.csv, line 3: got 3 cells; expected 2, as in the first line\. my cases\.csv stays/,
      "own-wrong",
    );
    expect(await page.locator("[data-test=clock]").textContent()).toContain("update 30 of 30");
    expect(await sha256()).toBe(learnt);
    // a step back and on again
    await page.locator("h1").click();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.locator("[data-test=clock]").textContent()).toContain("update 29");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator("[data-test=clock]").textContent()).toContain("update 30");
    expect(await sha256()).toBe(learnt);

    // the link has the name and not the data
    await page.waitForFunction(() => location.hash.includes("file=my%20cases.csv"));
    await page.reload();
    await says(page, /“my cases\.csv”, which a link does not hold/, "own-missing");
    expect(await sizeOf(page, "data")).toEqual([289, 28]);
    await give(page, "own-file", [["my cases.csv", text]]);
    await says(page, /41 cases/);
    expect(await page.locator("[data-test=own-missing]").count()).toBe(0);
    await runs(page, 30);
    expect(await sha256()).toBe(learnt);

    await page.locator("[data-test=shipped]").click();
    await says(page, /never leaves it/);
    expect(await sizeOf(page, "data")).toEqual([289, 28]);
    expect(said).toEqual([]);
    await page.close();
  }, 90_000);

  test("what is being typed stays while the page moves", async () => {
    const { page, said } = await visit("#/digits?v=1&hidden=16&epochs=500");
    const tick = () => page.locator("[data-test=clock]").getAttribute("data-tick").then(Number);
    await page.locator("[data-test=play]").click();
    await expect.poll(tick).toBeGreaterThan(2);
    await page.locator("[data-test=own-labels]").pressSequentially("kind");
    const from = await tick();
    await expect.poll(tick).toBeGreaterThan(from + 20);
    expect(await page.locator("[data-test=own-labels]").inputValue()).toBe("kind");
    await page.locator("[data-test=own-labels]").press("Enter");
    await expect.poll(() => new URL(page.url()).hash).toContain("labels=kind");
    expect(said).toEqual([]);
    await page.close();
  });

  test("NPY, IDX with its labels, and pictures are learnt and shown as what they are", async () => {
    const { page, said } = await visit("#/digits?v=1&hidden=8&epochs=2&batch=10&seed=3");
    await give(page, "own-file", [["a.npy", npyOf([45, 50], flat.subarray(0, 45 * 50))]]);
    await says(page, /a\.npy: 41 cases to learn; 50 units a case, folded into 5 rows of 10/);
    await runs(page, 10);
    expect(await sizeOf(page, "filters")).toEqual([8 * 11 - 1, 5]);

    await give(page, "own-file", [
      ["t-images-idx3-ubyte.gz", gzipSync(idxOf([45, 4, 16], flat))],
      ["t-labels-idx1-ubyte", idxOf([45], labels)],
    ]);
    await says(page, /images of 4 × 16 pixels.*Labels: t-labels-idx1-ubyte/);
    expect(await sizeOf(page, "data")).toEqual([3 * 17 - 1, 2 * 5 - 1]);
    await page.getByRole("button", { name: "digit 0" }).click();
    await says(page, /20 cases to learn/);
    expect(await page.locator("[data-test=command]").textContent()).toContain(
      "--data t-images-idx3-ubyte.gz --classes 1 --limit 20",
    );

    await give(page, "own-file", [
      ["b.png", pngOf(9, 9, disc(9, 2, 5, 250))],
      ["a.png", pngOf(9, 9, disc(9, 3, 0, 255))],
    ]);
    await says(
      page,
      /pictures\.npy: 2 cases to learn; images of 9 × 9 pixels.*none are held out.*order of their names.*border is light/,
    );
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-test=npy]").click()]);
    const ink = [disc(9, 3, 255, 0), disc(9, 2, 250, 5)].flatMap((levels) => [...levels]);
    expect(readFileSync(await download.path())).toEqual(Buffer.from(npyOf([2, 9, 9], Uint8Array.from(ink))));
    await runs(page, 2);
    await give(page, "own-file", [["a.png", "no picture"]]);
    await says(page, /a\.png: got a file that does not start as PNG does.*pictures\.npy stays/, "own-wrong");
    expect(said).toEqual([]);
    await page.close();
  }, 90_000);

  test("a file that is dropped onto the picture is opened", async () => {
    const { page, said } = await visit("#/digits?v=1&hidden=8&digits=2");
    const held = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.csv"));
      return transfer;
    }, csvOf(rows));
    await page.dispatchEvent(".drop", "dragover", { dataTransfer: held });
    await page.dispatchEvent(".drop", "drop", { dataTransfer: held });
    await says(page, /dropped\.csv: 41 cases/);
    expect(said).toEqual([]);
    await page.close();
  }, 60_000);

  test("a picture is put onto the drawing pad, and the link holds it", async () => {
    const { page, said } = await visit("#/draw");
    await give(page, "open-picture", [["disc.png", pngOf(100, 100, disc(100, 40, 0, 255))]]);
    await says(page, /disc\.png, 100 × 100 pixels; dark is ink; its ink scaled to fit 20 × 20/, "picture-says");
    const inked = async () =>
      Number(/\d+/.exec((await page.locator("[data-test=pad-says]").textContent()) as string)?.[0]);
    await expect.poll(inked).toBeGreaterThan(290);
    const on = await inked();
    expect(Math.abs(on - Math.PI * 100)).toBeLessThan(20);
    await page.locator("[data-test=hide-half]").click();
    await says(page, /392 are hidden/, "pad-says");
    await page.waitForFunction(() => location.hash.includes("drawing="));
    await page.reload();
    await expect.poll(inked).toBe(on);
    await give(page, "open-picture", [["blank.png", pngOf(40, 40, new Uint8Array(1600).fill(255))]]);
    await says(page, /blank\.png: got a picture of one colour/, "picture-says");
    expect(await inked()).toBe(on);
    expect(said).toEqual([]);
    await page.close();
  }, 60_000);
});
