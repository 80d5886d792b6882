import { existsSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNpy, parseNpy } from "#src/index.js";
import { objects, outcome, timelessMetrics, workplace } from "./program.js";

const { path, start, run, read } = workplace();
const text = (...where: string[]) => new TextDecoder().decode(read(...where));

/** 600 cases of 36 pixels in two classes: bars on the left half, or on the right one. */
function cases() {
  let state = 1;
  const random = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const labels = Uint8Array.from({ length: 600 }, () => (random() < 0.5 ? 0 : 1));
  const levels = Float32Array.from({ length: 600 * 36 }, (_, at) => {
    const right = at % 6 >= 3 ? 1 : 0;
    return random() < (labels[Math.floor(at / 36)] === right ? 0.9 : 0.05) ? 1 : 0;
  });
  return { labels, levels };
}

const data = ["--data", "cases.npy", "--labels", "labels.npy", "--image-shape", "6x6"];
const shape = ["--layers", "36-20-12-30", "--label-units", "--epochs", "4,4,12", "--batch-size", "20", "--seed", "3"];
const rule = ["--rate", "0.1", "--momentum", "0.5"];
const task = ["train", "dbn", ...data, ...shape, ...rule, "--up-down", "3", "--threads", "1", "--json"];

let whole: { sha256: unknown; metrics: unknown };

beforeAll(async () => {
  const { labels, levels } = cases();
  writeFileSync(path("cases.npy"), formatNpy([600, 36], levels));
  writeFileSync(path("labels.npy"), formatNpy([600], labels));
  writeFileSync(
    path("three.npy"),
    formatNpy(
      [600],
      labels.map((label, b) => (b === 7 ? 2 : label)),
    ),
  );
  writeFileSync(
    path("negative.npy"),
    formatNpy(
      [600],
      Int32Array.from(labels, (label, b) => (b === 5 ? -1 : label)),
    ),
  );
  const ended = await run(...task, "--run", "whole");
  expect(ended.code, ended.stderr).toBe(0);
  whole = { sha256: outcome(ended).parametersSha256, metrics: timelessMetrics(read("whole", "metrics.jsonl")) };
}, 60_000);

describe("train dbn", () => {
  test("keeps epochs of all stages, the configuration, the model, and its figures", () => {
    const records = text("whole", "metrics.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.map(({ epoch, stage, stageEpoch }) => [epoch, stage, stageEpoch])).toEqual([
      ...[1, 2, 3, 4].map((n) => [n, "layer 1", n]),
      ...[1, 2, 3, 4].map((n) => [4 + n, "layer 2", n]),
      ...Array.from({ length: 12 }, (_, n) => [9 + n, "layer 3", n + 1]),
      ...[1, 2, 3].map((n) => [20 + n, "up-down", n]),
    ]);
    const { kind, model, learning } = JSON.parse(text("whole", "config.json"));
    expect([kind, model.layers, model.classes, learning.epochs]).toEqual(["dbn", [36, 20, 12, 30], 2, 23]);
    expect(learning.layers.map(({ start: begun }: { start: string }) => begun)).toEqual(["given", "means", "means"]);
    for (const file of ["by-label", "filters-layer-1", "filters-layer-3", "reconstructions", "learning-curves"]) {
      expect(existsSync(path("whole", "figures", `${file}.png`)), file).toBe(true);
    }
  });

  test.each([
    ["layer 2", "2"],
    ["up-down", "1"],
  ])("stopped by SIGINT in %s, resumed on %s threads: the same bits and the same record", async (stage, threads) => {
    const folder = `stopped in ${stage}`;
    const training = start(...task, "--no-figures", "--run", folder);
    await training.says(`"stage":"${stage}"`);
    training.child.kill("SIGINT");
    const ended = await training.ended;
    expect(ended.code, ended.stderr).toBe(130);
    const resumed = await run("resume", folder, "--threads", threads, "--no-figures", "--json");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(outcome(resumed).parametersSha256).toBe(whole.sha256);
    expect(timelessMetrics(read(folder, "metrics.jsonl"))).toEqual(whole.metrics);
    const again = await run("resume", folder, "--no-figures", "--json");
    expect(again.stderr).toContain("is complete: all of its 23 epochs are done");
  });

  test("tells the errors of its label units, and what to do with them", async () => {
    const words = [...data, "--layers", "36-9", "--label-units", "--epochs", "1", "--held-out", "cases.npy"];
    const labels = ["--labels", "labels.npy"];
    const ended = await run("train", "dbn", ...words, ...labels, "--no-figures", "--run", "watched");
    // a file of labels is of the training cases alone
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining("without labels")]);
    const table = text("whole", "metrics.jsonl").trim().split("\n");
    expect(table.every((line) => !line.includes("heldOutErrorRate"))).toBe(true);
    const again = await run("resume", "whole", "--no-figures");
    for (const next of ["classify whole", "sample whole --label all"]) expect(again.stdout).toContain(next);
  });

  test("its label units recognize, and generate, the two classes", async () => {
    const { stdout, stderr } = await run("evaluate", "whole", ...data, "--json", "--draws", "5");
    const { errorRate, variationalBound, weightedBound, logPartition } = JSON.parse(stdout);
    expect(stderr).not.toContain("bug");
    // four standard errors of 600 cases at 2 %
    expect(errorRate).toBeLessThan(0.02);
    expect(logPartition.method).toBe("exact");
    expect(variationalBound.mean).toBeLessThan(weightedBound.mean);
    // 36 fair coins have −24.95
    expect(variationalBound.mean).toBeGreaterThan(-24);
    for (const label of [0, 1]) {
      const words = ["--label", String(label), "--chains", "50", "--sweeps", "50", "--out", "made.npy"];
      expect((await run("sample", "whole", ...words)).code).toBe(0);
      const { values } = parseNpy(read("made.npy"), "made.npy");
      const halves = [0, 0];
      Array.from(values).forEach((value, at) => {
        halves[at % 6 >= 3 ? 1 : 0] = (halves[at % 6 >= 3 ? 1 : 0] as number) + Number(value);
      });
      expect(halves[label]).toBeGreaterThan(3 * (halves[1 - label] as number));
    }
  });

  test("features of a layer, reconstructions, samples of all classes, inspect", async () => {
    expect((await run("features", "whole", ...data, "--layer", "2", "--out", "f.npy")).stdout).toContain("12 each");
    expect((await run("features", "whole", ...data, "--out", "f.npy")).stdout).toContain("30 each");
    expect((await run("reconstruct", "whole", ...data, "--limit", "9", "--out", "r.png")).code).toBe(0);
    expect(
      (await run("sample", "whole", "--label", "all", "--chains", "4", "--sweeps", "3", "--out", "s.png")).code,
    ).toBe(0);
    const [inspected] = objects((await run("inspect", "whole", "--json")).stdout);
    expect(inspected).toMatchObject({ kind: "dbn", layers: [36, 20, 12, 30], classes: 2, tiedWeights: false });
  });
});

