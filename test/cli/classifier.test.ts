import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  adam,
  type Classifier,
  classificationFit,
  classifierFrom,
  classify,
  type Dataset,
  initializeClassifier,
  parametersSha256,
  parseModel,
  parseNpy,
  type Rbm,
  train,
} from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { labelledCases } from "../oracles/feed-forward.js";
import { decode } from "./figures-decode.js";
import { begin, type Ended, harmonium, objects, timelessMetrics, workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run, read } = workplace();
const refusal = (...words: string[]) => refusalIn(cwd, run, words);
const machineOf = (folder: string) => parseModel(read(folder, "model.safetensors"), folder).machine;

/** The data as a CSV with a header, the label as the column "kind". */
function writeCsv(file: string, { cases, units, levels, labels }: Dataset): void {
  const head = [...Array.from({ length: units }, (_, i) => `x${i}`), "kind"].join(",");
  const lines = Array.from({ length: cases }, (_, b) =>
    [...levels.subarray(b * units, (b + 1) * units), labels?.[b]].join(),
  );
  writeFileSync(path(file), `${[head, ...lines].join("\n")}\n`);
}

const source = ["--data", "cases.csv", "--labels", "kind"];
const learning = [
  "--epochs",
  "12",
  "--batch-size",
  "20",
  "--rate",
  "0.02..0",
  "--dropout",
  "0.1",
  "--lower-rate",
  "0.5",
];
const words = [
  "train",
  "classifier",
  ...source,
  "--held-out",
  "others.csv",
  "--layers",
  "6-9",
  ...learning,
  "--image-shape",
  "2x3",
];

interface Result {
  readonly parametersSha256: string;
  readonly errorRate: number;
  readonly errors: number;
  readonly confusion: number[][];
  readonly mistakes: { case: number; label: number; class: number; probability: number }[];
}
const resultOf = ({ stdout }: Ended) => objects(stdout).at(-1) as unknown as Result;

let trained: Ended;
beforeAll(async () => {
  writeCsv("cases.csv", labelledCases(210, 6, 3, 1));
  writeCsv("others.csv", labelledCases(90, 6, 3, 2));
  trained = await run(...words, "--run", "runs/c", "--json");
  expect(trained.code, trained.stderr).toBe(0);
}, 60_000);

