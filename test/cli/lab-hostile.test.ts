import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { ask, labPlace, raw, watch } from "./lab.js";
import { ROOT, type Running } from "./program.js";
import { inventory, refusalIn } from "./refusal.js";

const { cwd, path, start, run, lab, lastingLab, makeRun } = labPlace();
const SECRET = "what nobody but its owner may read";
const built = join(ROOT, "dist/lab");

beforeAll(async () => {
  // one by the command itself: what the others are made after
  const words = ["--data", "bars-and-stripes:3", "--hidden", "4", "--epochs", "8", "--monitor", "4", "--threads", "1"];
  const { code, stderr } = await run("train", "rbm", ...words, "--run", "runs/real");
  expect(code, stderr).toBe(0);
  makeRun("runs/group/stopped", 20, 2);
  const hostile = makeRun("runs/hostile", 3, 3);
  writeFileSync(path("secret.png"), SECRET);
  writeFileSync(path("secret.json"), SECRET);
  mkdirSync(path("outside"));
  writeFileSync(path("outside", "deep.png"), SECRET);
  symlinkSync(path("secret.png"), join(hostile, "figures", "link.png"));
  symlinkSync(path("secret.png"), join(hostile, "model.safetensors"));
  symlinkSync(path("secret.json"), join(hostile, "report.html"));
  symlinkSync(path("outside"), join(hostile, "history"));
  writeFileSync(join(hostile, "private.json"), SECRET);
  mkdirSync(path("runs", "foreign"));
  writeFileSync(path("runs", "foreign", "config.json"), '{"model_type":"another program\u2019s"}');
  mkdirSync(path("runs", "damaged"));
  writeFileSync(path("runs", "damaged", "config.json"), '{"format":"harmonium-run/1","kind":"rbm"');
}, 60_000);

