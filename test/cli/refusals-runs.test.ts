import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNpy, parseSafetensors, serializeSafetensors } from "#src/index.js";
import { objects, outcome, workplace } from "./program.js";
import { bars, inventory, refusalIn } from "./refusal.js";

const { cwd, path, run, read } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);

beforeAll(async () => {
  writeFileSync(path("images.npy"), formatNpy([3, 4], new Float32Array(12)));
  writeFileSync(path("model.txt"), "not a model at all");
  mkdirSync(path("empty"));
  mkdirSync(path("precious"));
  writeFileSync(path("precious", "thesis.txt"), "years of work");
  expect((await run(...bars, "--run", "run")).code).toBe(0);
}, 60_000);

describe("a folder that is taken", () => {
  test.each([
    [
      "a run",
      "run",
      [],
      "run: got a folder with 5 entries; expected a new or empty folder. Choose another folder, or replace the run in this one with --force.",
    ],
    ["other things", "precious", ["--force"], "Choose another folder; --force deletes nothing but runs."],
    ["a file", "images.npy", ["--force"], "images.npy: got a file; expected a folder. Choose another folder."],
  ])("by %s", async (_, folder, words, message) => {
    expect(await refusal([...bars, "--run", folder, ...words])).toContain(message);
  });

  test("keeps its run where the new one cannot begin, and loses it to --force where it can", async () => {
    expect((await run(...bars, "--run", "taken", "--seed", "1")).code).toBe(0);
    const [old] = [read("taken", "model.safetensors")];
    await refusal([...bars, "--run", "taken", "--force", "--rate", "0"]);
    await refusal([...bars, "--run", "taken", "--force", "--held-out", "nosuch.npy"]);
    const forced = await run(...bars, "--run", "taken", "--force", "--seed", "2", "--json");
    expect(forced.code).toBe(0);
    expect(outcome(forced)).toMatchObject({ run: "taken", stopped: false });
    expect(read("taken", "model.safetensors").equals(old)).toBe(false);
  });

  test("an empty one is fine", async () => {
    mkdirSync(path("fresh"));
    expect((await run(...bars, "--run", "fresh")).code).toBe(0);
  });
});

describe("a model", () => {
  test.each([
    [["inspect", "nosuch"], "nosuch: got no such file"],
    [
      ["inspect", "empty"],
      "empty: got a folder without config.json; expected the folder of a run, or a model file. Name the folder that training printed",
    ],
    [["inspect", "model.txt"], 'model.txt, line 1, column 0 (counted from 0): got the cell "not a model at all"'],
    [["inspect", "images.npy"], "images.npy: got "],
    [
      ["evaluate", "run", "--data", "mnist:test"],
      "got mnist:test with 784 units a case; expected 16, the model's visible units.",
    ],
    [["evaluate", "run"], "--data: got nothing; expected a file"],
    [
      ["reconstruct", "run", "--data", "images.npy", "--out", "x.npy"],
      "got images.npy with 4 units a case; expected 16",
    ],
    [["features", "run", "--data", "images.npy"], "got images.npy with 4 units a case; expected 16"],
    [
      ["features", "run", "--data", "bars-and-stripes:4", "--labels-out", "l.npy"],
      "--labels-out: got bars-and-stripes:4 without labels; expected one label a case.",
    ],
    [
      ["sample", "run", "--start", "mnist:test"],
      "--start: got mnist:test with 784 units a case; expected 16, the model's visible units.",
    ],
    [
      ["sample", "run", "--start", "bars-and-stripes:4", "--chains", "33"],
      "--chains: got 33; expected at most 32, the cases of bars-and-stripes:4.",
    ],
    [["sample", "run", "--chains", "1025"], "got 1025; expected at most 1024 in a PNG. Write a .npy file for more."],
    [
      ["sample", "run", "--image-shape", "3x3"],
      "PNG: got 3x3; expected height × width with 16 pixels. Give --image-shape 4x4, or write a .npy file.",
    ],
    [["sample", "run", "--out", "dreams.gif"], '--out: got "dreams.gif"; expected a file that ends in .png or .npy.'],
    [
      ["sample", "run", "--out", "nosuch/dreams.npy"],
      '--out: got "nosuch/dreams.npy"; expected a file in a folder that exists, not nosuch. Create the folder first.',
    ],
    [
      ["features", "run", "--data", "bars-and-stripes:4", "--out", "features.png"],
      '--out: got "features.png"; expected a file that ends in .npy.',
    ],
  ])("%j", async (words, message) => {
    expect(await refusal(words)).toContain(message);
  });

  test("with a weight that is no number", async () => {
    const { tensors, metadata } = parseSafetensors(read("run", "model.safetensors"), "model");
    const weights = tensors.get("weights");
    if (weights?.dtype !== "F32") return expect.unreachable("weights are float32");
    const data = weights.data.slice();
    data[5] = Number.NaN;
    writeFileSync(
      path("nan.safetensors"),
      serializeSafetensors(
        { ...Object.fromEntries(tensors), weights: { ...weights, data } },
        Object.fromEntries(metadata),
      ),
    );
    expect(await refusal(["inspect", "nan.safetensors"])).toContain(
      "nan.safetensors: weights: got NaN at position 5; expected finite numbers.",
    );
  });
});

describe("divergence", () => {
  test("at once leaves nothing but the way out", async () => {
    const before = inventory(cwd);
    const ended = await run(...bars, "--rate", "1e6", "--momentum", "0.99", "--run", "wild");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /\nharmonium: training, update \d+: got a weight of ±[\d.e+]+; expected parameters within ±500\. Lower the learning rate \(it was 1000000\) or the momentum, or raise the weight decay\.\n$/,
    );
    expect(inventory(cwd)).toEqual(before);
  });

  test("later keeps the last good checkpoint", async () => {
    const rates = ["--rate", "0.05@0,1e6@400", "--momentum", "0.99", "--epochs", "500"];
    const ended = await run(...bars, ...rates, "--run", "late", "--json");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/ The last good checkpoint stays in late\.\n$/);
    expect(objects(ended.stdout).at(-1)).toMatchObject({ kind: "epoch", epoch: 400 });
    const inspected = await run("inspect", "late", "--json");
    expect(objects(inspected.stdout)).toMatchObject([{ model: "late/checkpoint.safetensors", epochs: 400 }]);
  });
});
