import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createNetwork, serializeModel } from "#src/index.js";
import { workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const file = (name: string, content: string | Uint8Array) => writeFileSync(path(name), content);

describe("harmonium simulate refuses, exit code 2, nothing written", () => {
  const bad: Record<string, string> = {
    "not-square.csv": "0,1,2,3\n1,0,2,3\n",
    "nan.csv": "0,nan\n1,0\n",
    "word.csv": "0,one\n1,0\n",
    "empty.csv": "",
    "clamp-word.txt": "0=1\nfive=0\n",
    "clamp-empty.txt": "\n",
    "two.csv": "0,1\n1,0\n",
    "five.csv": "0,1,0,0,0\n1,0,0,0,0\n0,0,0,2,0\n0,0,2,0,0\n0,0,0,0,0\n",
  };
  beforeAll(() => {
    for (const [name, text] of Object.entries(bad)) file(name, text);
    const broken = createNetwork([0, 1, 1, 0]);
    broken.bias[1] = Number.NaN;
    file("nan.safetensors", serializeModel(broken));
    file("no-model.safetensors", "hello");
    file("large.safetensors", serializeModel(createNetwork(new Float64Array(1600))));
  });

  test.each([
    [["nosuch.csv"], "nosuch.csv: got no such file (ENOENT); expected a file to read. Check the path"],
    [["nosuch.safetensors"], "nosuch.safetensors: got no such file"],
    [["not-square.csv"], "not-square.csv: got 2 rows of 4 numbers; expected N rows of N weights, or of N + 1"],
    [["nan.csv"], 'nan.csv, line 1, column 1 (counted from 0): got the cell "nan"; expected a finite decimal number.'],
    [["word.csv"], 'got the cell "one"'],
    [["empty.csv"], "empty.csv: got an empty file"],
    [["nan.safetensors"], "nan.safetensors: bias: got NaN at position 1; expected finite numbers"],
    [["no-model.safetensors"], "no-model.safetensors: got "],
    [["five.csv", "--dynamics", "metropolis"], '--dynamics: got "metropolis"; expected one of glauber, parallel,'],
    [["five.csv", "--temperature", "0"], "--temperature: got 0; expected a positive number. For the limit of no noise"],
    [["five.csv", "--temperature", "-1"], "--temperature: got -1; expected a positive number."],
    [["five.csv", "--temperature", "hot"], '--temperature: got "hot"; expected a number.'],
    [["five.csv", "--anneal", "20@"], '--anneal: got "20@"; expected steps at temperatures, such as 2@20, 2@15'],
    [["five.csv", "--anneal", "2@0"], "--anneal: temperature: got 0; expected a positive number."],
    [["five.csv", "--anneal", "0@2"], "--anneal: got 0@2; expected a whole number of steps in each stage"],
    [["five.csv", "--clamp", "5=1"], "--clamp: got 5; expected a unit from 0 to 4."],
    [["five.csv", "--clamp", "0=2"], '--clamp: got "0=2"; expected units with their values, such as 0=1,3=0.'],
    [["five.csv", "--clamp", "0=1,0=0"], "--clamp: got unit 0 twice; expected each unit once."],
    [["five.csv", "--clamp", "3"], '--clamp: got "3"; expected units with their values, such as 0=1,3=0, or a file'],
    [["five.csv", "--clamp", "clamp-word.txt"], 'clamp-word.txt: got "five=0"; expected units with their values'],
    [["five.csv", "--clamp", "clamp-empty.txt"], "clamp-empty.txt: got no unit; expected units with their values"],
    [["two.csv", "--clamp", "0=1,1=1"], "--clamp: got all of them; expected at least one free unit."],
    [["five.csv", "--chains", "0"], '--chains: got "0"; expected a whole number, at least 1'],
    [
      ["large.safetensors", "--chains", "1000000", "--out", "x.npy"],
      "--out: got a trajectory of 40,000,000,000 values",
    ],
    [["five.csv", "--steps", "0"], '--steps: got "0"; expected a whole number, at least 1'],
    [["five.csv", "--steps", "10", "--every", "11"], "--every: got 11; expected at most 10, the number of --steps."],
    [["five.csv", "--burn-in", "-1"], '--burn-in: got "-1"; expected a whole number, at least 0'],
    [["five.csv", "--seed", "1.5"], '--seed: got "1.5"; expected a whole number'],
    [["five.csv", "--out", "states.csv"], '--out: got "states.csv"; expected a file that ends in .npy.'],
    [["five.csv", "--out", "nosuch/states.npy"], "expected a file in a folder that exists, not nosuch."],
    [["five.csv", "--figures", "two.csv"], "two.csv is a file; expected a folder, or a new one."],
    [["five.csv", "--figures", "two.csv/pictures"], "two.csv is a file; expected a folder, or a new one."],
    [["five.csv", "--anneal", "4294967296@1"], "time steps: got 21474837480; expected at most 4294967295. Take fewer"],
    [["five.csv", "--theme", "sepia"], '--theme: got "sepia"; expected one of light, dark.'],
    [[], "<machine>: got nothing; expected one."],
  ])("%j", async (words, message) => {
    expect(await refusalIn(cwd, run, ["simulate", ...words])).toContain(message);
  });
});
