import { expect, test } from "vitest";
import { workplace } from "./program.js";

const { run } = workplace();

test.each([
  [[]],
  [["train"]],
  [["train", "rbm"]],
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
  [["experiment", "parity"]],
  [["experiment", "encoder"]],
  [["experiment", "shifter"]],
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