describe("train classifier", () => {
  test("is the library's training, to the last bit", async () => {
    const [data, heldOut] = await Promise.all(
      ["cases.csv", "others.csv"].map((file) => loadData(path(file), { labels: "kind" })),
    );
    const reports = train(initializeClassifier([6, 9, 3], { seed: 1 }), data as Dataset, {
      ...{ epochs: 12, batchSize: 20, seed: 1, threads: 1, lowerRate: 0.5, dropout: { hidden: 0.1 } },
      optimizer: adam({ rate: { kind: "linear", from: 0.02, to: 0 } }),
      heldOut: heldOut as Dataset,
    });
    for await (const report of reports) {
      if (!report.done) continue;
      expect(resultOf(trained).parametersSha256).toBe(await parametersSha256(report.machine()));
      const told = objects(read("runs/c", "metrics.jsonl").toString()).at(-1) as unknown as {
        crossEntropy: number;
        heldOutErrorRate: number;
      };
      expect(told.crossEntropy).toBe(report.crossEntropy);
      expect(told.heldOutErrorRate).toBe(report.heldOutErrorRate);
    }
  });

  test("draws the confusion matrix, mistakes, filters and curves", () => {
    for (const name of ["confusion", "mistakes", "filters", "learning-curves"]) {
      expect(decode(read("runs/c", "figures", `${name}.png`)).width).toBe(1440);
    }
    expect(read("runs/c", "report.html").toString()).toContain("Confusion matrix");
  });

  test("the same on 1 and 3 threads, and after an interruption", async () => {
    const quiet = [...words, "--no-figures", "--json"];
    for (const threads of ["1", "3"]) {
      const again = await run(...quiet, "--threads", threads, "--run", `threads-${threads}`);
      expect(resultOf(again).parametersSha256).toBe(resultOf(trained).parametersSha256);
    }
    // long enough to be met in its middle
    const long = [...quiet, "--epochs", "60", "--batch-size", "2"];
    const whole = await run(...long, "--run", "whole");
    const first = begin(harmonium(...long, "--run", "parts"), { cwd });
    await first.says('"epoch":2,');
    first.child.kill("SIGINT");
    expect((await first.ended).code).toBe(130);
    const rest = await run("resume", "parts", "--json", "--no-figures");
    expect(rest.code, rest.stderr).toBe(0);
    expect(resultOf(rest).parametersSha256).toBe(resultOf(whole).parametersSha256);
    expect(timelessMetrics(read("parts", "metrics.jsonl"))).toEqual(timelessMetrics(read("whole", "metrics.jsonl")));
  }, 60_000);

  test("augmented by a deep Boltzmann machine: its file takes the cases as they are", async () => {
    const cases = ["--data", "cases.csv", "--labels", "kind"];
    const quiet = ["--epochs", "10", "--no-figures", "--json"];
    const dbm = await run("train", "dbm", ...cases, "--layers", "6-5-4", ...quiet, "--run", "deep");
    expect(dbm.code, dbm.stderr).toBe(0);
    const train = ["train", "classifier", ...cases, "--held-out", "others.csv", ...quiet];
    const ended = await run(...train, "--from", "deep", "--augmented", "--run", "augmented");
    expect(ended.code, ended.stderr).toBe(0);
    const sha = resultOf(ended).parametersSha256;
    const config = JSON.parse(read("augmented", "config.json").toString());
    expect(config.model).toMatchObject({ layers: [10, 5, 4, 3], from: "deep", augmented: true });
    expect(resultOf(await run("resume", "augmented", "--no-figures", "--json")).parametersSha256).toBe(sha);
    const told = await run("classify", "augmented", "--data", "others.csv", "--labels", "kind", "--json");
    expect(told.code, told.stderr).toBe(0);
    const { heldOutErrorRate } = objects(read("augmented", "metrics.jsonl").toString()).at(-1) as {
      heldOutErrorRate: number;
    };
    expect(objects(told.stdout).at(-1)).toMatchObject({ errorRate: heldOutErrorRate });
    const inspected = await run("inspect", "augmented");
    expect(inspected.stdout).toContain("a deep Boltzmann machine 6-5-4");
    const without = await run(...train, "--augmented", "--run", "refused");
    expect(without.stderr).toContain("--augmented: got it without --from");
    const other = await run(...train, "--from", "runs/c", "--augmented", "--run", "refused");
    expect(other.stderr).toContain("augmented: got a machine of kind classifier");
  }, 60_000);

  test("in words: the line of an epoch and the summary", async () => {
    const { stdout, stderr } = await run(...words, "--no-figures", "--run", "words");
    expect(stderr).toMatch(/epoch 12\/12: cross entropy \d\.\d{4}, held-out \d\.\d{4}, held-out error \d+\.\d\d %/);
    expect(stdout).toContain("classifier, 6-9 units, 3 classes");
    expect(stdout).toContain("back-propagation, Adam, rate 0.02..0, lower layers at 0.5 of the rate, dropout");
    expect(stdout).toContain("harmonium classify words --data others.csv --labels kind");
  });
});

