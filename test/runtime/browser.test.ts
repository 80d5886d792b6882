import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { updates200 } from "./two-hundred-updates.js";

const browserPath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
const root = join(import.meta.dirname, "../..");

/** The library as any page would load it. */
const page = `<!doctype html><script type="module">
  import * as harmonium from "/dist/src/index.js";
  globalThis.harmonium = harmonium;
</script>`;

type Loaded = { harmonium: typeof import("#src/index.js") };

/** Serves the repository's built files; `isolated` sends the headers that shared memory needs. */
function serve(isolated: boolean): Server {
  return createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const headers: Record<string, string> = isolated
      ? { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
      : {};
    if (path === "/") return response.writeHead(200, { ...headers, "Content-Type": "text/html" }).end(page);
    const file = await readFile(join(root, path)).catch(() => undefined);
    const type = extname(path) === ".js" ? "text/javascript" : "application/octet-stream";
    return response.writeHead(file ? 200 : 404, { ...headers, "Content-Type": type }).end(file);
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
}

const hint = "needs Chromium: apt-get install chromium, or name one in CHROMIUM";

describe.skipIf(!browserPath)(`in Chromium (${hint})`, () => {
  const servers = { isolated: serve(true), plain: serve(false) };
  let browser: Browser;
  let isolated: Page;
  let plain: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: browserPath as string,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    });
    isolated = await browser.newPage();
    await isolated.goto(await listen(servers.isolated));
    plain = await browser.newPage();
    await plain.goto(await listen(servers.plain));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    for (const server of Object.values(servers)) server.close();
  });

  const inPage = async (page: Page, threads: number) => {
    await page.waitForFunction(() => "harmonium" in globalThis);
    return page.evaluate(
      ([source, count]) => {
        const run = new Function(`return (${source})`)() as typeof updates200;
        return run((globalThis as unknown as Loaded).harmonium, count as number);
      },
      [updates200.toString(), threads] as const,
    );
  };

  test("SHA-256 of the weights after 200 updates equals Node's, on 1, 2 and 4 threads", async () => {
    const node = await updates200(await import("#src/index.js"), 1);
    expect(node).toMatch(/^[0-9a-f]{64}$/);
    expect(await inPage(plain, 1)).toBe(node);
    for (const threads of [1, 2, 4]) expect(await inPage(isolated, threads)).toBe(node);
  });

  test("without shared memory several threads are refused, with the way out", async () => {
    await expect(inPage(plain, 2)).rejects.toThrow(/threads: got 2; expected 1 on a page without shared memory.*COOP/);
    expect(await plain.evaluate(() => (globalThis as unknown as Loaded).harmonium.availableThreads())).toBe(1);
  });
});
