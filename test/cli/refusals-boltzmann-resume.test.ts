import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parseSafetensors, serializeSafetensors } from "#src/index.js";
import { workplace } from "./program.js";
import { bars as rbmBars, refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);

beforeAll(async () => {
  const bars = ["train", "boltzmann", "--data", "bars-and-stripes:4", "--epochs", "3", "--no-figures", "--hidden", "2"];
  const rule = ["--positive", "chains", "--negative", "tempered", "--chains", "3", "--momentum", "0.5"];
  const ended = await run(...bars, ...rule, "--run", "run");
  expect(ended.code, ended.stderr).toBe(0);
}, 60_000);

/** A copy of the run with one file changed. */
async function damaged(name: string, change: (content: Buffer) => string | Uint8Array): Promise<string> {
  rmSync(path("damaged"), { recursive: true, force: true });
  cpSync(path("run"), path("damaged"), { recursive: true });
  writeFileSync(path("damaged", name), change(readFileSync(path("run", name))));
  return refusal(["resume", "damaged", "--no-figures"]);
}

/** Sets an entry, named by its path. */
const entry = (name: string, value: unknown) => (content: Buffer) => {
  const config = JSON.parse(content.toString());
  const keys = name.split(".");
  const parent = keys.slice(0, -1).reduce((inner, key) => inner[key], config);
  parent[keys.at(-1) as string] = value;
  return JSON.stringify(config);
};

test.each<[string, unknown, string]>([
  [
    "model.hidden",
    "2",
    'config.json: model.hidden: got "2"; expected a number. Restore the file, or train anew in another folder.',
  ],
  [
    "model.connections",
    { kind: "edges", pairs: [1, 18] },
    "got unit 18 in the pair 1, 18; expected pairs of different units from 0 to 17.",
  ],
  ["model.connections", { kind: "groups", groups: [4.5, 11.5] }, "got 4.5; expected a whole number, at least 1."],
  ["model.hidden", 0.5, "--hidden: got 0.5; expected a whole number, at least 0."],
  ["learning.temperature", -1, "--temperature: got -1; expected a positive number"],
  ["monitor", 0.5, "--monitor: got 0.5; expected a whole number of epochs, or 0."],
  ["learning.positive", { phase: "data" }, "--positive: got data for a machine with 2 hidden units"],
  [
    "model.hidden",
    3,
    "checkpoint.safetensors: got a Boltzmann machine of 18 units, 16 visible; expected a Boltzmann machine of 19 units, 16 visible.",
  ],
  ["learning.negative.chains", 4, "checkpoint.safetensors: chains: got [6, 3, 18]; expected [6, 4, 18]."],
  [
    "learning.negative",
    { rule: "exact" },
    "checkpoint.safetensors: got chains, chains.counts, chains.replica, step.bias, step.weights; expected step.bias, step.weights, as this rule keeps.",
  ],
  [
    "learning.optimizer",
    { optimizer: "sign", rate: 1 },
    "expected chains, chains.counts, chains.replica, as this rule keeps.",
  ],
  [
    "model.connections",
    { kind: "edges", pairs: [0, 1] },
    "checkpoint.safetensors: step.weights: got [153]; expected [1].",
  ],
  ["learning.epochs", 2, "checkpoint.safetensors: got 3 updates; expected at most 2."],
])("resume of a config.json with %s %j", async (name, value, message) => {
  expect(await damaged("config.json", entry(name, value))).toContain(message);
});

test("resume of a checkpoint of another machine", async () => {
  const rbm = await run(...rbmBars, "--run", "rbm");
  expect(rbm.code).toBe(0);
  const checkpoint = readFileSync(path("rbm", "checkpoint.safetensors"));
  expect(await damaged("checkpoint.safetensors", () => checkpoint)).toContain(
    "checkpoint.safetensors: got an RBM; expected a Boltzmann machine of 18 units, 16 visible.",
  );
  cpSync(path("rbm"), path("turned"), { recursive: true });
  cpSync(path("run", "checkpoint.safetensors"), path("turned", "checkpoint.safetensors"));
  expect(await refusal(["resume", "turned"])).toContain("got a boltzmann machine; expected an RBM of 16 × 8 units.");
});

test("resume of a checkpoint whose weights are not symmetric", async () => {
  const message = await damaged("checkpoint.safetensors", (content) => {
    const { tensors, metadata } = parseSafetensors(content, "checkpoint");
    const weights = tensors.get("weights");
    if (weights?.dtype !== "F64") return expect.unreachable("weights are float64");
    const data = weights.data.slice();
    data[1] = 9;
    return serializeSafetensors(
      { ...Object.fromEntries(tensors), weights: { ...weights, data } },
      Object.fromEntries(metadata),
    );
  });
  expect(message).toContain("expected symmetric weights with a zero diagonal");
});

test("what only RBMs have says which commands take the machine", async () => {
  for (const command of ["reconstruct", "sample", "features"]) {
    const message = await refusal([command, "run", ...(command === "sample" ? [] : ["--data", "bars-and-stripes:4"])]);
    expect(message).toContain("run: got a general Boltzmann machine; expected a restricted Boltzmann machine.");
  }
});
