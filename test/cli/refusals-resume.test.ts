import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parseSafetensors, serializeSafetensors } from "#src/index.js";
import { workplace } from "./program.js";
import { bars, refusalIn } from "./refusal.js";

const { cwd, path, run, read } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);

beforeAll(async () => {
  mkdirSync(path("precious"));
  writeFileSync(path("precious", "thesis.txt"), "years of work");
  expect((await run(...bars, "--run", "run")).code).toBe(0);
}, 60_000);

describe("resume", () => {
  test.each([
    [
      "nosuch",
      "nosuch: got no such folder; expected the folder of a run. Name the folder that training printed, for instance runs/twos.",
    ],
    ["precious", "precious: got a folder without config.json; expected the folder of a run."],
    ["precious/thesis.txt", "precious/thesis.txt: got a file; expected the folder of a run."],
  ])("of %s", async (folder, message) => {
    expect(await refusal(["resume", folder])).toContain(message);
  });

  /** A copy of the run with one file changed. */
  async function damaged(name: string, change: (content: Buffer) => string | Uint8Array): Promise<string> {
    rmSync(path("damaged"), { recursive: true, force: true });
    cpSync(path("run"), path("damaged"), { recursive: true });
    writeFileSync(path("damaged", name), change(readFileSync(path("run", name))));
    return refusal(["resume", "damaged", "--no-figures"]);
  }

  type Config = { data: object; model: object; learning: { optimizer: object } };
  const config = (change: (config: Config) => void) => (content: Buffer) => {
    const value = JSON.parse(content.toString());
    change(value);
    return JSON.stringify(value);
  };

  test.each<[string, (content: Buffer) => string | Uint8Array, string]>([
    [
      "no JSON",
      (content) => content.subarray(0, 100),
      "expected JSON. Restore the file, or train anew in another folder.",
    ],
    ["another format", () => '{"format":"zip"}', 'config.json: format: got "zip"; expected "harmonium-run/1".'],
    ["no object", () => "null", 'config.json: format: got nothing; expected "harmonium-run/1".'],
    [
      "little",
      () => '{"format":"harmonium-run/1"}',
      'config.json: kind: got nothing; expected "rbm" or "boltzmann" or "dbn" or "dbm" or "classification-rbm" or "classifier".',
    ],
    [
      "another machine",
      config((all) => Object.assign(all, { kind: "hopfield" })),
      'config.json: kind: got "hopfield"; expected "rbm" or "boltzmann" or "dbn" or "dbm" or "classification-rbm" or "classifier".',
    ],
    [
      "no rule",
      config(({ learning }) => Object.assign(learning, { negative: null })),
      'config.json: learning.negative.rule: got nothing; expected "cd" or "pcd"',
    ],
    [
      "classes as a text",
      config(({ data }) => Object.assign(data, { classes: "2" })),
      'config.json: data.classes: got "2"; expected numbers.',
    ],
    [
      "no units",
      config(({ model }) => Object.assign(model, { hidden: 0 })),
      "--hidden: got 0; expected a whole number, at least 1.",
    ],
    [
      "a wrong rate",
      config(({ learning }) => Object.assign(learning.optimizer, { rate: -1 })),
      "--rate: got -1; expected a positive number",
    ],
    [
      "other units",
      config(({ model }) => Object.assign(model, { hidden: 9 })),
      "checkpoint.safetensors: got an RBM of 16 × 8 units; expected an RBM of 16 × 9 units.",
    ],
    [
      "fewer epochs",
      config(({ learning }) => Object.assign(learning, { epochs: 2 })),
      "checkpoint.safetensors: got 3 updates; expected at most 2.",
    ],
    [
      "momentum",
      config(({ learning }) => Object.assign(learning.optimizer, { momentum: 0.5 })),
      "checkpoint.safetensors: got no saved arrays; expected step.hidden.bias, step.visible.bias, step.weights, as this rule keeps.",
    ],
  ])("of a config.json with %s", async (_, change, message) => {
    expect(await damaged("config.json", change)).toContain(message);
  });

  const withProgress = (progress: string) => (content: Buffer) => {
    const { tensors, metadata } = parseSafetensors(content, "checkpoint");
    return serializeSafetensors(Object.fromEntries(tensors), { ...Object.fromEntries(metadata), progress });
  };

  test.each<[string, (content: Buffer) => string | Uint8Array, string]>([
    ["nothing", () => "", "checkpoint.safetensors: got "],
    ["half of it", (content) => content.subarray(0, content.length / 2), "checkpoint.safetensors: got "],
    ["a model", () => read("run", "model.safetensors"), 'got format "harmonium/1"; expected harmonium-checkpoint/1.'],
    ["no progress", withProgress("null"), "checkpoint.safetensors: progress: got null; expected numbers update"],
    [
      "half an update",
      withProgress('{"update":1.5,"errorSum":0,"errorCount":0,"seconds":0}'),
      "expected numbers update, errorSum, errorCount, seconds; update whole.",
    ],
  ])("of a checkpoint with %s", async (_, change, message) => {
    expect(await damaged("checkpoint.safetensors", change)).toContain(message);
  });

  test("of metrics with a line that is none", async () => {
    expect(await damaged("metrics.jsonl", (content) => `nonsense\n${content}`)).toContain(
      'metrics.jsonl, line 1: got "nonsense"; expected a JSON record of an epoch. Delete that line.',
    );
  });

  test("without a checkpoint begins again", async () => {
    cpSync(path("run"), path("unborn"), { recursive: true });
    rmSync(path("unborn", "checkpoint.safetensors"));
    const ended = await run("resume", "unborn", "--no-figures", "--json");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain("No checkpoint was written before the run ended; it begins again");
    expect(read("unborn", "model.safetensors")).toEqual(read("run", "model.safetensors"));
  });
});
