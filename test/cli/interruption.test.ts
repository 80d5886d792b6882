import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { formatNpy } from "#src/index.js";
import {
  begin,
  type Ended,
  harmonium,
  objects,
  outcome,
  PROGRAM,
  ROOT,
  timelessMetrics,
  workplace,
} from "./program.js";

const { cwd, path, start, run, read } = workplace();

/** 500 updates an epoch, so that a signal comes inside one; momentum, so that the optimizer has a state. */
const task = [
  ...["train", "rbm", "--data", path("cases.npy"), "--held-out", path("unseen.npy"), "--hidden", "200", "--seed", "7"],
  ...["--batch-size", "5", "--epochs", "3", "--momentum", "0.5@0,0.9@1", "--threads", "1", "--no-figures", "--json"],
];
const updatesAnEpoch = 500;
const resume = (folder: string) => run("resume", folder, "--threads", "1", "--no-figures", "--json");

/** Rows of 100 bits, of which each has its own probability. */
function bits(rows: number): Uint8Array {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  return formatNpy(
    [rows, 100],
    Float32Array.from({ length: rows * 100 }, (_, i) => (random() < (i % 100) / 100 ? 1 : 0)),
  );
}

let whole: { sha256: unknown; metrics: unknown };

beforeAll(async () => {
  writeFileSync(path("cases.npy"), bits(2500));
  writeFileSync(path("unseen.npy"), bits(300));
  const ended = await run(...task, "--run", "whole", "--threads", "2");
  expect(ended.code).toBe(0);
  const { parametersSha256: sha256 } = outcome(ended);
  whole = { sha256, metrics: timelessMetrics(read("whole", "metrics.jsonl")) };
  expect(whole.metrics).toHaveLength(3);
}, 60_000);

/** What the run in a folder has become, with what lies about in it. */
function state(folder: string, ended: Ended) {
  const leftovers = readdirSync(path(folder), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tmp$/.test(name),
  );
  const { parametersSha256, stopped } = outcome(ended);
  const metrics = timelessMetrics(read(folder, "metrics.jsonl"));
  return { code: ended.code, stopped, sha256: parametersSha256, metrics, leftovers };
}

const done = () => ({ code: 0, stopped: false, ...whole, leftovers: [] });

describe.each([
  ["SIGINT", "1", "2"],
  ["SIGTERM", "2", "1"],
] as const)("%s once", (signal, threads, afterwards) => {
  const folder = `run's ${signal}`;

  test(`stops inside the epoch with exit 130, and the printed command finishes it (${threads}, then ${afterwards} threads)`, async () => {
    const training = start(...task, "--run", folder, "--threads", threads);
    await training.says("Training an RBM");
    training.child.kill(signal);
    const ended = await training.ended;
    expect(ended).toMatchObject({ code: 130, signal: null });
    const { update, stopped, resume } = outcome(ended);
    expect(stopped).toBe(true);
    expect(Number(update) % updatesAnEpoch).not.toBe(0);
    expect(ended.stderr).toContain(
      `Stopped after update ${update} of 1500; nothing is lost. Go on with:\n  ${resume}\n`,
    );
    expect(resume).toBe(`npx harmonium resume 'run'\\''s ${signal}'`);

    const command = String(resume).replace("npx harmonium", `"$NODE" "$PROGRAM"`);
    const env = { NODE: process.execPath, PROGRAM };
    const resumed = await begin(["sh", "-c", `${command} --json --no-figures --threads ${afterwards}`], { cwd, env })
      .ended;
    expect(resumed.stderr).toContain(`after ${Number(update).toLocaleString("en")} update`);
    expect(state(folder, resumed)).toEqual(done());
  });
});

test("stopped again and again, at the end of an epoch too: every checkpoint is where it said", async () => {
  const first = start(...task, "--run", "often");
  await first.says('"kind":"epoch"');
  first.child.kill("SIGINT");
  let ended = await first.ended;
  for (let stops = 1; ended.code === 130 && stops < 4; stops++) {
    const { update } = outcome(ended);
    const next = start("resume", "often", "--json", "--no-figures");
    await next.says("Training an RBM");
    next.child.kill("SIGTERM");
    ended = await next.ended;
    expect(ended.stderr).toContain(`after ${Number(update).toLocaleString("en")} updates.`);
  }
  expect(state("often", await resume("often"))).toEqual(done());
});