describe("the command", () => {
  test("prints the address alone on standard output; Ctrl+C closes it at once, with a page that watches", async () => {
    const { address, program } = await lab();
    const page = watch(address, "?run=runs~real");
    await page.until(() => page.events.some(({ event }) => event === "live"), "live");
    const since = performance.now();
    program.child.kill("SIGINT");
    const { code, signal, stdout, stderr } = await program.ended;
    expect(performance.now() - since).toBeLessThan(1000);
    await page.hasEnded();
    expect({ code, signal, stdout }).toEqual({ code: 130, signal: null, stdout: `${address}\n` });
    expect(stderr).toContain(`The lab, with 4 runs: ${address}#/runs`);
    expect(stderr).toContain("The lab is closed.");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("with --json prints one object; SIGTERM ends it as well", async () => {
    const program = start("lab", "--json", "--port", "0", "runs/real");
    await program.says("Ctrl+C ends it.");
    program.child.kill("SIGTERM");
    const { code, stdout } = await program.ended;
    expect(code).toBe(130);
    const { address, port, runs } = JSON.parse(stdout);
    expect({ address, runs }).toEqual({ address: `http://127.0.0.1:${port}/`, runs: 1 });
  });

  test("takes the next free port, and says so", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port)),
    );
    const program = start("lab", "--port", String(port), "--json");
    await program.says("Ctrl+C ends it.");
    program.child.kill("SIGINT");
    const { stdout, stderr } = await program.ended;
    taken.close();
    const got = JSON.parse(stdout).port as number;
    expect(got).toBeGreaterThan(port);
    expect(stderr).toContain(`Port ${port} is taken; it is ${got}.`);
  });

  test("answers this machine only", async () => {
    const { address, program } = await lab();
    const { pid } = program.child;
    // the sockets of the process, as the system has them: state 0A listens, 0100007F is 127.0.0.1
    if (!existsSync(`/proc/${pid}/net/tcp`)) return;
    const port = Number(new URL(address).port).toString(16).toUpperCase().padStart(4, "0");
    const lines = ["tcp", "tcp6"].flatMap((name) =>
      existsSync(`/proc/${pid}/net/${name}`) ? readFileSync(`/proc/${pid}/net/${name}`, "utf8").split("\n") : [],
    );
    const listening = lines.map((line) => line.trim().split(/\s+/)).filter((words) => words[3] === "0A");
    expect(listening.map((words) => words[1]).filter((at) => at?.endsWith(`:${port}`))).toEqual([`0100007F:${port}`]);
  });

  test.each([
    ["a run that is not there", ["runs/reel"], /^harmonium: runs\/reel: got no such folder; expected .*runs\/twos/],
    ["a file", ["secret.json"], /^harmonium: secret\.json: got a file; expected the folder of a run/],
    ["another program's config.json", ["runs/foreign"], /^harmonium: .*format/],
    ["a damaged one by name", ["runs/damaged", "runs/nowhere"], /^harmonium: runs\/nowhere: got no such folder/],
    ["a port that is none", ["--port", "70000"], /^harmonium: --port: got "70000"; expected a whole number/],
  ])("refuses %s", async (_, words, text) => {
    expect(await refusalIn(cwd, run, ["lab", ...words])).toMatch(text);
  });

  test("says how to build a lab that is not built", async () => {
    // the program as it is installed, but for the lab
    const place = path("unbuilt");
    for (const name of ["bin", "package.json", "dist/src", "dist/cli"])
      cpSync(join(ROOT, name), join(place, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(place, "bin/harmonium.js"), "lab"], {
      cwd,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^harmonium: lab: got no pages in .*; expected the lab, built\. .*npm run build\.\n$/);
    rmSync(place, { recursive: true });
  });

  test("without runs it shows those that begin", async () => {
    mkdirSync(path("empty"));
    const { address, program } = await lab("empty");
    const page = watch(address, "?run=empty~new");
    await page.until(() => page.events.some(({ event }) => event === "listed"), "the list");
    makeRun("empty/new", 2);
    await page.until(() => page.epochs("empty~new").length === 2, "its lines");
    expect(page.events.find(({ event }) => event === "run")?.data[0]).toContain('"state":"running"');
    page.leave();
    program.child.kill("SIGINT");
    expect((await program.ended).stderr).toContain("No run in empty yet; those that begin will be on");
  });
});

