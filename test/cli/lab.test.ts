import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUN_FORMAT } from "#src/node/index.js";

const program = join(import.meta.dirname, "../../bin/harmonium.js");
const folder = mkdtempSync(join(tmpdir(), "harmonium-lab-server-"));
const children: ChildProcess[] = [];

interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  readonly said: () => string;
}

/** Starts `harmonium lab` and waits for its address. */
async function lab(...words: string[]): Promise<Served> {
  const child = spawn(process.execPath, [program, "lab", ...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.on("data", (text) => {
      const [, found] = /^http:\/\/127\.0\.0\.1:(\d+)\/$/m.exec(String(text)) ?? [];
      if (found) resolve(Number(found));
    });
    child.on("exit", (code) => reject(new Error(`exit ${code}: ${said}`)));
  });
  return { child, port, said: () => said };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Asks with just these headers; the path goes as it is. */
function ask(port: number, path: string, { method = "GET", headers = {} as Record<string, string>, body = "" } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Bytes as they are, which no client would send. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.on("data", (part) => {
      got += part;
    });
    socket.on("close", () => resolve(got));
    socket.on("error", reject);
    setTimeout(() => socket.destroy(), 1500);
  });
}

/** A run as training leaves it while it goes on. */
function makeRun(name: string, metrics: string): string {
  const path = join(folder, "runs", name);
  mkdirSync(join(path, "figures"), { recursive: true });
  writeFileSync(join(path, "config.json"), JSON.stringify({ format: RUN_FORMAT, kind: "experiment", experiment: "x" }));
  writeFileSync(join(path, "metrics.jsonl"), metrics);
  return path;
}