test("at the end of an epoch of one update nothing is lost either", async () => {
  const words = ["--data", "bars-and-stripes:8", "--batch-size", "510", "--epochs", "100000", "--hidden", "8"];
  const training = start("train", "rbm", ...words, "--run", "short", "--json", "--no-figures");
  await training.says('"kind":"epoch"');
  training.child.kill("SIGINT");
  const ended = await training.ended;
  expect(ended.code).toBe(130);
  const { update } = outcome(ended);
  expect(objects(ended.stdout).at(-2)).toMatchObject({ kind: "epoch", update });
  const again = start("resume", "short", "--no-figures");
  await again.says(`after ${Number(update).toLocaleString("en")} update`);
  again.child.kill("SIGKILL");
  await again.ended;
});

test("a second signal stops at once; the checkpoint before is there and can be resumed", async () => {
  const before = start(...task, "--run", "twice");
  await before.says("Training an RBM");
  before.child.kill("SIGINT");
  expect((await before.ended).code).toBe(130);
  const training = start("resume", "twice", "--no-figures", "--json");
  await training.says("Training an RBM");
  training.child.kill("SIGINT");
  training.child.kill("SIGTERM");
  const ended = await training.ended;
  expect(ended).toMatchObject({ code: 130, signal: null, stdout: "" });
  expect(ended.stderr).toContain("Stopping after this batch; once more stops at once");
  expect(ended.stderr).not.toContain("Go on with");
  expect(state("twice", await resume("twice"))).toEqual(done());
});

test("kill -9 at random moments: resumed until done, it is the same run", async () => {
  const often = ["--checkpoint-every", "0.02"];
  // without --json there are more reports, and with them checkpoints
  const first = [...task.filter((word) => word !== "--json"), ...often, "--run", "killed"];
  const again = ["resume", "killed", "--no-figures", ...often];
  let kills = 0;
  for (let leg = 0; leg < 6; leg++) {
    const training = start(...(leg === 0 ? first : again));
    await training.says("Training an RBM").catch(() => {});
    const timer = setTimeout(() => training.child.kill("SIGKILL"), 20 + (leg === 0 ? 50 : 250) * Math.random());
    const ended = await training.ended;
    clearTimeout(timer);
    if (ended.signal === "SIGKILL") kills++;
    else expect(ended.code).toBe(0);
  }
  expect(kills).toBeGreaterThan(0);
  expect(state("killed", await resume("killed"))).toEqual(done());
});

test("what kills leave is cleared: a torn line, epochs after the checkpoint, temporary files", async () => {
  const training = start(...task, "--run", "torn");
  await training.says("Training an RBM");
  training.child.kill("SIGINT");
  await training.ended;
  const later = '{"epoch":1,"update":500,"reconstructionError":9}\n';
  writeFileSync(path("torn", "metrics.jsonl"), `${later}{"epoch":2,"upd`);
  mkdirSync(path("torn", "figures"));
  for (const place of ["torn", "torn/history", "torn/figures"]) {
    writeFileSync(path(place, ".checkpoint.safetensors.99999999-0123abcd.tmp"), "half");
  }
  expect(state("torn", await resume("torn"))).toEqual(done());
});

test("resume of a finished run says so, and changes no bit", async () => {
  const model = read("whole", "model.safetensors");
  const again = await resume("whole");
  expect(again.stderr).toBe("whole is complete: all of its 3 epochs are done.\n");
  expect(state("whole", again)).toEqual(done());
  expect(read("whole", "model.safetensors")).toEqual(model);
});

const hasNpx = spawnSync("npx", ["--version"], { shell: process.platform === "win32" }).status === 0;
test.skipIf(!hasNpx)("the very command that is printed works where harmonium is installed (needs npx)", async () => {
  const folder = path("run with spaces");
  const training = begin(harmonium(...task, "--run", folder), { cwd: ROOT });
  await training.says("Training an RBM");
  training.child.kill("SIGINT");
  const [, printed] = /Go on with:\n +(npx .*)\n/.exec((await training.ended).stderr) ?? [];
  expect(printed).toBe(`npx harmonium resume '${folder}'`);
  const resumed = await begin(["sh", "-c", `${printed}`], { cwd: ROOT }).ended;
  expect(resumed.code).toBe(0);
  expect(resumed.stdout).toMatch(new RegExp(`^ +parameters' SHA-256 +${whole.sha256}$`, "m"));
  expect(resumed.stdout).toContain(`All of them on one page: ${folder}/report.html`);
});

