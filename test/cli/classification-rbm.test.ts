import { existsSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  adam,
  type Dataset,
  formatNpy,
  initializeClassificationRbm,
  labelFirst,
  parametersSha256,
  parseNpy,
  train,
} from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { labelledCases } from "../oracles/feed-forward.js";
import { objects, outcome, timelessMetrics, workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, start, run, read } = workplace();
const refusal = (...words: string[]) => refusalIn(cwd, run, words);

/** The data as a CSV with a header, the label as the column "kind". */
function writeCsv(file: string, { cases, units, levels, labels }: Dataset, label = (_: number, y: number) => y): void {
  const head = [...Array.from({ length: units }, (_, i) => `x${i}`), "kind"].join(",");
  const lines = Array.from({ length: cases }, (_, b) =>
    [...levels.subarray(b * units, (b + 1) * units), label(b, labels?.[b] as number)].join(),
  );
  writeFileSync(path(file), `${[head, ...lines].join("\n")}\n`);
}

const source = ["--data", "cases.csv", "--labels", "kind"];
const machine = ["--hidden", "9", "--image-shape", "2x3"];
const learning = ["--epochs", "12", "--batch-size", "20", "--rate", "0.02..0", "--generative", "0.05"];
const task = ["train", "classification-rbm", ...source, "--held-out", "others.csv", ...machine, ...learning, "--json"];

let whole: { sha256: unknown; metrics: unknown };

beforeAll(async () => {
  writeCsv("cases.csv", labelledCases(210, 6, 3, 1));
  writeCsv("others.csv", labelledCases(90, 6, 3, 2));
  const ended = await run(...task, "--threads", "1", "--run", "whole");
  expect(ended.code, ended.stderr).toBe(0);
  whole = { sha256: outcome(ended).parametersSha256, metrics: timelessMetrics(read("whole", "metrics.jsonl")) };
}, 60_000);