interface Hostile {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const record = (epoch: number) => `${JSON.stringify({ epoch, seconds: epoch / 10, reconstructionError: 1 / epoch })}\n`;

/** Reads server-sent events until `enough`, which sees all of them so far. */
function events(port: number, query: string, enough: (all: string[]) => boolean): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: `/api/stream?${query}`, agent: false }, (answer) => {
      let text = "";
      answer.on("error", reject);
      answer.on("data", (part) => {
        text += part;
        const all = text.split("\n\n").slice(0, -1);
        if (!enough(all)) return;
        asked.destroy();
        resolve(all);
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

const linesOf = (all: string[], id: string) =>
  all
    .filter((event) => event.includes("event: lines") && event.includes(`data: ${id}\n`))
    .flatMap((event) => [...event.matchAll(/^data: (\{.*\})$/gm)].map(([, line]) => JSON.parse(line as string).epoch));

describe("harmonium lab", () => {
  let served: Served;
  let port: number;

  beforeAll(async () => {
    const run = makeRun("growing", record(1) + record(2));
    writeFileSync(join(run, "figures", "weights.png"), "not really a picture");
    writeFileSync(join(run, "report.html"), "<script>alert(1)</script>");
    writeFileSync(join(folder, "secret.png"), "secret");
    symlinkSync(join(folder, "secret.png"), join(run, "figures", "leads-out.png"));
    served = await lab("--port", "0");
    ({ port } = served);
  }, 30_000);

  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  test("serves the pages, with what threads and caches need", async () => {
    const page = await ask(port, "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>harmonium lab</title>");
    expect(page.text).toContain('name="harmonium-runs" content="here"');
    expect(page.headers).toMatchObject({
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
      "content-type": "text/html; charset=utf-8",
    });
    expect(page.headers).not.toHaveProperty("access-control-allow-origin");
    const [, script] = /src="\.\/(assets\/[^"]+\.js)"/.exec(page.text) ?? [];
    const asset = await ask(port, `/${script}`);
    expect(asset.headers).toMatchObject({ "content-type": "text/javascript; charset=utf-8" });
    expect(asset.headers["cache-control"]).toContain("immutable");
    const digits = await ask(port, "/digits-test.bin.gz", { method: "HEAD" });
    expect([digits.status, digits.text, digits.headers["content-encoding"]]).toEqual([200, "", undefined]);
  });

  test.each<[string, Hostile, number]>([
    ["another host's name", { headers: { Host: "evil.example" } }, 403],
    ["a name that begins like ours", { headers: { Host: "127.0.0.1.evil.example" } }, 403],
    ["another origin", { headers: { Origin: "http://evil.example" } }, 403],
    ["an origin of this machine on another port", { headers: { Origin: "http://127.0.0.1:1" } }, 403],
    ["a POST", { method: "POST", body: "x=1" }, 405],
    ["a DELETE", { method: "DELETE" }, 405],
    ["an OPTIONS, as before a foreign request", { method: "OPTIONS" }, 405],
    ["a body", { headers: { "Content-Length": "3" }, body: "abc" }, 413],
    [
      "a script of another site that asks for a run",
      { headers: { "Sec-Fetch-Site": "cross-site" }, path: "/api/runs" },
      403,
    ],
  ])("refuses %s", async (_, { path = "/api/runs", ...options }: Hostile, status) => {
    const answer = await ask(port, path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(answer.text).not.toContain("growing");
    // the same without what is wrong
    expect((await ask(port, "/api/runs")).status).toBe(200);
  });

  test.each([
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/assets/..%5c..%5cpackage.json",
    "/assets/%00",
    "/%E0%A4%A",
    "//etc/passwd",
    "/api/runs/runs~growing/figures/..%2Fconfig.json",
    "/api/runs/..~..~etc/config.json",
    "/api/runs/runs~growing/checkpoint.safetensors",
    "/api/runs/runs~growing/figures/leads-out.png",
    "/api/runs/runs~growing/figures/.hidden.png",
    "/api/nothing",
    "/nothing.js",
  ])("has nothing at %s", async (path) => {
    const { status, text } = await ask(port, path);
    expect([400, 404]).toContain(status);
    expect(text).not.toMatch(/secret|root:|"name"/);
  });

  test("answers what is no HTTP, and headers without end, shortly", async () => {
    expect(await raw(port, "HELLO\r\n\r\n")).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4/,
    );
    expect(await raw(port, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 40/,
    );
  });

  test("gives a run's files; a report may run nothing", async () => {
    const list = await ask(port, "/api/runs");
    expect(list.headers["content-type"]).toBe("application/json; charset=utf-8");
    const [summary] = JSON.parse(list.text);
    expect(summary).toMatchObject({ id: "runs~growing", name: "runs/growing", kind: "experiment", last: { epoch: 2 } });
    expect(summary.figures).toContain("weights.png");
    expect((await ask(port, "/api/runs/runs~growing/figures/weights.png")).text).toBe("not really a picture");
    const report = await ask(port, "/api/runs/runs~growing/report.html");
    expect(report.headers["content-security-policy"]).toContain("default-src 'none'");
  });

  test("tells the metrics of a run from the beginning, then live, whole lines only, and anew when the file is another", async () => {
    const file = join(folder, "runs/growing/metrics.jsonl");
    const told = events(port, "run=runs~growing", (all) => linesOf(all, "runs~growing").includes(9));
    await new Promise((resolve) => setTimeout(resolve, 500));
    appendFileSync(file, record(3) + record(4).slice(0, 9));
    await new Promise((resolve) => setTimeout(resolve, 700));
    appendFileSync(file, record(4).slice(9));
    await new Promise((resolve) => setTimeout(resolve, 700));
    truncateSync(file);
    appendFileSync(file, record(9));
    const all = await told;
    expect(linesOf(all, "runs~growing")).toEqual([1, 2, 3, 4, 9]);
    expect(all.filter((event) => event.includes("event: begin"))).toHaveLength(2);
    expect(all.some((event) => event.includes("event: run") && event.includes('"name":"runs/growing"'))).toBe(true);
  }, 20_000);

  test("a run that begins later is told to who watches", async () => {
    const told = events(port, "", (all) => all.some((event) => event.includes("runs/late")));
    await new Promise((resolve) => setTimeout(resolve, 300));
    makeRun("late", record(1));
    expect((await told).some((event) => event.includes("event: run"))).toBe(true);
  }, 20_000);

  test("a large file of metrics is sent as it is read", async () => {
    makeRun("large", Array.from({ length: 200_000 }, (_, i) => record(i + 1)).join(""));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    let count = 0;
    const all = await events(port, "run=runs~large", (sofar) => {
      count = sofar.length;
      return sofar.at(-1)?.includes("event: live") === true;
    });
    expect(linesOf(all, "runs~large")).toHaveLength(200_000);
    expect(count).toBeGreaterThan(100);
  }, 60_000);

  test("where the port is taken, takes the next one, and says so; Ctrl+C ends it at once, watchers or not", async () => {
    const second = await lab("--port", String(port));
    expect(second.port).toBeGreaterThan(port);
    await expect.poll(second.said).toContain(`Port ${port} is taken`);
    const watching = events(second.port, "", () => false).catch(() => "closed");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    const ended = new Promise((resolve) => second.child.on("exit", resolve));
    second.child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(await Promise.race([watching, new Promise((resolve) => setTimeout(() => resolve("open"), 500))])).toBe(
      "closed",
    );
  }, 30_000);

  test.each([
    [["no-such-run"], "no-such-run: got no such folder; expected the folder of a run, or of several"],
    [["secret.png"], "secret.png: got a file"],
    [["--port", "70000"], "at most 65535"],
  ])("%j is refused", async (words, message) => {
    await expect(lab(...words)).rejects.toThrow(message);
    await expect(lab(...words)).rejects.toThrow("exit 2");
  });
});
