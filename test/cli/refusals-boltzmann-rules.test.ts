import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const refusal = (words: string[]) => refusalIn(cwd, run, words);
const bars = ["train", "boltzmann", "--data", "bars-and-stripes:4", "--epochs", "3", "--no-figures"];

beforeAll(() => {
  const files = {
    "edges.csv": "0,1\n1,2\n",
    "far.csv": "0,1\n\n2,20\n",
    "half.csv": "a,b\n0,1\n1.5,2\n",
    "self.csv": "0,1\n3,3\n",
    "three.csv": "0,1,2\n3,4,5\n",
    "one.csv": "0\n3\n",
    "words.csv": "0,1\n2,three\n",
    "nothing.csv": "",
    "ragged.csv": "0,1\n1\n",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
  mkdirSync(path("folder"));
});

describe("options of other rules, by name", () => {
  const chosen = " (chosen for this machine)";

  test.each([
    [
      ["--chains", "9"],
      `--chains: got --negative exact${chosen}; expected --negative scratch, persistent or tempered with this option. Choose one of these, or leave --chains out.`,
    ],
    [
      ["--negative", "cd", "--chains", "9"],
      "--chains: got --negative cd; expected --negative scratch, persistent or tempered with this option.",
    ],
    [
      ["--chains-per-case", "2"],
      `--chains-per-case: got --positive data${chosen}; expected --positive chains with this option. Choose that, or leave --chains-per-case out.`,
    ],
    [
      ["--negative", "scratch", "--sweeps", "2"],
      "--sweeps: got --negative scratch; expected --negative persistent or tempered with this option.",
    ],
    [
      ["--negative", "persistent", "--anneal", "2@2"],
      `--anneal: got --positive data${chosen} and --negative persistent; expected --positive chains or --negative scratch with this option.`,
    ],
    [
      ["--hidden", "2", "--readings", "2"],
      `--readings: got --positive exact${chosen} and --negative persistent${chosen}; expected --positive chains or --negative scratch with this option.`,
    ],
    [["--dynamics", "glauber"], "--dynamics: got --positive data"],
    [
      ["--negative", "persistent", "--ladder", "1,0"],
      "--ladder: got --negative persistent; expected --negative tempered with this option. Choose that, or leave --ladder out.",
    ],
    [["--k", "3"], `--k: got --negative exact${chosen}; expected --negative cd with this option.`],
    [
      ["--optimizer", "sign", "--momentum", "0.5"],
      "--momentum: got --optimizer sign; expected --optimizer sgd with this option. Choose that, or leave --momentum out.",
    ],
    [
      ["--optimizer", "sign", "--weight-decay", "0.1"],
      "--weight-decay: got --optimizer sign; expected --optimizer sgd with this option.",
    ],
  ])("%j", async (words, message) => {
    expect(await refusal([...bars, ...words])).toContain(message);
  });

  test("one that belongs to either phase is taken where one of them has it", async () => {
    const ended = await run(...bars, "--hidden", "2", "--positive", "chains", "--anneal", "3@2", "--run", "either");
    expect(ended.code, ended.stderr).toBe(0);
  });
});

describe("connections", () => {
  const texts = "full, bipartite, groups:4,4 or lattice:4x4 (or lattice:4x4,periodic), or a file of pairs of units";

  test.each([
    ["fulll", `--connect: got "fulll"; expected ${texts}. Did you mean full?`],
    ["group:4,4", "Did you mean groups?"],
    ["ring", `--connect: got "ring"; expected ${texts}.`],
    ["groups:4;4", '--connect: got "groups:4;4"; expected sizes of groups of visible units, such as groups:4,4.'],
    ["groups:8,9", "--connect: got groups:8,9, 17 visible units; expected groups of 16 visible units in all."],
    ["groups:16,0", "groupConnections: group: got 0; expected a whole number, at least 1."],
    [
      "lattice:4",
      '--connect: got "lattice:4"; expected rows and columns, such as lattice:4x4 or lattice:4x4,periodic.',
    ],
    ["lattice:4x5", "--connect: got lattice:4x5, 20 units; expected 16 units: 16 visible and 0 hidden units."],
    [
      "bipartite",
      "--connect: got bipartite with 16 visible and 0 hidden units; expected hidden units to join the visible ones to.",
    ],
    ["nosuch.csv", "nosuch.csv: got no such file (ENOENT); expected a file to read."],
    ["folder", "folder: got a folder; expected a file."],
    ["nothing.csv", "nothing.csv: got an empty file; expected at least one row of numbers."],
    ["far.csv", "far.csv, line 3, column 1 (counted from 0): got 20; expected the number of a unit, from 0 to 15."],
    ["half.csv", 'half.csv, line 3, column "a": got 1.5; expected the number of a unit, from 0 to 15.'],
    ["self.csv", "self.csv, line 2: got unit 3 joined to itself; expected two units."],
    [
      "three.csv",
      "three.csv: got 3 numbers a line; expected two on each line: the numbers of two units that are joined.",
    ],
    ["one.csv", "one.csv: got 1 number a line; expected two on each line"],
    [
      "words.csv",
      'words.csv, line 2, column 1 (counted from 0): got the cell "three"; expected a finite decimal number.',
    ],
    ["ragged.csv", "ragged.csv, line 2: got 1 cell; expected 2, as in the first line."],
  ])("--connect %s", async (text, message) => {
    expect(await refusal([...bars, "--connect", text])).toContain(message);
  });
});