const mount = (...words: string[]) => spawnSync("mount", words).status === 0;
const hasTmpfs = (() => {
  mkdirSync(path("disk"));
  if (process.platform !== "linux" || !mount("-t", "tmpfs", "-o", "size=2m", "none", path("disk"))) return false;
  spawnSync("umount", [path("disk")]);
  return true;
})();

test.skipIf(!hasTmpfs)(
  "a full disk: the last checkpoint stays readable, and with room the run goes on (needs root, for tmpfs)",
  async () => {
    const disk = path("disk");
    mount("-t", "tmpfs", "-o", "size=500k", "none", disk);
    onTestFinished(() => void spawnSync("umount", [disk]));
    const folder = path("disk", "full");
    const full = await run(...task, "--run", folder, "--checkpoint-every", "0");
    expect(full.code).toBe(2);
    const wayOut = `The command npx harmonium resume ${folder} goes on from the last good checkpoint.`;
    expect(full.stderr).toContain("got a full disk (ENOSPC); expected room for the file. Free space");
    expect(full.stderr.trimEnd().endsWith(wayOut)).toBe(true);
    expect(full.stderr).not.toMatch(/\n +at /);
    const inspected = await run("inspect", folder, "--json");
    expect(objects(inspected.stdout)).toMatchObject([{ model: `${folder}/checkpoint.safetensors` }]);
    expect(mount("-o", "remount,size=20m", disk)).toBe(true);
    expect(state("disk/full", await resume(folder))).toEqual(done());
  },
);

test.skipIf(!hasTmpfs)(
  "a full disk before the first checkpoint leaves nothing behind (needs root, for tmpfs)",
  async () => {
    const disk = path("disk");
    mount("-t", "tmpfs", "-o", "size=64k", "none", disk);
    onTestFinished(() => void spawnSync("umount", [disk]));
    const full = await run(...task, "--run", path("disk", "full"));
    expect(full.code).toBe(2);
    expect(full.stderr).toContain("got a full disk (ENOSPC)");
    expect(readdirSync(disk)).toEqual([]);
  },
);

describe("a closed pipe is no error", () => {
  const shell = (command: string) =>
    begin(["bash", "-c", `set -o pipefail; ${command}`], { cwd, env: { NODE: process.execPath, PROGRAM } }).ended;
  const hasBash = spawnSync("bash", ["--version"]).status === 0;

  test.skipIf(!hasBash)("while results are printed (needs bash)", async () => {
    const ended = await shell('"$NODE" "$PROGRAM" inspect whole | true');
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });

  test.skipIf(!hasBash)("during training, which stops and can be resumed (needs bash)", async () => {
    const words = task.map((word) => `'${word}'`).join(" ");
    const ended = await shell(`"$NODE" "$PROGRAM" ${words} --run closed | head -1`);
    expect(ended.code).toBe(0);
    expect(objects(ended.stdout)).toMatchObject([{ epoch: 1 }]);
    expect(ended.stderr).not.toMatch(/EPIPE|\n +at /);
    expect(state("closed", await resume("closed"))).toEqual(done());
  });

  test.skipIf(!hasBash)("and a slow reader gets everything (needs bash)", async () => {
    const words = ["--data", "bars-and-stripes:4", "--hidden", "2", "--epochs", "2000", "--no-figures", "--json"].join(
      " ",
    );
    const ended = await shell(`"$NODE" "$PROGRAM" train rbm ${words} --run slow 2> /dev/null | { sleep 1; cat; }`);
    expect(ended.code).toBe(0);
    const lines = objects(ended.stdout);
    expect(lines.filter(({ kind }) => kind === "epoch").map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: 2000 }, (_, i) => i + 1),
    );
    expect(lines.at(-1)).toMatchObject({ run: "slow", stopped: false });
  });
});