describe("train classifier --from", () => {
  const begun = ["train", "classifier", ...source, "--held-out", "none", "--epochs", "4", "--no-figures", "--json"];
  beforeAll(async () => {
    const rbm = [
      "train",
      "rbm",
      ...source,
      "--held-out",
      "none",
      "--hidden",
      "8",
      "--epochs",
      "3",
      "--run",
      "rbm",
      "--no-figures",
    ];
    expect((await run(...rbm)).code).toBe(0);
  }, 60_000);

  test("an RBM, the read-out alone: its features stay, the read-out is the library's", async () => {
    const ended = await run(...begun, "--from", "rbm", "--learns", "read-out", "--run", "read-out");
    expect(ended.code, ended.stderr).toBe(0);
    const [rbm, made] = [machineOf("rbm") as Rbm, machineOf("read-out") as Classifier];
    expect([made.weights[0], made.biases[0]]).toEqual([rbm.weights, rbm.hiddenBias]);
    const data = await loadData(path("cases.csv"), { labels: "kind" });
    const reports = train(classifierFrom(rbm, 3, { seed: 1 }), data, {
      epochs: 4,
      batchSize: 100,
      seed: 1,
      learns: "read-out",
    });
    for await (const report of reports) {
      if (report.done) expect(resultOf(ended).parametersSha256).toBe(await parametersSha256(report.machine()));
    }
  });

  test("a classifier goes on with all its layers", async () => {
    const ended = await run(...begun, "--from", "read-out/model.safetensors", "--run", "tuned");
    expect(ended.code, ended.stderr).toBe(0);
    expect((machineOf("tuned") as Classifier).layers).toEqual([6, 8, 3]);
    expect((machineOf("tuned") as Classifier).weights[0]).not.toEqual((machineOf("rbm") as Rbm).weights);
  });

  test("resumes only with the model that it began with", async () => {
    cpSync(path("rbm", "model.safetensors"), path("base.safetensors"));
    expect((await run(...begun, "--from", "base.safetensors", "--run", "based")).code).toBe(0);
    expect((await run("resume", "based", "--json", "--no-figures")).code).toBe(0);
    cpSync(path("read-out", "model.safetensors"), path("base.safetensors"));
    expect(await refusal("resume", "based")).toContain("base.safetensors: got a model that has changed");
  });
});

describe("classify", () => {
  test("tells what the library tells", async () => {
    const data = await loadData(path("others.csv"), { labels: "kind" });
    const machine = machineOf("runs/c") as Classifier;
    const told = await classify(machine, data);
    const fit = classificationFit(told, data);
    const ended = await run(
      "classify",
      "runs/c",
      "--data",
      "others.csv",
      "--labels",
      "kind",
      "--json",
      "--out",
      "p.npy",
    );
    const { errorRate, errors, confusion, mistakes } = resultOf(ended);
    expect([errorRate, errors, confusion.flat()]).toEqual([fit.errorRate, fit.errors, [...fit.confusion]]);
    expect(mistakes.length).toBe(Math.min(5, errors));
    expect(mistakes.every(({ case: b, label }) => data.labels?.[b] === label)).toBe(true);
    expect(parseNpy(read("p.npy"), "p.npy").values).toEqual(told.probabilities);
    const evaluated = await run("evaluate", "runs/c", "--data", "others.csv", "--labels", "kind", "--json");
    expect(resultOf(evaluated).errorRate).toBe(errorRate);
  });

  test("in words: a table of classes; and files", async () => {
    const options = ["--data", "others.csv", "--labels", "kind", "--image-shape", "2x3"];
    const { stdout, code, stderr } = await run(
      "classify",
      "runs/c",
      ...options,
      "--out",
      "p.csv",
      "--figures",
      "drawn/here",
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/error rate +\d+\.\d\d % ± \d+\.\d\d % +\d+ of 90 cases wrong/);
    expect(stdout).toMatch(/label +0 +1 +2 +wrong/);
    expect(stdout).toContain("The surest mistakes");
    expect(existsSync(path("drawn/here/confusion.png")) && existsSync(path("drawn/here/mistakes.png"))).toBe(true);
    const lines = readFileSync(path("p.csv"), "utf8").trimEnd().split("\n");
    expect(lines[0]).toBe("case,label,class,p0,p1,p2");
    expect(lines.length).toBe(91);
    const sums = lines.slice(1).map((line) =>
      line
        .split(",")
        .slice(3)
        .reduce((sum, p) => sum + Number(p), 0),
    );
    expect(sums.every((sum) => Math.abs(sum - 1) < 1e-4)).toBe(true);
  });

  test("cases without labels: their classes, no error rate", async () => {
    const { levels } = labelledCases(4, 6, 3, 5);
    writeFileSync(
      path("new.csv"),
      Array.from({ length: 4 }, (_, b) => levels.subarray(6 * b, 6 * b + 6).join()).join("\n"),
    );
    const ended = await run("classify", "runs/c", "--data", "new.csv", "--json", "--top", "2");
    const result = resultOf(ended) as unknown as { first: unknown[]; errorRate?: number };
    expect([result.first.length, result.errorRate]).toEqual([2, undefined]);
    expect((await run("classify", "runs/c", "--data", "new.csv")).stdout).toContain("P(class)");
    expect(await refusal("classify", "runs/c", "--data", "new.csv", "--figures", "f")).toContain(
      "new.csv without labels",
    );
  });

  test("inspect and features know classifiers", async () => {
    const inspected = await run("inspect", "runs/c", "--json");
    expect(resultOf(inspected)).toMatchObject({
      kind: "classifier",
      inputs: 6,
      hidden: [9],
      classes: 3,
      parameters: 93,
    });
    expect((await run("inspect", "runs/c")).stdout).toContain("6 inputs, 9 logistic hidden units, 3 classes");
    const { code } = await run("features", "runs/c", "--data", "others.csv", "--labels", "kind", "--out", "f.npy");
    expect([code, parseNpy(read("f.npy"), "f.npy").shape]).toEqual([0, [90, 9]]);
  });
});

