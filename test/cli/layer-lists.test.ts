import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { number, scheduleOption } from "#cli/arguments.js";
import { allowLists, forLayers, listed } from "#cli/layer-lists.js";

test.each([
  ["10", ["10"]],
  ["10,10,20", ["10", "10", "20"]],
  ["0.1..0.01,0.05", ["0.1..0.01", "0.05"]],
  ["0.1@0,0.05@5", ["0.1@0,0.05@5"]],
  ["0.1@0,0.05@5,0.2@0,0.1@3", ["0.1@0,0.05@5", "0.2@0,0.1@3"]],
  ["0.1@0,0.05@5,0.01", ["0.1@0,0.05@5", "0.01"]],
  ["0.1@2", ["0.1@2"]],
  ["", [""]],
])("%j is %j", (text, values) => expect(listed(text)).toEqual(values));

test("options become lists, each value read as before; what is not named stays", () => {
  const command = new Command("x")
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .option("--epochs <n>", "", number({ min: 1, whole: true }), 10)
    .addOption(new Option("--rule <which>").choices(["cd", "pcd"]).default("cd"))
    .addOption(scheduleOption("--rate <η>", ""))
    .option("--plain <n>", "", number());
  allowLists(command, ["epochs", "rule", "rate"]);
  expect(command.opts()).toEqual({ epochs: [10], rule: ["cd"] });
  const words = ["--epochs", "1,2", "--rule", "pcd,cd", "--rate", "0.1..0,0.2", "--plain", "3"];
  expect(command.parse(words, { from: "user" }).opts()).toEqual({
    epochs: [1, 2],
    rule: ["pcd", "cd"],
    rate: [{ kind: "linear", from: 0.1, to: 0 }, 0.2],
    plain: 3,
  });
  for (const wrong of [
    ["--epochs", "1,0"],
    ["--rule", "cd,"],
    ["--plain", "1,2"],
  ]) {
    expect(() => command.parse(wrong, { from: "user" })).toThrow("invalid");
  }
});

test("one value stands for all layers; another number than theirs is refused", () => {
  expect(forLayers("--epochs", [7], 3)).toEqual([7, 7, 7]);
  expect(forLayers("--epochs", [1, 2, 3], 3)).toEqual([1, 2, 3]);
  expect(() => forLayers("--epochs", [1, 2], 3)).toThrow("one value, or 3");
});