describe("pages", () => {
  test("are the built lab, isolated, typed and cached as each needs", async () => {
    const { address } = await lab();
    const files = ["/", ...readdirSync(built, { recursive: true, encoding: "utf8" }).map((name) => `/${name}`)];
    const types = {
      html: "text/html; charset=utf-8",
      js: "text/javascript; charset=utf-8",
      css: "text/css; charset=utf-8",
      svg: "image/svg+xml",
    } as Record<string, string>;
    for (const file of files.filter((name) => name !== "/assets")) {
      const { status, headers, body } = await ask(address, file);
      const suffix = file === "/" ? "html" : (file.split(".").at(-1) as string);
      expect({ file, status, type: headers["content-type"] }).toEqual({
        file,
        status: 200,
        type: types[suffix] ?? "application/octet-stream",
      });
      expect(headers).toMatchObject({
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": file.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        "content-length": String(body.length),
      });
      expect(headers["content-encoding"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      if (suffix === "html") expect(body.toString()).toContain('name="harmonium-runs" content="here"');
      else expect(body.equals(readFileSync(join(built, file)))).toBe(true);
    }
    const digits = files.find((name) => name.endsWith(".gz")) as string;
    expect(gunzipSync((await ask(address, digits)).body).length).toBeGreaterThan(1000);
  });

  test("HEAD has the headers alone", async () => {
    const { address } = await lab();
    for (const target of ["/", "/icon.svg", "/api/runs", "/api/runs/runs~real/config.json", "/api/stream"]) {
      const { status, headers, body } = await ask(address, target, { method: "HEAD" });
      expect({ status, length: body.length }, target).toEqual({ status: 200, length: 0 });
      const whole = target === "/api/stream" ? undefined : await ask(address, target);
      if (whole) expect(headers["content-length"]).toBe(String(whole.body.length));
    }
  });
});

describe("runs", () => {
  test("are listed with what they were asked for and where they are", async () => {
    const { address } = await lab();
    const before = inventory(path("runs"));
    const { body } = await ask(address, "/api/runs");
    const runs = JSON.parse(body.toString());
    expect(runs.map(({ id, name, kind, state }: Record<string, string>) => ({ id, name, kind, state }))).toEqual([
      { id: "runs~damaged", name: "runs/damaged", kind: undefined, state: "running" },
      { id: "runs~group~stopped", name: "runs/group/stopped", kind: "rbm", state: "running" },
      { id: "runs~hostile", name: "runs/hostile", kind: "rbm", state: "finished" },
      { id: "runs~real", name: "runs/real", kind: "rbm", state: "finished" },
    ]);
    expect(runs[0].problem).toContain("config.json");
    const { format: _, ...asked } = JSON.parse(readFileSync(path("runs", "real", "config.json"), "utf8"));
    expect(runs[3].config).toEqual(asked);
    const lines = readFileSync(path("runs", "real", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(runs[3].last).toEqual(JSON.parse(lines.at(-1) as string));
    expect(runs[3].figures).toEqual(readdirSync(path("runs", "real", "figures")).sort());
    expect(inventory(path("runs"))).toEqual(before);
  });

  test("are found through links, once, and round in no circle", async () => {
    mkdirSync(path("circle"));
    symlinkSync(path("runs"), path("circle", "one"));
    symlinkSync(path("circle"), path("circle", "two"));
    const { address } = await lab("circle", "runs/real", "circle/one/real");
    const runs = JSON.parse((await ask(address, "/api/runs")).body.toString());
    const names = runs.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["damaged", "group/stopped", "hostile", "real"].map((name) => `circle/one/${name}`));
    // which no inventory could walk
    rmSync(path("circle"), { recursive: true });
  });

  test("that have written nothing for long have stopped, and say how to go on", async () => {
    const folder = makeRun("old/it's, again", 5);
    const past = Date.now() / 1000 - 3600;
    for (const name of ["metrics.jsonl", "config.json", ""]) utimesSync(join(folder, name), past, past);
    const { address } = await lab("old");
    const [only] = JSON.parse((await ask(address, "/api/runs")).body.toString());
    expect(only.problem).toBeUndefined();
    // what a link to the page holds
    expect(only.id).toBe("old~it's~~again");
    expect(only).toMatchObject({ state: "stopped", resume: `npx harmonium resume 'old/it'\\''s, again'` });
  });

  test("give their files, and no others", async () => {
    const { address } = await lab();
    const files = [
      ...["config.json", "metrics.jsonl", "model.safetensors", "report.html", "figures/filters.png"],
      "history/epoch-00001.safetensors",
    ];
    for (const name of files) {
      const { status, headers, body } = await ask(address, `/api/runs/runs~real/${name}`);
      expect({ name, status }).toEqual({ name, status: 200 });
      expect(body.equals(readFileSync(path("runs", "real", ...name.split("/"))))).toBe(true);
      if (name === "report.html") expect(headers["content-security-policy"]).toContain("default-src 'none'");
    }
    for (const name of [
      "checkpoint.safetensors",
      "history/",
      "history/epoch-.safetensors",
      "history/epoch-1e9.safetensors",
      "history/checkpoint.safetensors",
      "history/epoch-00001.safetensors/..",
      "private.json",
      "figures/",
      "figures",
      "",
      "figures/config.json",
    ]) {
      expect((await ask(address, `/api/runs/runs~real/${name}`)).status, name).toBeOneOf([400, 404]);
    }
  });
});

describe("hostile requests", () => {
  let address: string;
  let program: Running;
  beforeAll(async () => {
    ({ address, program } = await lastingLab());
  });

  /** Ways of writing “the folder above”, and other names that lead nowhere good. */
  const up = [
    "..",
    "%2e%2e",
    "%2E%2e",
    ".%2e",
    "..%2f..",
    "..%5c..",
    "..\\..",
    "%2e%2e%2f%2e%2e",
    "..%00",
    "%c0%ae%c0%ae",
  ];
  const targets = [
    ...up.flatMap((dots) => [
      `/${dots}/package.json`,
      `/assets/${dots}/${dots}/package.json`,
      `/assets/${dots}/${dots}/${dots}/package.json`,
      `/api/runs/runs~real/figures/${dots}/${dots}/secret.png`,
      `/api/runs/runs~real/${dots}/hostile/private.json`,
      `/api/runs/${dots}/secret.json`,
    ]),
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/etc/passwd",
    "/c:/windows/win.ini",
    "/%00",
    "/%",
    "/%ff",
    "/index.html/",
    "/index.html%00.js",
    "/assets",
    "/assets/",
    "/.harmonium-build",
    "/api",
    "/api/",
    "/api/runs/",
    "/api/runs/runs",
    "/api/runs/runs~foreign/config.json",
    "/api/runs/__proto__/config.json",
    "/api/runs/runs~real/__proto__/x.png",
    "/api/runs/runs~real/constructor",
    "/api/runs/runs~real/figures/filters.png/..",
    "/api/stream/more",
    // links that lead out of the run
    "/api/runs/runs~hostile/figures/link.png",
    "/api/runs/runs~hostile/model.safetensors",
    "/api/runs/runs~hostile/report.html",
    "/api/runs/runs~hostile/history/epoch-1.safetensors",
    "/api/runs/runs~hostile/private.json",
  ];

  test("for what lies outside find nothing", async () => {
    symlinkSync(path("outside", "deep.png"), path("outside", "epoch-1.safetensors"));
    for (const target of targets) {
      const { status, body } = await ask(address, target);
      expect(status, target).toBeOneOf([400, 404]);
      expect(body.toString(), target).not.toMatch(/owner|"name"|root:|harmonium-run/);
    }
    // the same paths are there where they are right: the server could have read them
    expect(readFileSync(path("runs", "hostile", "figures", "link.png"), "utf8")).toBe(SECRET);
  });

  test.each([
    ["another name for this machine (DNS rebinding)", { headers: { Host: "evil.example" } }, 403],
    ["one that only begins right", { headers: { Host: "127.0.0.1.evil.example" } }, 403],
    ["one that only ends right", { headers: { Host: "evil-localhost" } }, 403],
    ["a user before the host", { headers: { Host: "localhost:1@evil.example" } }, 403],
    ["another origin", { headers: { Origin: "http://evil.example" } }, 403],
    ["another port of this machine", { headers: { Origin: "http://127.0.0.1:1" } }, 403],
    ["no origin that is one", { headers: { Origin: "null" } }, 403],
    ["another site, by the browser's word", { headers: { "Sec-Fetch-Site": "cross-site" } }, 403],
    ["a neighbour, by the browser's word", { headers: { "Sec-Fetch-Site": "same-site" } }, 403],
    ["POST", { method: "POST" }, 405],
    ["PUT", { method: "PUT" }, 405],
    ["DELETE", { method: "DELETE" }, 405],
    ["OPTIONS", { method: "OPTIONS", headers: { "Access-Control-Request-Method": "GET" } }, 405],
    ["a body", { headers: { "Content-Length": "1000000000" } }, 413],
    ["a body in pieces", { headers: { "Transfer-Encoding": "chunked" } }, 413],
  ])("%s is refused", async (_, options, status) => {
    const answer = await ask(address, "/api/runs", options);
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).not.toContain("runs~");
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.headers["access-control-allow-methods"]).toBeUndefined();
    if (status === 405) expect(answer.headers.allow).toBe("GET, HEAD");
    expect(answer.headers.connection).toBe("close");
  });

  test("its own names, its own origin, a tunnel's port and an address that is typed are answered", async () => {
    const own = new URL(address).host;
    for (const headers of [
      { Host: own },
      { Host: own.replace("127.0.0.1", "localhost") },
      { Host: "[::1]:9000" },
      { Host: own, Origin: `http://${own}`, "Sec-Fetch-Site": "same-origin" },
      { Host: "localhost:9000", Origin: "http://localhost:9000" },
      { Host: own, "Sec-Fetch-Site": "none" },
    ])
      expect((await ask(address, "/api/runs", { headers })).status, JSON.stringify(headers)).toBe(200);
    // a link to the lab from elsewhere opens its page
    expect((await ask(address, "/", { headers: { "Sec-Fetch-Site": "cross-site" } })).status).toBe(200);
  });

  test.each([
    ["two hosts", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", /^HTTP\/1\.1 40[03] /],
    ["an empty host", "GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", / 403 /],
    ["no host", "GET / HTTP/1.1\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["no host, in old style", "GET /api/runs HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 403 /],
    [
      "a whole address as path",
      "GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
      / 400 /,
    ],
    ["a tunnel to elsewhere", "CONNECT evil.example:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", /^$/],
    ["headers without end", `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, / 431 /],
    ["no HTTP", "\x16\x03\x01 hello\r\n\r\n", /^HTTP\/1\.1 400 /],
    [
      "a go-ahead for a body",
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
      / 405 /,
    ],
    [
      "a change of protocol",
      "GET /api/runs HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
      / 403 /,
    ],
  ])("%s is refused", async (_, text, expected) => {
    const answer = await raw(address, text);
    expect(answer.split("\r\n")[0] ?? "").toMatch(expected);
    expect(answer).not.toMatch(/100 Continue|runs~|harmonium-runs/);
  });

  test("more runs than can be watched are refused, runs that are not there are waited for", async () => {
    expect((await ask(address, `/api/stream?${"run=x&".repeat(17)}`)).status).toBe(400);
    const page = watch(address, "?run=nobody&run=..%2Fsecret&run=__proto__");
    await page.until(() => page.events.some(({ event }) => event === "listed"), "the list");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(page.events.filter(({ event }) => !["all", "run", "listed"].includes(event))).toEqual([]);
    page.leave();
  });

  test.each([
    ["cursors without number", ",".repeat(8000)],
    ["marks without number", ";".repeat(8000)],
    ["a mark of the future", ";ffffffff-999999999999999"],
    ["a mark that is no number", ";ffffffff-1e99"],
    ["a path", "../../secret.json;../../secret.json"],
    ["a name of every object", "__proto__,constructor;__proto__-1"],
    ["a cursor beyond all files", "999999999999999-0123456789ab;"],
    ["bytes that are no text", "%00%ff%fe;%0d%0aevent:%20gone"],
  ])("`after` with %s is read as none: the whole list, all lines", async (_, after) => {
    const page = watch(address, `?run=runs~real&after=${after}`);
    await page.until(() => page.events.some(({ event }) => event === "live"), "live");
    expect(page.events[0]?.event).toBe("all");
    expect(page.events.filter(({ event }) => event === "run").length).toBeGreaterThan(2);
    const lines = readFileSync(path("runs", "real", "metrics.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(page.epochs("runs~real")).toEqual(lines.map((line) => JSON.parse(line).epoch));
    expect(page.events.every(({ event }) => ["all", "run", "listed", "begin", "lines", "live"].includes(event))).toBe(
      true,
    );
    page.leave();
  });

  test("are no bug of the server's, which still answers", async () => {
    expect((await ask(address, "/api/runs")).status).toBe(200);
    program.child.kill("SIGINT");
    expect((await program.ended).stderr).not.toMatch(/\n\s+at /);
  });
});