test("options with one value for each layer, steps among them; the bound of the layers so far", async () => {
  const own = ["--rule", "cd,pcd,fpcd", "--chains", "20", "--k", "1,2,1", "--batch-size", "20,20,30"];
  const rates = ["--rate", "0.1@0,0.05@1,0.1..0,0.02", "--momentum", "0.5,0,0", "--weight-decay", "0,0.001,0.0002"];
  const rest = ["--epochs", "2,2,3", "--monitor", "2", "--held-out", "cases.npy", "--threads", "1", "--json"];
  const words = ["--layers", "36-10-8-12", ...own, ...rates, ...rest, "--run", "own", "--no-figures"];
  const ended = await run("train", "dbn", "--data", "cases.npy", ...words);
  expect(ended.code, ended.stderr).toBe(0);
  const { learning, monitor } = JSON.parse(text("own", "config.json"));
  expect(monitor).toBe(2);
  const { layers, epochs, batchSize } = learning;
  expect([epochs, batchSize]).toEqual([7, 30]);
  const of = (pick: (layer: (typeof layers)[number]) => unknown) => layers.map(pick);
  expect(of(({ negative: { rule } }) => rule)).toEqual(["cd", "pcd", "fpcd"]);
  expect(of(({ negative: { k } }) => k)).toEqual([1, 2, 1]);
  expect(of(({ negative: { chains } }) => chains)).toEqual([undefined, 20, 20]);
  expect(of((layer) => layer.batchSize)).toEqual([20, 20, 30]);
  expect(of((layer) => layer.optimizer.rate)).toEqual([
    {
      kind: "steps",
      steps: [
        [0, 0.1],
        [1, 0.05],
      ],
    },
    { kind: "linear", from: 0.1, to: 0 },
    0.02,
  ]);
  expect(of((layer) => layer.optimizer.momentum)).toEqual([0.5, 0, 0]);
  expect(of((layer) => layer.optimizer.weightDecay)).toEqual([0, 0.001, 0.0002]);
  interface Bound {
    readonly epoch: number;
    readonly logLikelihood?: number;
    readonly heldOutLogLikelihood?: number;
    readonly likelihoodIsBound?: true;
  }
  const told = (objects(ended.stdout) as unknown as Bound[]).filter(({ logLikelihood }) => logLikelihood !== undefined);
  expect(told.map(({ epoch, likelihoodIsBound }) => [epoch, likelihoodIsBound])).toEqual([
    [2, true],
    [4, true],
    [6, true],
    [7, true],
  ]);
  for (const { logLikelihood, heldOutLogLikelihood } of told) expect(heldOutLogLikelihood).toBe(logLikelihood);
  // the batches of each layer make up the updates
  expect((await run("resume", "own")).stderr).toContain("is complete: all of its 7 epochs are done");
});

