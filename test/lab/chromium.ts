/** A Chromium, where there is one, and the built lab on a server of its own. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

export const chromiumPath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

export const chromiumHint = "needs Chromium: apt-get install chromium, or name one in CHROMIUM";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

/** What goes wrong in a page, and what it sends or asks of elsewhere, from now on. */
export function complaintsOf(page: Page, address: string): string[] {
  const said: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  page.on("request", (request) => {
    const isOut = !request.url().startsWith(new URL(address).origin) && !/^(data|blob):/.test(request.url());
    if (isOut || request.method() !== "GET") said.push(`${request.method()} ${request.url()}`);
  });
  return said;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** dist/lab from a folder of a plain static host; `isolated` sends the headers that shared memory needs. */
export async function serveLab({
  isolated = true,
} = {}): Promise<{ readonly address: string; readonly server: Server }> {
  const root = join(import.meta.dirname, "../../dist/lab");
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname).replace(/^\/some\/folder/, "");
    const name = path === "/" ? "/index.html" : path;
    const file = await readFile(join(root, name)).catch(() => undefined);
    response
      .writeHead(file ? 200 : 404, {
        "Content-Type": types[extname(name)] ?? "application/octet-stream",
        ...(isolated && {
          "Cross-Origin-Opener-Policy": "same-origin",
          "Cross-Origin-Embedder-Policy": "require-corp",
        }),
      })
      .end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { address: `http://127.0.0.1:${port}/some/folder/`, server };
}