describe("train classification-rbm", () => {
  test("is the library's training, to the last bit", async () => {
    const [data, heldOut] = await Promise.all(
      ["cases.csv", "others.csv"].map((file) => loadData(path(file), { labels: "kind" })),
    );
    const initial = initializeClassificationRbm(data as Dataset, { hidden: 9, weightScale: 0.05, seed: 1 });
    const reports = train(initial, data as Dataset, {
      ...{ epochs: 12, batchSize: 20, seed: 1, objective: { discriminative: 1, generative: 0.05 } },
      optimizer: adam({ rate: { kind: "linear", from: 0.02, to: 0 } }),
      heldOut: heldOut as Dataset,
    });
    for await (const report of reports) {
      if (!report.done) continue;
      expect(whole.sha256).toBe(await parametersSha256(report.machine()));
      const told = objects(read("whole", "metrics.jsonl").toString()).at(-1);
      expect(told).toMatchObject({
        crossEntropy: report.crossEntropy,
        heldOutErrorRate: report.heldOutErrorRate,
        heldOutCrossEntropy: report.heldOutCrossEntropy,
      });
    }
  });

  test("keeps its configuration and its figures, and is a network with label units to all other commands", async () => {
    const { kind, model, learning: rule } = JSON.parse(read("whole", "config.json").toString());
    expect([kind, model]).toEqual(["classification-rbm", { hidden: 9, classes: 3, weightScale: 0.05 }]);
    expect(rule.objective).toEqual({ discriminative: 1, generative: 0.05, unlabelled: 0 });
    for (const file of ["confusion", "filters-layer-1", "by-label", "learning-curves"]) {
      expect(existsSync(path("whole", "figures", `${file}.png`)), file).toBe(true);
    }
    const [inspected] = objects((await run("inspect", "whole", "--json")).stdout);
    expect(inspected).toMatchObject({ kind: "dbn", layers: [6, 9], classes: 3 });
    const others = ["--data", "others.csv", "--labels", "kind"];
    const [classified] = objects((await run("classify", "whole", ...others, "--json")).stdout);
    const told = objects(read("whole", "metrics.jsonl").toString()).at(-1) as unknown as { heldOutErrorRate: number };
    expect((classified as unknown as { errorRate: number }).errorRate).toBe(told.heldOutErrorRate);
    const sampled = ["--label", "all", "--chains", "6", "--sweeps", "3", "--out", "s.npy"];
    expect((await run("sample", "whole", ...sampled)).code).toBe(0);
    expect(parseNpy(read("s.npy"), "s.npy").shape).toEqual([6, 6]);
  });

  test.each(["2", "4"])(
    "stopped by SIGINT, resumed on %s threads: the same bits and the same record",
    async (threads) => {
      const folder = `stopped ${threads}`;
      const training = start(...task, "--threads", "1", "--no-figures", "--run", folder);
      await training.says('"epoch":2');
      training.child.kill("SIGINT");
      const ended = await training.ended;
      // so short a run may be over by then
      expect([130, 0], ended.stderr).toContain(ended.code);
      const resumed = await run("resume", folder, "--threads", threads, "--no-figures", "--json");
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(outcome(resumed).parametersSha256).toBe(whole.sha256);
      expect(timelessMetrics(read(folder, "metrics.jsonl"))).toEqual(whole.metrics);
    },
  );

  test("labels of −1, or beyond --labelled, are none: both ways of saying it are one", async () => {
    const all = labelledCases(210, 6, 3, 1);
    writeCsv("some.csv", all, (b, y) => (b < 30 ? y : -1));
    const semi = ["--objective", "semi-supervised", "--unlabelled", "0.2", ...machine, "--epochs", "3", "--no-figures"];
    const shas: unknown[] = [];
    for (const data of [["some.csv"], ["cases.csv", "--labelled", "30"]]) {
      const words = ["train", "classification-rbm", "--data", ...data, "--labels", "kind", ...semi, "--json"];
      const ended = await run(...words);
      expect(ended.code, ended.stderr).toBe(0);
      shas.push(outcome(ended).parametersSha256);
    }
    expect(shas[1]).toBe(shas[0]);
    const data = await loadData(path("cases.csv"), { labels: "kind" });
    expect((await loadData(path("some.csv"), { labels: "kind" })).labels).toEqual(labelFirst(data, 30).labels);
    const { stdout } = await run("train", "classification-rbm", "--data", "some.csv", "--labels", "kind", ...semi);
    expect(stdout).toContain("of 30 cases; 180 without");
    expect(stdout).toContain("ln P(y | v) + 0.2 ln P(v) of unlabelled cases by CD-1");
  });

  test("stops early, and keeps the best epoch", async () => {
    const ended = await run(...task, "--patience", "1", "--threads", "1", "--no-figures", "--run", "early");
    expect(ended.code, ended.stderr).toBe(0);
    const records = objects(read("early", "metrics.jsonl").toString()) as unknown as {
      heldOutErrorRate: number;
      bestEpoch: number;
    }[];
    const best = records.at(-1)?.bestEpoch as number;
    const rates = records.map(({ heldOutErrorRate }) => heldOutErrorRate);
    expect(rates[best - 1]).toBe(Math.min(...rates));
  });

  test("its help begins with examples, and names the formulas' symbols", async () => {
    const { stdout } = await run("train", "classification-rbm", "--help");
    expect(stdout).toMatch(/^Examples:\n {2}harmonium train classification-rbm/);
    for (const [option, symbol] of Object.entries({ hidden: "H", generative: "α", unlabelled: "β", rate: "η" })) {
      expect(stdout).toMatch(new RegExp(`^  --${option} <\\S+> +${symbol}: `, "m"));
    }
  });
});

describe("refusals", () => {
  const words = ["train", "classification-rbm", ...source, "--no-figures"];

  test.each([
    [["--objective", "generative", "--generative", "1"], "--objective hybrid or semi-supervised with this option"],
    [["--unlabelled", "1"], "--objective semi-supervised with this option"],
    [["--objective", "discriminative", "--k", "2"], "an objective with a generative term with this option"],
    [["--objective", "semi-supervised"], "all of it labelled; expected some cases without a label"],
    [["--labelled", "30"], "180 cases of cases.csv, 30 labelled without a label (−1), and no weight of them"],
    [["--labelled", "300"], "expected a whole number from 1 to 210, the cases of cases.csv"],
    [["--momentum", "0.5"], "--optimizer sgd with this option"],
    [["--patience", "3"], "no held-out cases"],
    [["--dropout", "1"], "expected a probability in [0, 1)"],
    [["--hidden", "99999999"], "expected at most 67,108,864 weights"],
    [["--held-out", "negative.csv"], "the label -1 at case 2 of negative.csv"],
  ])("%j", async (more, text) => {
    writeCsv("negative.csv", labelledCases(20, 6, 3, 1), (b, y) => (b === 2 ? -1 : y));
    expect(await refusal(...words, ...more)).toContain(text);
  });

  test("data without labels, and labels below −1", async () => {
    writeCsv("bad.csv", labelledCases(20, 6, 3, 1), (b, y) => (b === 4 ? -2 : y));
    const bad = ["train", "classification-rbm", "--data", "bad.csv", "--no-figures"];
    expect(await refusal(...bad, "--labels", "kind")).toContain("the label -2");
    writeFileSync(path("unlabelled.npy"), formatNpy([3, 6], new Float32Array(18)));
    expect(await refusal("train", "classification-rbm", "--data", "unlabelled.npy")).toContain("without labels");
  });
});
