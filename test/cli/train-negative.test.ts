import { describe, expect, test } from "vitest";
import type { EpochMetrics } from "#src/node/index.js";
import { objects, outcome, timelessMetrics, workplace } from "./program.js";
import { bars, refusalIn } from "./refusal.js";

const { cwd, run, read } = workplace();
const config = (folder: string) => JSON.parse(new TextDecoder().decode(read(folder, "config.json")));

describe("train rbm --rule", () => {
  test.each<[string, string[], object, string]>([
    [
      "cd",
      ["--k", "2", "--dream", "sample"],
      { rule: "cd", k: 2, dream: "sample", reconstruction: "sample" },
      "CD-2, 3 epochs",
    ],
    ["pcd", ["--chains", "9"], { rule: "pcd", k: 1, chains: 9, dream: "probability" }, "PCD-1, 9 chains"],
    [
      "fpcd",
      ["--fast-rate", "0.1"],
      { rule: "fpcd", chains: 100, fastRate: 0.1, fastDecay: 0.95 },
      "FPCD-1, 100 chains",
    ],
    [
      "pt",
      ["--ladder", "1,0.5,0", "--sweeps", "2"],
      { rule: "tempered", chains: 20, sweeps: 2, ladder: [1, 0.5, 0] },
      "parallel tempering, 3 temperatures × 20 chains",
    ],
    [
      "ptt",
      ["--chains", "20", "--reservoir", "50", "--k", "2"],
      { rule: "ptt", chains: 20, reservoir: 50, k: 2, rounds: 1 },
      "trajectory tempering, 20 chains and 50 samples",
    ],
    [
      "scratch",
      [],
      { rule: "scratch", chains: 100, sweeps: "mixed" },
      "Gibbs sampling from scratch, 100 chains, until they mix",
    ],
    ["scratch", ["--sweeps", "4"], { rule: "scratch", sweeps: 4 }, "Gibbs sampling from scratch, 100 chains, 4 sweeps"],
    ["exact", [], { rule: "exact" }, "the exact gradient, 3 epochs"],
  ])("%s %j: what is asked for is what is kept, and said", async (rule, words, negative, text) => {
    const folder = [rule, ...words].join("").replace(/[^a-z0-9]/g, "");
    const ended = await run(...bars, "--rule", rule, ...words, "--run", folder);
    expect(ended.code, ended.stderr).toBe(0);
    expect(config(folder).learning.negative).toMatchObject(negative);
    expect(ended.stdout).toContain(text);
  });

  test("ptt tells log Z, log-likelihoods and its own numbers; the same on one thread", async () => {
    const words = [...bars, "--epochs", "40", "--rule", "ptt", "--chains", "50", "--rate", "0.2"];
    const held = ["--held-out", "bars-and-stripes:4", "--json"];
    const ended = await run(...words, ...held, "--run", "whole");
    expect(ended.code, ended.stderr).toBe(0);
    const epochs = objects(ended.stdout).filter(({ kind }) => kind === "epoch") as unknown as EpochMetrics[];
    const { logPartition, logPartitionError, logLikelihood, heldOutLogLikelihood, rule } = epochs.at(
      -1,
    ) as EpochMetrics;
    // independent units have −16 ln 2
    expect(logLikelihood).toBeGreaterThan(-11.2);
    expect(heldOutLogLikelihood).toBeCloseTo(logLikelihood as number, 9);
    expect(logPartition).toBeGreaterThan(16 * Math.LN2);
    expect(logPartitionError).toBeLessThan(0.2);
    expect(rule).toMatchObject({ acceptance: expect.any(Number), frozen: expect.any(Number), rejections: 0 });
    const again = await run(...words, ...held, "--run", "again", "--threads", "1");
    expect(outcome(again).parametersSha256).toBe(outcome(ended).parametersSha256);
    expect(timelessMetrics(read("again", "metrics.jsonl"))).toEqual(timelessMetrics(read("whole", "metrics.jsonl")));
  });

  test("a rate too high for ptt: what was taken back is said at the end", async () => {
    const words = [...bars, "--rule", "ptt", "--rate", "20", "--batch-size", "4"];
    const { stdout, code } = await run(...words, "--run", "fast");
    expect(code).toBe(0);
    expect(stdout).toMatch(/doubtful +\d+ updates? taken back, the learning rate times 0\.\d+ since/);
  });
});

describe("refused", () => {
  test.each<[string[], string]>([
    [["--rule", "pcd", "--ladder", "1,0"], "--ladder: got --rule pcd; expected --rule pt with this option."],
    [
      ["--chains", "5"],
      "--chains: got --rule cd; expected --rule pcd, fpcd, pt, ptt or scratch with this option. Choose one of these",
    ],
    [["--rule", "exact", "--k", "2"], "--k: got --rule exact; expected --rule cd, pcd, fpcd or ptt with this option."],
    [
      ["--rule", "pcd", "--fast-rate", "1"],
      "--fast-rate: got --rule pcd; expected --rule fpcd with this option. Choose that",
    ],
    [["--rule", "pcd", "--k", "0"], "--k: got 0; expected a whole number, at least 1."],
    [["--rule", "pt", "--ladder", "1,2"], "--ladder: got 2 after 1; expected at least two inverse temperatures"],
    [["--rule", "pt", "--ladder", "1,x"], '--ladder: got "1,x"; expected numbers such as 1,0.8,0.6.'],
    [["--rule", "ptt", "--reservoir", "7"], "--reservoir: got 7; expected at least 100, as many as chains."],
    [["--rule", "fpcd", "--fast-rate", "-1"], "--fast-rate: got -1; expected a number, 0 or more."],
    [
      ["--rule", "scratch", "--chains", "3"],
      "gibbsFromScratch: got 3 chains and at most 16384 sweeps; expected at least 4 chains",
    ],
    [["--rule", "gibbs"], '--rule: got "gibbs"; expected one of cd, pcd, fpcd, pt, ptt, scratch, exact.'],
    [
      ["--rule", "exact", "--hidden", "30", "--data", "bars-and-stripes:5"],
      "--rule exact: got 25 units, 2^25 states; expected at most 20 units. Use chains instead",
    ],
  ])("%j", async (words, message) => {
    expect(await refusalIn(cwd, run, [...bars, ...words])).toContain(message);
  });
});