describe("refusals", () => {
  const small = ["train", "classifier", "--held-out", "none", "--no-figures", ...source];
  beforeAll(() => {
    const { labels: _, ...unlabelled } = labelledCases(20, 6, 3);
    writeCsv("negative.csv", { ...unlabelled, labels: Int32Array.from({ length: 20 }, (_, b) => (b % 3) - 1) });
    writeCsv("five.csv", { ...unlabelled, labels: Uint8Array.from({ length: 20 }, (_, b) => b % 5) });
    writeCsv("narrow.csv", labelledCases(20, 4, 3));
    writeFileSync(path("unlabelled.csv"), "0,0,1,1,0,0.5\n1,0,0,1,1,0.25\n");
  });

  test.each<[string, string[], string]>([
    [
      "no labels",
      ["train", "classifier", "--data", "unlabelled.csv"],
      "--data: got unlabelled.csv without labels; expected one label a case. Name the labels with the option --labels",
    ],
    [
      "a read-out asked of an unlabelled set",
      ["train", "classifier", "--data", "unlabelled.csv", "--from", "runs/c", "--learns", "read-out"],
      "without labels",
    ],
    [
      "negative labels",
      ["train", "classifier", "--data", "negative.csv", "--labels", "kind"],
      "--data: got the label -1 at case 0 of negative.csv; expected a label of each case, 0 or more",
    ],
    [
      "more classes than the read-out",
      ["train", "classifier", "--data", "five.csv", "--labels", "kind", "--from", "runs/c"],
      "--data: got the label 3 at case 3 of five.csv; expected labels from 0 to 2, as the read-out has 3 classes.",
    ],
    [
      "held-out classes that were not taught",
      ["train", "classifier", ...source, "--held-out", "five.csv"],
      "--held-out: got the label 3",
    ],
    [
      "layers that do not fit the data",
      [...small, "--layers", "7-5"],
      "--layers: got 7 inputs; expected 6, the units of a case of cases.csv.",
    ],
    [
      "layers that do not fit the model",
      [...small, "--from", "runs/c", "--layers", "6-8"],
      "--layers: got 6-8; expected 6-9, those of runs/c. Leave --layers out, or --from.",
    ],
    [
      "data that do not fit the model",
      ["train", "classifier", "--data", "narrow.csv", "--labels", "kind", "--from", "runs/c"],
      "narrow.csv with 4 units a case; expected 6",
    ],
    [
      "layers that are none",
      [...small, "--layers", "6-x"],
      '--layers: got "6-x"; expected numbers of units such as 784-500-2000.',
    ],
    ["momentum of Adam", [...small, "--momentum", "0.5"], "--momentum: got --optimizer adam"],
    ["patience without held-out cases", [...small, "--patience", "3"], "--patience: got no held-out cases"],
    ["a metric without patience", [...small, "--stop-when", "error-rate"], "--stop-when: got it without --patience"],
    ["two averages", [...small, "--average", "0.5", "--average-over", "2"], "--average: got it with --average-over"],
    ["dropout of all", [...small, "--dropout", "1"], "--dropout: got 1; expected a probability in [0, 1)"],
    ["a negative rate below", [...small, "--lower-rate", "-1"], "--lower-rate: got -1"],
    ["too many weights", [...small, "--layers", "6-90000-90000"], "--layers: got 8,100,"],
    [
      "classify by an RBM",
      ["classify", "rbm.safetensors", ...source],
      "got a machine of kind rbm; expected one that tells classes. harmonium train classifier --from makes one of an RBM.",
    ],
    [
      "classify data of another width",
      ["classify", "runs/c", "--data", "narrow.csv", "--labels", "kind"],
      "--data: got narrow.csv with 4 units a case",
    ],
    [
      "classify labels beyond the classes",
      ["classify", "runs/c", "--data", "five.csv", "--labels", "kind"],
      "got the label 3 at case 3",
    ],
    [
      "an output of another kind",
      ["classify", "runs/c", ...source, "--out", "p.txt"],
      '--out: got "p.txt"; expected a file that ends in .csv or .npy.',
    ],
    [
      "reconstruct by a classifier",
      ["reconstruct", "runs/c", ...source],
      "got a classifier; expected a restricted Boltzmann machine. harmonium classify takes classifiers.",
    ],
    ["simulate a classifier", ["simulate", "runs/c"], "got a classifier, which is fed forward"],
  ])("%s", async (_, given, message) => {
    if (!existsSync(path("rbm.safetensors"))) {
      const made = [
        "train",
        "rbm",
        ...source,
        "--held-out",
        "none",
        "--hidden",
        "3",
        "--epochs",
        "1",
        "--run",
        "small-rbm",
        "--no-figures",
      ];
      expect((await run(...made)).code).toBe(0);
      cpSync(path("small-rbm", "model.safetensors"), path("rbm.safetensors"));
    }
    expect(await refusal(...given)).toContain(message);
  });

  test("a damaged configuration, another rule's checkpoint", async () => {
    cpSync(path("runs/c"), path("damaged"), { recursive: true });
    const config = JSON.parse(read("damaged", "config.json").toString());
    const write = (change: object) =>
      writeFileSync(path("damaged", "config.json"), JSON.stringify({ ...config, ...change }));
    write({ model: { layers: "6-9-3" } });
    expect(await refusal("resume", "damaged")).toContain('config.json: model.layers: got "6-9-3"; expected numbers.');
    write({ model: { layers: [6, 8, 3] } });
    expect(await refusal("resume", "damaged")).toContain(
      "got a classifier of 6-9-3 units; expected a classifier of 6-8-3 units",
    );
    write({ learning: { ...config.learning, learns: "read-out" } });
    expect(await refusal("resume", "damaged")).toContain("as this rule keeps");
    write({ learning: { ...config.learning, learns: "nothing" } });
    expect(await refusal("resume", "damaged")).toContain(
      'learning.learns: got "nothing"; expected "all" or "read-out"',
    );
  });
});
