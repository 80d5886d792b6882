import { readdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNpy, parseCheckpoint } from "#src/index.js";
import { type Ended, outcome, timelessMetrics, workplace } from "./program.js";

const { path, start, run, read } = workplace();

const updatesAnEpoch = 80;
const updates = 3 * updatesAnEpoch;

/** Rows of 24 bits, of which each has its own probability. */
function bits(rows: number): Uint8Array {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const values = Float32Array.from({ length: rows * 24 }, (_, i) => (random() < (1 + (i % 24)) / 26 ? 1 : 0));
  return formatNpy([rows, 24], values);
}

beforeAll(() => writeFileSync(path("cases.npy"), bits(400)));

/** 80 updates an epoch, so that a signal comes inside one; each rule with other arrays in its checkpoints. */
const task = [
  ...["train", "boltzmann", "--data", path("cases.npy"), "--hidden", "6", "--connect", "groups:12,12", "--seed", "7"],
  ...["--batch-size", "5", "--epochs", "3", "--positive", "chains", "--monitor", "2", "--no-figures"],
];

const rules: [string, string[], string[]][] = [
  [
    "persistent chains with momentum",
    ["--negative", "persistent", "--chains", "300", "--sweeps", "3", "--momentum", "0.5@0,0.9@1"],
    ["chains", "step.bias", "step.weights"],
  ],
  [
    "tempered chains",
    ["--negative", "tempered", "--chains", "40", "--sweeps", "2", "--temperature", "1.5"],
    ["chains", "chains.counts", "chains.replica"],
  ],
  [
    "chains from scratch",
    ["--negative", "scratch", "--anneal", "4@3, 6@1", "--readings", "2", "--optimizer", "sign"],
    [],
  ],
];

describe.each(rules)("%s", (name, rule, saved) => {
  let whole: { sha256: unknown; metrics: unknown };

  beforeAll(async () => {
    const ended = await run(...task, ...rule, "--run", `${name} whole`, "--threads", "2", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    whole = {
      sha256: outcome(ended).parametersSha256,
      metrics: timelessMetrics(read(`${name} whole`, "metrics.jsonl")),
    };
    expect(whole.metrics).toMatchObject([{ epoch: 1 }, { epoch: 2, logLikelihood: expect.any(Number) }, { epoch: 3 }]);
  }, 60_000);

  const resume = (folder: string, threads: string) =>
    run("resume", folder, "--threads", threads, "--no-figures", "--json");

  function state(folder: string, ended: Ended) {
    const left = readdirSync(path(folder), { recursive: true, encoding: "utf8" }).filter((file) => /\.tmp$/.test(file));
    const { parametersSha256: sha256, stopped } = outcome(ended);
    return { code: ended.code, stopped, sha256, metrics: timelessMetrics(read(folder, "metrics.jsonl")), left };
  }

  const done = () => ({ code: 0, stopped: false, ...whole, left: [] });

  test("Ctrl+C inside an epoch, then resume on other threads: the same bits", async () => {
    const training = start(...task, ...rule, "--run", name, "--threads", "1", "--json");
    await training.says('"kind":"epoch"');
    training.child.kill("SIGINT");
    const ended = await training.ended;
    expect(ended).toMatchObject({ code: 130, signal: null });
    const { update, resume: command } = outcome(ended);
    expect(Number(update)).toBeGreaterThanOrEqual(updatesAnEpoch);
    expect(Number(update)).toBeLessThan(updates);
    expect(ended.stderr).toContain(
      `Stopped after update ${update} of ${updates}; nothing is lost. Go on with:\n  ${command}\n`,
    );
    const { machine, state: kept } = parseCheckpoint(read(name, "checkpoint.safetensors"), name);
    expect(machine).toMatchObject({ kind: "boltzmann", units: 30 });
    expect(Object.keys(kept).sort()).toEqual(saved);
    const resumed = await resume(name, "2");
    expect(resumed.stderr).toContain(
      `276 connections (groups:12,12), on ${path("cases.npy")} (400 cases), after ${update} update`,
    );
    expect(state(name, resumed)).toEqual(done());
    const again = await resume(name, "1");
    expect(again.stderr.split("\n")[0]).toBe(`${name} is complete: all of its 3 epochs are done.`);
    expect(state(name, again)).toEqual(done());
  });

  test("kill -9 at random moments: resumed until done, it is the same run", async () => {
    const folder = `${name} killed`;
    const often = ["--checkpoint-every", "0.02", "--threads", "1"];
    let kills = 0;
    for (let leg = 0; leg < 4; leg++) {
      const training = start(
        ...(leg === 0 ? [...task, ...rule, "--run", folder] : ["resume", folder, "--no-figures"]),
        ...often,
      );
      await training.says("Training a Boltzmann machine").catch(() => {});
      const timer = setTimeout(() => training.child.kill("SIGKILL"), 20 + 200 * Math.random());
      const ended = await training.ended;
      clearTimeout(timer);
      if (ended.signal === "SIGKILL") kills++;
      else expect(ended.code).toBe(0);
    }
    expect(kills).toBeGreaterThan(0);
    expect(state(folder, await run("resume", folder, "--no-figures", "--json"))).toEqual(done());
  });
});
