import { describe, expect, test } from "vitest";
import { complaintText } from "#cli/complaints.js";
import { type RbmRuleOptions, rbmRule } from "#cli/lessons/rbm-rule.js";
import { HarmoniumError, parseCheckpoint } from "#src/index.js";
import type { EpochMetrics } from "#src/node/index.js";
import { objects, outcome, workplace } from "./program.js";
import { bars, refusalIn } from "./refusal.js";

const { cwd, run, read } = workplace();
const text = (...path: string[]) => new TextDecoder().decode(read(...path));
const config = (folder: string) => JSON.parse(text(folder, "config.json"));

describe("what is asked for is what is trained", () => {
  test("Adam, centred, sparse, averaged; stopped early with the model of its best epoch", async () => {
    const rule = ["--optimizer", "adam", "--rate", "0.01", "--l1", "0.001", "--centre", "--sparsity", "0.2"];
    const watch = ["--average-over", "2", "--patience", "5", "--monitor", "1", "--held-out", "bars-and-stripes:4"];
    const words = [...bars, ...rule, ...watch, "--epochs", "400", "--batch-size", "8"];
    const ended = await run(...words, "--run", "everything", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const { learning, monitor } = config("everything");
    expect(learning).toMatchObject({
      optimizer: { optimizer: "adam", rate: 0.01, l1: 0.001, weightDecay: 0.0002, beta1: 0.9 },
      centring: { rate: 0.01 },
      sparsity: { target: 0.2, cost: 0.1 },
      average: { over: 2 },
      stopWhen: { metric: "heldOutLogLikelihood", patience: 5, tolerance: 0 },
    });
    expect(monitor).toBe(1);
    const epochs = (objects(ended.stdout) as unknown as EpochMetrics[]).filter(
      (record) => (record as { kind?: string }).kind === "epoch",
    );
    const last = epochs.at(-1) as EpochMetrics;
    const best = Math.max(...epochs.map(({ heldOutLogLikelihood }) => heldOutLogLikelihood as number));
    expect(last).toMatchObject({ stoppedEarly: true, bestEpoch: last.epoch - 5 });
    expect(epochs[last.epoch - 6]?.heldOutLogLikelihood).toBe(best);
    // the model file is the machine that was kept: of the best epoch, and its average; the checkpoint goes on from the parameters
    const inspected = await run("inspect", "everything", "--json");
    expect(JSON.parse(inspected.stdout).parametersSha256).toBe(outcome(ended).parametersSha256);
    const { state } = parseCheckpoint(read("everything", "checkpoint.safetensors"), "checkpoint");
    expect(Object.keys(state).sort()).toEqual(
      expect.arrayContaining([
        "average.weights",
        "best.weights",
        "centring.hidden",
        "first.weights",
        "sparsity.hidden",
      ]),
    );
    const again = await run("resume", "everything", "--json", "--no-figures");
    expect(again.stderr).toContain("everything is complete");
    expect(outcome(again).parametersSha256).toBe(outcome(ended).parametersSha256);
  });

  test("a run that overfits its 20 twos stops, says so, and resumes to the same end", async () => {
    const data = ["--data", "mnist:train", "--classes", "2", "--limit", "10", "--held-out", "mnist:test"];
    const rule = ["--hidden", "30", "--rate", "0.2", "--batch-size", "5", "--epochs", "300", "--patience", "3"];
    const words = [
      "train",
      "rbm",
      ...data,
      ...rule,
      "--nesterov",
      "--momentum",
      "0.5",
      "--average",
      "0.01",
      "--no-figures",
    ];
    const { code, stdout, stderr } = await run(...words, "--run", "twos");
    expect(code, stderr).toBe(0);
    const [, epoch, best] = /stopped early +after epoch (\d+); the model is that of epoch (\d+)/.exec(stdout) ?? [];
    expect(Number(epoch)).toBe(Number(best) + 3);
    expect(Number(epoch)).toBeLessThan(300);
    expect(stdout).toContain("CD-1, Nesterov's momentum, averaged from 0.01 on, patience 3");
    expect(config("twos").learning.stopWhen).toEqual({
      metric: "heldOutReconstructionError",
      patience: 3,
      tolerance: 0,
    });
    const metrics = text("twos", "metrics.jsonl")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(metrics).toHaveLength(Number(epoch));
    expect(metrics.at(-1)).toMatchObject({ stoppedEarly: true, bestEpoch: Number(best) });
    const again = await run("resume", "twos", "--no-figures");
    expect(again.stderr).toContain("twos is complete: it stopped early.");
    const sha = (of: string) => /SHA-256 +(\w+)/.exec(of)?.[1];
    expect(sha(again.stdout)).toBe(sha(stdout));
  });
});

describe("refused", () => {
  const watched = ["--held-out", "bars-and-stripes:4"];
  test("--monitor where log Z cannot be summed: estimated, with its bracket, in lines, records and the summary; the same bits", async () => {
    // 64 pixels and 30 hidden units: 2^30 × 64 terms
    const words = ["train", "rbm", "--data", "bars-and-stripes:8", "--hidden", "30", "--epochs", "2", "--held-out"];
    const common = [...words, "bars-and-stripes:8", "--rate", "0.5"];
    const seen = await run(...common, "--monitor", "1", "--run", "estimated");
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stdout).toMatch(
      /log-likelihood +−?-?[\d.]+ nats a case, estimated: from -[\d.]+ to -[\d.]+, of at most/,
    );
    expect(seen.stderr).toMatch(/estimated log-likelihood -[\d.]+ \(-[\d.]+ to -[\d.]+\), held-out -[\d.]+ \(/);
    expect(seen.stdout).toContain("learning-curves.png");
    const metrics = new TextDecoder().decode(read("estimated", "metrics.jsonl")).trim().split("\n");
    for (const line of metrics) {
      const record = JSON.parse(line);
      expect(record.logLikelihoodMethod).toBe("estimated");
      expect(record.logLikelihoodLower).toBeLessThan(record.logLikelihood);
      expect(record.logLikelihoodUpper).toBeGreaterThan(record.logLikelihood);
      expect(record.heldOutLogLikelihoodUpper).toBeGreaterThan(record.heldOutLogLikelihood);
      expect(record.logPartitionUpper).toBeGreaterThan(record.logPartition);
    }
    const unseen = await run(...common, "--no-figures", "--run", "unseen");
    const sum = (text: string) => /SHA-256 +(\w+)/.exec(text)?.[1];
    expect(sum(unseen.stdout)).toBe(sum(seen.stdout));
  });

  test.each([
    [["--optimizer", "lbfgs"], '--optimizer: got "lbfgs"; expected one of sgd, adam.'],
    [["--sparsity", "1"], "--sparsity: got 1; expected a number in (0, 1); 0.01 to 0.1 is usual."],
    [["--sparsity", "0.1", "--sparsity-cost", "0"], "--sparsity-cost: got 0; expected a positive number"],
    [["--average", "1"], "--average: got 1; expected a fraction of all epochs in [0, 1)."],
    [["--average-over", "0"], "--average-over: got 0; expected a positive number of epochs."],
    [["--patience", "0", ...watched], "--patience: got 0; expected a whole number of epochs, at least 1."],
    [
      ["--patience", "2", ...watched, "--stop-when", "free-energy-gap"],
      "--tolerance: got 0; expected a positive number of nats.",
    ],
    [["--monitor", "1", "--clamp", "probability"], "--monitor: got data clamped as probabilities"],
  ])("%j", async (words, message) => {
    expect(await refusalIn(cwd, run, [...bars, ...words])).toContain(message);
  });

  const plain = { optimizer: "sgd", weightDecay: 0, l1: 0, monitor: 0 } as const;
  test.each<[Partial<RbmRuleOptions>, string]>([
    [{ nesterov: true }, "--nesterov: got a momentum of 0; expected one in (0, 1), such as 0.9."],
    [{ l1: -1 }, "--l1: got -1; expected a number, 0 or more."],
    [
      { optimizer: "adam", momentum: 0.5 },
      "--momentum: got --optimizer adam; expected --optimizer sgd with this option. Choose that, or leave --momentum out.",
    ],
    [{ optimizer: "adam", nesterov: true }, "--nesterov: got --optimizer adam"],
    [{ sparsityCost: 1 }, "--sparsity-cost: got it without --sparsity; expected --sparsity with this option."],
    [{ average: 0.5, averageOver: 2 }, "--average: got it with --average-over; expected one average."],
    [{ tolerance: 2 }, "--tolerance: got it without --patience; expected --patience with this option."],
    [{ stopWhen: "free-energy-gap" }, "--stop-when: got it without --patience"],
    [
      { patience: 2, stopWhen: "log-likelihood" },
      "--stop-when: got log-likelihood without --monitor; expected one told. Monitor it with --monitor",
    ],
  ])("%j", (options, message) => {
    expect(() => said(() => rbmRule({ ...plain, ...options }, true))).toThrow(message);
  });

  test("patience without held-out cases", () => {
    expect(() => said(() => rbmRule({ ...plain, patience: 2 }, false))).toThrow(
      "--patience: got no held-out cases; expected some to watch. Name them with --held-out.",
    );
  });

  /** Throws what the program would say. */
  function said(act: () => unknown): void {
    try {
      act();
    } catch (error) {
      throw error instanceof HarmoniumError ? new Error(complaintText(error)) : error;
    }
  }
});
