import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents } from "../../lab/app/contents.js";
import { chromiumHint, chromiumPath, complaintsOf, launch, serveLab } from "./chromium.js";
import { sha256After } from "./command.js";

const axe = readFileSync(join(import.meta.dirname, "../../node_modules/axe-core/axe.min.js"), "utf8");
const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };

/** Looks at a page with axe; the violations, in a line each. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations: found } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return found.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  });
}

const tickOf = async (page: Page) => Number(await page.locator("[data-test=clock]").getAttribute("data-tick"));
const tickIs = (page: Page, tick: number) =>
  page.waitForFunction(
    (wanted) => document.querySelector("[data-test=clock]")?.getAttribute("data-tick") === wanted,
    String(tick),
    {
      timeout: 20_000,
    },
  );

/** What is painted: pixels of canvases, and drawings. */
async function pictureOf(page: Page): Promise<string> {
  // the frame that shows the last view
  await page.waitForTimeout(150);
  return page.evaluate(async () => {
    const parts = [...document.querySelectorAll(".picture canvas, .picture svg")].map((each) =>
      each instanceof HTMLCanvasElement ? each.toDataURL() : each.outerHTML,
    );
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\n")));
    return `${parts.length} ${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  });
}

describe.skipIf(!chromiumPath)(`the lab in Chromium (${chromiumHint})`, () => {
  let browser: Browser;
  let address: string;
  let server: Server;

  beforeAll(async () => {
    ({ address, server } = await serveLab());
    browser = await launch();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** A page of the lab, with what it complains of and where it asks. */
  async function open(hash: string, options: { viewport?: typeof wide; reducedMotion?: "reduce" } = {}) {
    const page = await browser.newPage({ viewport: wide, colorScheme: "light", ...options });
    const said = complaintsOf(page, address);
    await page.goto(address + hash);
    await page.waitForSelector("article.page h1");
    return { page, said };
  }

  // every page as it opens, and what a page shows by a choice that changes most of it
  describe.each([...contents.map(({ id }) => id), "deep?v=1&machine=dbm"])("page %s", (id) => {
    test("opens untouched, plays, steps, goes back, and replays to the same pixels", async () => {
      const { page, said } = await open(`#/${id}`);
      if ((await page.locator("[data-test=clock]").count()) > 0) {
        await page.waitForFunction(
          () => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) > 2,
          null,
          {
            timeout: 30_000,
          },
        );
        await page.locator("[data-test=play]").click();
        await page.locator("h1").click();
        const paused = await (async () => {
          await page.waitForTimeout(300);
          return tickOf(page);
        })();
        await page.waitForTimeout(200);
        expect(await tickOf(page), "a paused page stands still").toBe(paused);
        await page.keyboard.press("r");
        await tickIs(page, 0);
        const start = await pictureOf(page);
        for (const tick of [1, 2, 3]) {
          await page.keyboard.press("ArrowRight");
          await tickIs(page, tick);
        }
        const third = await pictureOf(page);
        expect(third, "a step changes the picture").not.toBe(start);
        await page.keyboard.press("ArrowLeft");
        await tickIs(page, 2);
        await page.keyboard.press("ArrowRight");
        await tickIs(page, 3);
        expect(await pictureOf(page), "a step back and on").toBe(third);
        await page.keyboard.press("r");
        await tickIs(page, 0);
        expect(await pictureOf(page), "the beginning again").toBe(start);
        await page.keyboard.press(" ");
        await page.waitForFunction(
          () => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) > 0,
        );
      }
      expect(said).toEqual([]);
      await page.close();
    }, 90_000);

    test("is accessible in both themes, wide and narrow, and never wider than the screen", async () => {
      const { page, said } = await open(`#/${id}`, { reducedMotion: "reduce" });
      await page.waitForTimeout(500);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        for (const size of [wide, narrow]) {
          await page.setViewportSize(size);
          await page.waitForTimeout(100);
          expect(await violations(page), `${theme}, ${size.width}`).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth), `${theme}`).toBeLessThanOrEqual(
            size.width,
          );
        }
      }
      expect(said).toEqual([]);
      await page.close();
    }, 90_000);
  });

  test("the first page takes at most 80 kB of script, gzipped, beside the kernels", async () => {
    const page = await browser.newPage();
    const asked = new Set<string>();
    page.context().on("request", (request) => asked.add(new URL(request.url()).pathname));
    await page.goto(address);
    await page.waitForFunction(
      () => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) > 20,
    );
    const scripts = [...asked].filter((path) => path.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(5);
    const sizes = scripts.map((path) => {
      const text = readFileSync(join(import.meta.dirname, "../../dist/lab/assets", basename(path)), "utf8");
      // the kernels lie in a script as base64
      return gzipSync(text.replaceAll(/[\w+/=]{5000,}/g, "")).length;
    });
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(80_000);
    await page.close();
  });

  test("opened as a file, which browsers do not run, it says what to do", async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(import.meta.dirname, "../../dist/lab/index.html")).href);
    await page.getByText("opened as a file").waitFor({ timeout: 10_000 });
    await page.goto(address);
    await page.waitForSelector("article.page h1");
    expect(await page.locator("#waits").count()).toBe(0);
    await page.close();
  });

  test("a link with mistakes opens, and says what it could not read", async () => {
    const { page } = await open("#/digits?v=1&hidden=many&digits=2&colour=red");
    const notice = page.locator("[data-test=complaints]");
    expect(await notice.textContent()).toContain("hidden: got “many”");
    expect(await notice.textContent()).toContain("no “colour”");
    await page.waitForSelector("canvas");
    await notice.getByRole("button").click();
    expect(await notice.count()).toBe(0);
    await page.close();
  });

  test("a page that is not there is said, with those that are", async () => {
    const page = await browser.newPage();
    await page.goto(`${address}#/nowhere`);
    await page.waitForSelector("[data-test=complaints]");
    expect(await page.locator("[data-test=complaints]").textContent()).toContain("no page “nowhere”");
    expect(await page.locator("[data-test=complaints] a").count()).toBe(contents.length);
    await page.close();
  });

  test("what is changed is in the address, and a reload keeps it", async () => {
    const { page } = await open("#/digits?v=1&digits=2");
    await page.getByLabel("Hidden units H").last().fill("17");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => location.hash.includes("hidden=17"));
    await page.reload();
    await page.waitForSelector("canvas");
    expect(await page.getByLabel("Hidden units H").last().inputValue()).toBe("17");
    await page.close();
  });

  const small = "first=12&second=10&cases=200&epochs=1&joint=2&batch=50&speed=1000000000";
  test.each([
    ["on threads", "digits?v=1&digits=2&hidden=40&momentum=0.5&seed=7", 200, true],
    ["on a plain host, on one thread", "digits?v=1&digits=2&hidden=40&momentum=0.5&seed=7", 200, false],
    ["a deep Boltzmann machine", `deep?v=1&machine=dbm&tower=yours&${small}`, 16, true],
  ])(
    "a link and its command give the same weights: %s",
    async (_, link, updates, isolated) => {
      const other = await serveLab({ isolated });
      const page = await browser.newPage();
      await page.goto(`${other.address}#/${link}`);
      await page.waitForFunction(
        (all) => document.querySelector("[data-test=clock]")?.textContent?.includes(`${all} of ${all}`),
        updates,
        {
          timeout: 40_000,
        },
      );
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
      // a tower that has learnt dreams on; a hash is of the tick that is shown
      if (link.startsWith("deep")) await page.locator("[data-test=play]").click();
      await page.waitForTimeout(300);
      await page.locator("[data-test=hash]").click();
      await page.waitForFunction(() => document.querySelector("[data-test=sha256]")?.textContent?.length === 64);
      const command = (await page.locator("[data-test=command]").textContent()) as string;
      expect(await page.locator("[data-test=sha256]").textContent()).toBe(await sha256After(command));
      await page.close();
      other.server.closeAllConnections();
      other.server.close();
    },
    90_000,
  );

  test("a teacher's link has no controls, an embedded one no frame", async () => {
    const { page } = await open("#/digits?v=1&controls=0&embed=1");
    expect(await page.locator(".controls").isVisible()).toBe(false);
    // most of it needs a control
    expect(await page.locator(".try").isVisible()).toBe(false);
    expect(await page.locator("header.top").count()).toBe(0);
    await page.close();
  });

  test("a reader who prefers reduced motion finds it still, and can play", async () => {
    const { page } = await open("#/start", { reducedMotion: "reduce" });
    await page.waitForSelector("canvas");
    await page.waitForTimeout(400);
    expect(await tickOf(page)).toBe(0);
    await page.keyboard.press(" ");
    await page.waitForFunction(
      () => Number(document.querySelector("[data-test=clock]")?.getAttribute("data-tick")) > 0,
    );
    await page.close();
  });
});