describe("refusals", () => {
  const short = ["--epochs", "1", "--no-figures", "--run", "refused"];
  test.each([
    ["layers that are not the data's", ["--layers", "784-20-12"], "36 in the first layer, as in cases.npy"],
    ["one layer", ["--layers", "36"], "at least two layers"],
    ["epochs of two layers for three", ["--layers", "36-20-12-30", "--epochs", "1,2"], "one value, or 3"],
    [
      "label units of data without labels",
      ["--layers", "36-9-8", "--label-units", "--data", "cases.npy"],
      "without labels",
    ],
    [
      "a rule that label units cannot have",
      ["--layers", "36-9-8", "--label-units", "--rule", "pt", "--labels", "labels.npy"],
      "cd, pcd, fpcd",
    ],
    [
      "a transposed start that does not fit",
      ["--layers", "36-20-30", "--transposed"],
      "36, the units two layers below",
    ],
    [
      "a monitor of cases without a likelihood",
      ["--layers", "36-20-30", "--monitor", "1", "--clamp", "probability"],
      "zeros and ones",
    ],
    ["rates of three layers for two", ["--layers", "36-20-30", "--rate", "0.1..0,0.1@0,0.05@2,0.1"], "3 of them"],
    ["a rule that is none", ["--layers", "36-20-30", "--rule", "cd,cg"], "one of cd, pcd"],
    ["chains of no rule here", ["--layers", "36-20-30", "--rule", "cd,exact", "--chains", "9"], "--rule pcd"],
    ["labels beyond what labels are", ["--layers", "36-9-8", "--label-units", "--labels", "negative.npy"], "label"],
    ["the rate of no up-down", ["--layers", "36-20-30", "--up-down-rate", "0.1"], "--up-down with this option"],
    [
      "a linear schedule of sweeps",
      ["--layers", "36-20-30", "--up-down", "3", "--up-down-sweeps", "1..5"],
      "a number or steps",
    ],
  ])("%s", async (_, words, expected) => {
    const { code, stderr } = await run("train", "dbn", "--data", "cases.npy", ...short, ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
    expect(existsSync(path("refused"))).toBe(false);
  });

  test.each([
    ["a class that is not there", ["sample", "whole", "--label", "2"], "classes from 0 to 1"],
    ["a layer that is not there", ["features", "whole", ...data, "--layer", "4"], "a layer from 1 to 3"],
    [
      "data of another width",
      ["reconstruct", "whole", "--data", "bars-and-stripes:4", "--out", "r.npy"],
      "36, the visible units",
    ],
    [
      "labels beyond the classes",
      ["evaluate", "whole", "--data", "cases.npy", "--labels", "three.npy"],
      "the label 2 at case 7",
    ],
    [
      "a classification by labels beyond the classes",
      ["classify", "whole", "--data", "cases.npy", "--labels", "three.npy"],
      "the label 2 at case 7",
    ],
    [
      "a read-out of unlabelled cases",
      ["train", "classifier", "--from", "whole", "--data", "cases.npy", "--run", "refused"],
      "without labels",
    ],
    [
      "a read-out of cases of another width",
      ["train", "classifier", "--from", "whole", "--data", "mnist:test", "--limit", "10", "--run", "refused"],
      "36",
    ],
    [
      "a read-out of negative labels",
      ["train", "classifier", "--from", "whole", "--data", "cases.npy", "--labels", "negative.npy", "--run", "refused"],
      "label",
    ],
    ["sites of a deep network", ["evaluate", "whole", ...data, "--sites", "one"], "an RBM"],
  ])("%s", async (_, words, expected) => {
    const { code, stderr } = await run(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });

  test("the label of a network without label units", async () => {
    const words = ["--data", "cases.npy", "--layers", "36-5-4", "--epochs", "1", "--no-figures", "--run", "plain"];
    expect((await run("train", "dbn", ...words)).code).toBe(0);
    const { code, stderr } = await run("sample", "plain", "--label", "1", "--out", "s.npy");
    expect([code, stderr]).toEqual([2, expect.stringContaining("Train it with --label-units")]);
  });
});
