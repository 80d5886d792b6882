import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { formatNpy } from "#src/index.js";
import { objects, workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);
const bars = ["train", "boltzmann", "--data", "bars-and-stripes:4", "--epochs", "3", "--no-figures"];

beforeAll(() => writeFileSync(path("wide.npy"), formatNpy([3, 4097], new Uint8Array(3 * 4097))));

describe("options outside their domains", () => {
  test.each([
    [["--hidden", "-1"], '--hidden: got "-1"; expected a whole number, at least 0.'],
    [
      ["--hidden", "4081"],
      "--hidden: got 4081; expected at most 4,096 visible and hidden units in all. With 16 visible units use at most 4080.",
    ],
    [
      ["--data", "wide.npy"],
      "--data: got wide.npy with 4,097 units; expected at most 4,096 visible and hidden units in all.",
    ],
    [["--hidden", "2", "--weight-scale", "1000"], "--weight-scale: got 1000; expected a number from 0 to 100."],
    [
      ["--weight-scale", "0.1"],
      "--weight-scale: got it without hidden units; expected hidden units. Leave it out: weights between visible units begin at 0.",
    ],
    [["--epochs", "0"], "--epochs: got 0; expected a whole number, at least 1."],
    [["--batch-size", "33"], "--batch-size: got 33; expected at most 32, the cases of bars-and-stripes:4."],
    [["--batch-size", "0"], "--batch-size: got 0; expected a whole number, at least 1."],
    [["--clamp", "probability"], '--clamp: got "probability"; expected one of sample, threshold.'],
    [["--positive", "wake"], '--positive: got "wake"; expected one of data, exact, chains, mean-field.'],
    [
      ["--negative", "sleep"],
      '--negative: got "sleep"; expected one of exact, scratch, persistent, tempered, cd, pseudo-likelihood.',
    ],
    [["--negative", "persistent", "--chains", "0"], "--chains: got 0; expected a whole number, at least 1."],
    [["--negative", "persistent", "--sweeps", "0"], "--sweeps: got 0; expected a whole number, at least 1."],
    [
      ["--positive", "chains", "--chains-per-case", "0"],
      "--chains-per-case: got 0; expected a whole number, at least 1.",
    ],
    [["--negative", "scratch", "--readings", "0"], "--readings: got 0; expected a whole number, at least 1."],
    [
      ["--negative", "scratch", "--anneal", "10"],
      '--anneal: got "10"; expected steps at temperatures, such as 2@20, 2@15, 2@12, 4@10.',
    ],
    [["--negative", "scratch", "--anneal", "2@0"], "--anneal: got 0; expected a positive number"],
    [
      ["--negative", "scratch", "--anneal", "0@2"],
      "--anneal: got 0@2; expected a whole number of steps in each stage, at least 1.",
    ],
    [
      ["--negative", "scratch", "--dynamics", "parallel"],
      '--dynamics: got "parallel"; expected one of sequential, glauber.',
    ],
    [["--negative", "tempered", "--ladder", "1,hot"], '--ladder: got "1,hot"; expected numbers such as 1,0.8,0.6.'],
    [
      ["--negative", "tempered", "--ladder", "0.5,1"],
      "--ladder: got 1 after 0.5; expected at least two inverse temperatures",
    ],
    [
      ["--negative", "tempered", "--ladder", "1"],
      "--ladder: got 1 of them; expected at least two inverse temperatures",
    ],
    [["--negative", "cd", "--k", "0"], "--k: got 0; expected a whole number, at least 1."],
    [["--temperature", "0"], "--temperature: got 0; expected a positive number"],
    [["--rate", "0"], "--rate: got 0; expected a positive number; 0.01 to 0.1 is usual."],
    [["--optimizer", "sign", "--rate", "-1"], "--rate: got -1; expected a positive number."],
    [["--momentum", "1"], "--momentum: got 1; expected a number in [0, 1)."],
    [["--weight-decay", "-1"], "--weight-decay: got -1; expected a number, 0 or more"],
    [["--monitor", "0.5"], '--monitor: got "0.5"; expected a whole number, at least 0.'],
    [
      ["--held-out", "mnist:test"],
      "--held-out: got mnist:test with 784 units a case; expected 16, as in bars-and-stripes:4.",
    ],
    [["--hiden", "5"], 'got the unknown option "--hiden". Did you mean --hidden?'],
  ])("%j", async (words, message) => {
    expect(await refusal([...bars, ...words])).toContain(message);
  });
});

describe("rules that are not for the machine", () => {
  const exact = "exact for a machine so connected that the sum has more than 2^25 terms; expected at most 2^25 terms.";

  test.each([
    [
      ["--hidden", "2", "--positive", "data"],
      "--positive: got data for a machine with 2 hidden units; expected exact, chains or mean-field.",
    ],
    [
      ["--hidden", "1", "--negative", "pseudo-likelihood"],
      "--negative: got pseudo-likelihood for a machine with 1 hidden unit; expected exact, scratch, persistent, tempered or cd.",
    ],
    [["--hidden", "30", "--positive", "exact"], `--positive: got ${exact} Use --positive chains or mean-field.`],
    [
      ["--hidden", "12", "--negative", "exact"],
      `--negative: got ${exact} Use --negative persistent, tempered or scratch.`,
    ],
    [
      ["--hidden", "26", "--positive", "chains", "--monitor", "1"],
      "--monitor: got 1 for a machine whose hidden units are so connected that log-likelihoods have more than 2^29 terms; expected 0. Leave the log-likelihood out with --monitor 0.",
    ],
  ])("%j", async (words, message) => {
    expect(await refusal([...bars, ...words])).toContain(message);
  });
});

test("divergence keeps the last good checkpoint", async () => {
  const rates = ["--negative", "persistent", "--rate", "0.05@0,1e6@400", "--epochs", "500", "--run", "late", "--json"];
  const ended = await run(...bars, ...rates);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(
    /\nharmonium: training, update \d+: got a (weight|bias) of ±[\d.e+]+; expected parameters within ±500\. Lower the learning rate \(it was 1000000\).* The last good checkpoint stays in late\.\n$/,
  );
  expect(objects(ended.stdout).at(-1)).toMatchObject({ kind: "epoch", epoch: 400 });
});
