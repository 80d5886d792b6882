import {
  appendFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Event, labPlace, record, records, upTo, watch } from "./lab.js";

const { path, start, lab, makeRun } = labPlace();

describe("metrics", () => {
  test("are told from the beginning, then as they are written; a line when it is whole", async () => {
    const folder = makeRun("growing/one", 30);
    const { address } = await lab("growing");
    const page = watch(address, "?run=growing~one");
    await page.until(() => page.events.some(({ event }) => event === "live"), "live");
    expect(page.epochs("growing~one")).toEqual(upTo(30));
    const file = join(folder, "metrics.jsonl");
    const line = record(31);
    appendFileSync(file, line.slice(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(page.epochs("growing~one")).toEqual(upTo(30));
    appendFileSync(file, line.slice(20));
    const since = performance.now();
    await page.until(() => page.epochs("growing~one").length === 31, "the rest of the line");
    expect(performance.now() - since).toBeLessThan(1500);
    appendFileSync(file, records(32, 40));
    await page.until(() => page.epochs("growing~one").length === 40, "nine more");
    expect(page.epochs("growing~one")).toEqual(upTo(40));
    // the list knows too
    await page.until(
      () => page.events.some(({ event, data }) => event === "run" && data[0]?.includes('"epoch":40')),
      "the summary",
    );
    expect(page.events.filter(({ event }) => event === "begin")).toHaveLength(1);
    page.leave();
  });

  test("of a run that trains at this moment arrive while it does", async () => {
    mkdirSync(path("live"));
    const { address } = await lab("live");
    const words = ["--data", "bars-and-stripes:8", "--batch-size", "510", "--epochs", "100000", "--hidden", "8"];
    const page = watch(address, "?run=live~one");
    const training = start("train", "rbm", ...words, "--threads", "1", "--no-figures", "--run", "live/one");
    const early = await page.until(
      () => page.epochs("live~one").length > 20 && page.epochs("live~one").length,
      "20 epochs",
      20_000,
    );
    await page.until(() => page.epochs("live~one").length > early + 20, "20 more", 20_000);
    expect(training.child.exitCode).toBeNull();
    const told = page.epochs("live~one");
    expect(told).toEqual(upTo(told.length));
    training.child.kill("SIGINT");
    expect((await training.ended).code).toBe(130);
    page.leave();
  }, 60_000);

  test("cut, replaced and made anew begin anew; where what was told still stands they go on", async () => {
    const folder = makeRun("changing", 10);
    const file = join(folder, "metrics.jsonl");
    const { address } = await lab("changing");
    const page = watch(address, "?run=changing");
    const begins = () => page.events.filter(({ event }) => event === "begin").length;
    await page.until(() => page.epochs("changing").length === 10, "ten");
    // cut, as resume does with epochs after its checkpoint
    truncateSync(file, Buffer.byteLength(records(1, 4)));
    await page.until(() => begins() === 2 && page.epochs("changing").length === 4, "four");
    // replaced by a rename: other values
    writeFileSync(`${file}.new`, records(1, 6, { rate: 0.01 }));
    renameSync(`${file}.new`, file);
    await page.until(() => begins() === 3 && page.epochs("changing").length === 6, "six others");
    // overwritten in place by as many bytes
    writeFileSync(file, records(1, 6, { rate: 0.02 }));
    await page.until(() => begins() === 4 && page.epochs("changing").length === 6, "six others in place");
    // replaced by what begins with the same lines
    writeFileSync(`${file}.new`, records(1, 9, { rate: 0.02 }));
    renameSync(`${file}.new`, file);
    await page.until(() => page.epochs("changing").length === 9, "nine");
    expect(begins()).toBe(4);
    rmSync(file);
    await page.until(() => begins() === 5 && page.epochs("changing").length === 0, "none");
    rmSync(folder, { recursive: true });
    await page.until(() => page.events.some(({ event }) => event === "gone"), "gone");
    page.leave();
  });

  test("go on where a page left off, by the browser's Last-Event-ID or by the page's own word", async () => {
    const folder = makeRun("again/one", 5);
    makeRun("again/two", 7);
    const { address } = await lab("again");
    const query = "?run=again~one&run=again~two";
    const first = watch(address, query);
    await first.until(() => first.events.filter(({ event }) => event === "live").length === 2, "live");
    first.leave();
    const id = first.events.at(-1)?.id as string;
    appendFileSync(join(folder, "metrics.jsonl"), record(6));
    for (const [more, headers] of [
      ["", { "Last-Event-ID": id }],
      [`&after=${id}`, {}],
    ] as const) {
      const second = watch(address, query + more, headers);
      await second.until(() => second.events.filter(({ event }) => event === "live").length === 2, "live");
      expect(second.events.filter(({ event }) => event === "begin")).toEqual([]);
      expect([second.epochs("again~one"), second.epochs("again~two")]).toEqual([[6], []]);
      second.leave();
    }
    // a cursor of another file, or of none
    for (const wrong of ["999999-0123456789ab", "40-0123456789ab", "-1-x", "e".repeat(500)]) {
      const third = watch(address, `?run=again~one&after=${wrong}`);
      await third.until(() => third.events.some(({ event }) => event === "live"), "live");
      expect(third.epochs("again~one"), wrong).toEqual(upTo(6));
      third.leave();
    }
  });

  test("of a run that a page adds come alone: what it has of others, and of the list, is not told again", async () => {
    const folder = makeRun("adding/one", 5);
    makeRun("adding/two", 7);
    makeRun("adding/three", 1);
    const { address } = await lab("adding");
    const first = watch(address, "?run=adding~one");
    await first.until(() => first.events.some(({ event }) => event === "live"), "live");
    expect(first.events.slice(0, 5).map(({ event }) => event)).toEqual(["all", "run", "run", "run", "listed"]);
    first.leave();
    const [cursor, mark] = ((first.events.at(-1) as Event).id as string).split(";");

    const second = watch(address, `?run=adding~two&run=adding~one&after=,${cursor};${mark}`);
    await second.until(() => second.events.filter(({ event }) => event === "live").length === 2, "live");
    expect(second.events.map(({ event, data }) => [event, data[0]])).toEqual([
      ["listed", ""],
      ["begin", "adding~two"],
      ["lines", "adding~two"],
      ["live", "adding~two"],
      ["live", "adding~one"],
    ]);
    expect(second.epochs("adding~two")).toEqual(upTo(7));
    // what changed meanwhile is told: a record, its run's summary, a run that is gone
    const id = second.events.at(-1)?.id as string;
    second.leave();
    appendFileSync(join(folder, "metrics.jsonl"), record(6));
    rmSync(path("adding", "three"), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const third = watch(address, `?run=adding~two&run=adding~one&after=${id}`);
    await third.until(() => third.events.filter(({ event }) => event === "live").length === 2, "live");
    const told = third.events.map(({ event, data }) => [
      event,
      event === "run" ? JSON.parse(data[0] as string).id : data[0],
    ]);
    expect(told).toEqual([
      ["run", "adding~one"],
      ["gone", "adding~three"],
      ["listed", ""],
      ["live", "adding~two"],
      ["lines", "adding~one"],
      ["live", "adding~one"],
    ]);
    expect(third.epochs("adding~one")).toEqual([6]);
    third.leave();

    // another server has counted otherwise: its list is told whole
    const { address: another } = await lab("adding");
    const fourth = watch(
      another,
      `?run=adding~one&after=${((third.events.at(-1) as Event).id as string).replace(/^[^,]*,/, "")}`,
    );
    await fourth.until(() => fourth.events.some(({ event }) => event === "live"), "live");
    expect(fourth.events.map(({ event }) => event)).toEqual(["all", "run", "run", "listed", "live"]);
    fourth.leave();
  });

  test("with lines that are no records, and lines that no memory should hold", async () => {
    const folder = makeRun("strange", 2);
    const file = join(folder, "metrics.jsonl");
    appendFileSync(file, "\n\r\nnot json\r\ndata: {}\n\n");
    appendFileSync(file, `{"epoch":${"9".repeat(3_000_000)}}\n`);
    appendFileSync(file, record(3).replace("\n", "\r\n"));
    const { address } = await lab("strange");
    const page = watch(address, "?run=strange");
    await page.until(() => page.events.some(({ event }) => event === "live"), "live");
    const lines = page.events.filter(({ event }) => event === "lines").flatMap(({ data }) => data.slice(1));
    expect(lines.filter((line) => !line.startsWith("{"))).toEqual(["not json", "data: {}"]);
    expect(lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3]);
    page.leave();
  });

  const memoryOf = (pid: number) =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

  test.skipIf(!existsSync("/proc/self/status"))(
    "of 400 MB take little memory, whether the page reads or not (needs /proc)",
    async () => {
      const folder = makeRun("huge", 1);
      const out = createWriteStream(join(folder, "metrics.jsonl"));
      const block = records(1, 10_000, { rule: { padding: 1 / 3 } });
      const blocks = Math.ceil(400e6 / block.length);
      for (let i = 0; i < blocks; i++)
        if (!out.write(block)) await new Promise<void>((resolve) => out.once("drain", () => resolve()));
      await new Promise<void>((resolve) => out.end(() => resolve()));
      const { address, program } = await lab("huge");
      const pid = program.child.pid as number;
      const { port } = new URL(address);
      const before = memoryOf(pid);
      // one that asks and never reads
      const deaf = connect(Number(port), "127.0.0.1", () =>
        deaf.write("GET /api/stream?run=huge HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
      );
      deaf.pause();
      let [bytes, most] = [0, 0];
      await new Promise<void>((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/api/stream?run=huge", agent: false }, (answer) => {
          let end = "";
          answer.on("data", (part: Buffer) => {
            bytes += part.length;
            if (bytes % 64 < 8) most = Math.max(most, memoryOf(pid));
            end = (end + part.toString("latin1")).slice(-200);
            if (end.includes("event: live")) {
              answer.destroy();
              resolve();
            }
          });
          answer.on("error", reject);
        }).end();
      });
      expect(bytes).toBeGreaterThan(400e6);
      expect(Math.max(most, memoryOf(pid)) - before, "MiB more than before").toBeLessThan(150);
      deaf.destroy();
      rmSync(folder, { recursive: true });
    },
    60_000,
  );
});
