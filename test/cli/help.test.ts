import { expect, test } from "vitest";
import { workplace } from "./program.js";

const { run } = workplace();

test.each([
  [[]],
  [["train"]],
  [["train", "rbm"]],
  [["train", "boltzmann"]],
  [["train", "classification-rbm"]],
  [["resume"]],
  [["reconstruct"]],
  [["sample"]],
  [["features"]],
  [["evaluate"]],
  [["inspect"]],
  [["simulate"]],
  [["equilibrium"]],
  [["experiment"]],
  [["experiment", "twos"]],
  [["experiment", "gradients"]],
  [["experiment", "parity"]],
  [["experiment", "encoder"]],
  [["experiment", "shifter"]],
  [["experiment", "read-out"]],
  [["experiment", "deep-belief"]],
  [["experiment", "up-down"]],
  [["train", "dbn"]],
])("help of %j begins with examples", async (words) => {
  const { code, stdout, stderr } = await run(...words, "--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Examples:\n {2}harmonium /);
  expect(stdout).toContain(`Usage: harmonium ${words.join(" ")}`.trim());
});

test("help names the formulas' symbols", async () => {
  const { stdout } = await run("train", "rbm", "--help");
  const symbols = {
    hidden: "H",
    "batch-size": "B",
    rate: "η",
    momentum: "α",
    "weight-decay": "λ",
    k: "k",
    clamp: "v₀",
  };
  for (const [option, symbol] of Object.entries(symbols)) {
    expect(stdout).toMatch(new RegExp(`^  --${option} <\\S+> +${symbol}: `, "m"));
  }
  expect(stdout).toContain("E(v, h) = −vᵀWh − bᵀv − cᵀh");
});

test("help of train boltzmann names symbols, formula and defaults that go by the machine", async () => {
  const { stdout } = await run("train", "boltzmann", "--help");
  const symbols = { hidden: "H", "batch-size": "B", rate: "η", momentum: "α", "weight-decay": "λ", temperature: "T" };
  for (const [option, symbol] of Object.entries(symbols)) {
    expect(stdout).toMatch(new RegExp(`^  --${option} <\\S+> +${symbol}: `, "m"));
  }
  const text = stdout.replace(/\s+/g, " ");
  expect(text).toContain("E(s) = −½ sᵀMs − bᵀs");
  expect(text).toContain("(default: data without hidden units, else exact where that is cheap, else chains)");
  expect(text).toContain("(default: exact where that is cheap, else persistent)");
  expect(text).toContain(
    "full, bipartite, groups:4,4 or lattice:4x4 (or lattice:4x4,periodic), or a CSV file of pairs",
  );
});
