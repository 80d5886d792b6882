import { describe, expect, test } from "vitest";
import { workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, run } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);

describe("options", () => {
  test.each([
    [["--hidden", "0"], "--hidden: got 0; expected a whole number, at least 1."],
    [["--hidden", "2.5"], '--hidden: got "2.5"; expected a whole number.'],
    [
      ["--hidden", "1e15"],
      "--hidden: got 1000000000000000, which makes 16,000,000,000,000,000 weights; expected at most 134,217,728 weights.",
    ],
    [["--rate", "0"], "--rate: got 0; expected a positive number; 0.01 to 0.1 is usual."],
    [["--rate", "-0.1"], "--rate: got -0.1; expected a positive number"],
    [
      ["--rate", "fast"],
      '--rate: got "fast"; expected a number, a line such as 0.1..0.01, or steps such as 0.5@0,0.9@5.',
    ],
    [["--momentum", "1"], "--momentum: got 1; expected a number in [0, 1)."],
    [["--weight-decay", "-1"], "--weight-decay: got -1; expected a number, 0 or more"],
    [["--weight-scale", "1000"], "--weight-scale: got 1000; expected a number from 0 to 100."],
    [
      ["--batch-size", "33"],
      "--batch-size: got 33; expected at most 32, the cases of bars-and-stripes:4. Use a batch size of 32 or less",
    ],
    [["--batch-size", "0"], "--batch-size: got 0; expected a whole number, at least 1."],
    [["--epochs", "0"], "--epochs: got 0; expected a whole number, at least 1."],
    [["--k", "0"], "--k: got 0; expected a whole number of Gibbs sweeps, at least 1."],
    [["--seed", "-1"], '--seed: got "-1"; expected a whole number, at least 0.'],
    [["--threads", "65"], '--threads: got "65"; expected a whole number, at least 1, at most 64.'],
    [["--clamp", "always"], '--clamp: got "always"; expected one of sample, threshold, probability.'],
    [["--rate"], "--rate: got nothing; expected <η>."],
    [["--hiden", "5"], 'got the unknown option "--hiden". Did you mean --hidden?'],
    [["surplus"], "too many arguments for 'rbm'."],
  ])("train rbm %j", async (words, message) => {
    expect(await refusal(["train", "rbm", "--data", "bars-and-stripes:4", ...words])).toContain(message);
  });

  test.each([
    [
      ["trian", "rbm"],
      'got the unknown command "trian"; expected train, resume, reconstruct, sample, features, evaluate, classify, inspect, simulate, equilibrium, experiment, lab. Did you mean train?',
    ],
    [
      ["train", "rbn"],
      'got the unknown kind of machine "rbn"; expected rbm, boltzmann, dbn, dbm, classifier, classification-rbm. Did you mean one of dbn, rbm?',
    ],
    [["train", "dbm", "--data", "bars-and-stripes:4"], "--layers: got nothing; expected <sizes>."],
    [["experiment", "threes"], 'got the unknown command "threes"; expected twos, parity, gradients, encoder, shifter'],
    [["resume"], "<run>: got nothing; expected one."],
  ])("%j", async (words, message) => {
    expect(await refusal(words)).toContain(message);
  });

  test("no command at all shows what there is", async () => {
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Examples:\n {2}harmonium experiment twos/);
  });
});
