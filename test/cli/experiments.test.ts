import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunResult } from "#cli/experiments/encoder/run.js";
import type { Learnt } from "#cli/experiments/parity.js";
import { decode } from "./figures-decode.js";
import { type Ended, workplace } from "./program.js";

const { run, start, read, path } = workplace();

/** The objects of newline-delimited JSON. */
const lines = <Told>({ stdout }: Ended): Told[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("harmonium experiment parity", () => {
  test("exact numbers, three figures and a report", async () => {
    const ended = await run("experiment", "parity", "--run", "parity", "--json");
    expect(ended.code).toBe(0);
    const [outcome] = lines<{ lessons: Learnt[]; figures: string[] }>(ended) as [
      { lessons: Learnt[]; figures: string[] },
    ];
    const kl = (law: string, hidden: boolean) =>
      outcome.lessons.find((one) => one.law === law && one.hidden > 0 === hidden)?.kl as number;
    expect(kl("parity", false)).toBeCloseTo(Math.LN2, 9);
    expect(kl("parity", true)).toBeLessThan(0.01);
    expect(kl("pairwise", false)).toBeLessThan(1e-9);
    expect(kl("random", true)).toBeLessThan(0.01);
    expect(kl("random", true)).toBeLessThan(kl("random", false) / 10);
    for (const { logLikelihood, bound } of outcome.lessons) expect(logLikelihood).toBeLessThanOrEqual(bound);
    expect(outcome.lessons[0]?.bound).toBeCloseTo(-Math.log(4), 12);
    for (const file of outcome.figures) expect(decode(read(file)).width).toBe(1440);
    const report = read("parity", "report.html").toString();
    for (const name of ["parity", "pairwise", "random"]) expect(report).toContain(`figures/${name}.png`);
    expect(report.replace(/<\/?span>/g, "")).toContain("npx harmonium experiment parity --seed 1");
  });
});

describe("harmonium experiment encoder", () => {
  test("4-2-4: at least nine of ten, a table beside the published figures", async () => {
    const { code, stdout, stderr } = await run("experiment", "encoder", "4-2-4", "--runs", "10", "--run", "four");
    expect(code).toBe(0);
    expect(stderr).toContain("4-2-4, the protocol of 1985: 10 runs of at most 5,000 cycles.");
    const [, solved, low, high] = /runs that found all 4 codes +(\d+) of 10 +([\d.]+) % – ([\d.]+) % +250 of 250/.exec(
      stdout,
    ) as unknown as string[];
    // 248 of 250 in two other programs: fewer than nine of ten are found once in 300 times
    expect(Number(solved)).toBeGreaterThanOrEqual(9);
    expect(Number(low)).toBeGreaterThan(50);
    expect(Number(high)).toBe(100);
    expect(stdout).toMatch(/cycles until then, median +\d+ +\d+ – [\d,]+ +110\n/);
    expect(stdout).toMatch(/still there 200 cycles later +\d+ of 10 +[\d.]+ % – [\d.]+ %\n/);
    for (const name of ["cycles", "weights"]) expect(decode(read("four", "figures", `${name}.png`)).width).toBe(1440);
    // the model is one that other commands read
    const simulated = await run("simulate", "four/model.safetensors", "--steps", "10", "--json");
    expect(lines(simulated)[0]).toMatchObject({ kind: "boltzmann", units: 10 });
  });

  test("the same numbers on any number of threads; another seed has others", async () => {
    const numbers = async (threads: number, seed: number) => {
      const options = ["--threads", `${threads}`, "--seed", `${seed}`, "--cycles", "40", "--json"];
      const all = lines<{ runs: RunResult[] }>(await run("experiment", "encoder", "4-2-4", "--runs", "3", ...options));
      return all.at(-1)?.runs.map(({ seconds: _, ...one }) => one);
    };
    const [one, two, other] = [await numbers(1, 1), await numbers(2, 1), await numbers(1, 2)];
    expect(two).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one?.map((result) => result.run)).toEqual([0, 1, 2]);
  });

  test("Ctrl+C tells what is done", async () => {
    const running = start("experiment", "encoder", "4-2-4", "--runs", "1000", "--run", "stopped");
    await running.says("run 1/1000");
    // a line every two seconds: by the next some are done
    await running.says(" solved, eta");
    running.child.kill("SIGINT");
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    const [, done] = /Stopped after (\d+) of 1,000 runs; /.exec(stderr) as unknown as string[];
    if (Number(done) > 0) expect(stdout).toMatch(new RegExp(`runs that found all 4 codes +\\d+ of ${done}`));
    else expect({ stdout, kept: existsSync(path("stopped")) }).toEqual({ stdout: "", kept: false });
  });

  test("a folder that has something in it is left alone, without --force", async () => {
    const words = ["experiment", "encoder", "4-2-4", "--runs", "1", "--cycles", "3", "--run", "again"];
    expect((await run(...words)).code).toBe(0);
    expect(existsSync(path("again", "results.json"))).toBe(true);
    const { code, stderr } = await run(...words);
    expect(code).toBe(2);
    expect(stderr).toContain("expected a new or empty folder");
    expect((await run(...words, "--force")).code).toBe(0);
  });
});

test("harmonium experiment shifter: a table by activity", async () => {
  const words = ["experiment", "shifter", "--rule", "tempered", "--runs", "1", "--cycles", "20"];
  const { code, stdout } = await run(...words, "--run", "shifts", "--theme", "dark");
  expect(code).toBe(0);
  for (let on = 0; on <= 8; on++)
    expect(stdout).toMatch(new RegExp(`^ {2}${on} +[\\d.]+ % +[\\d.]+ % – [\\d.]+ %`, "m"));
  expect(stdout).toMatch(/^ {2}reported in 1986 +50 – 89 %$/m);
  // dark paper
  expect(decode(read("shifts", "figures", "recognition.png")).at(2, 2)).toBe(0x14181d);
});

test.each<[string, string[], string]>([
  [
    "a problem that is none",
    ["encoder", "5-2-5"],
    'encoder: got "5-2-5"; expected one of 4-2-4, 4-3-4, 8-3-8, 40-10-40',
  ],
  ["no problem", ["encoder"], "<problem>: got nothing; expected one."],
  ["a rule that is none", ["encoder", "4-2-4", "--rule", "1984"], '--rule: got "1984"; expected one of 1985'],
  ["no runs", ["encoder", "4-2-4", "--runs", "0"], '--runs: got "0"; expected a whole number, at least 1'],
  [
    "sums without end",
    ["encoder", "40-10-40", "--rule", "exact"],
    "--rule exact: got 40-10-40; expected an encoder with",
  ],
  [
    "an experiment that is none",
    ["xor"],
    'got the unknown command "xor"; expected twos, parity, gradients, encoder, shifter',
  ],
  ["half a cycle", ["shifter", "--cycles", "0.5"], '--cycles: got "0.5"; expected a whole number'],
])("refused, exit code 2, no stack: %s", async (_, words, message) => {
  const { code, stdout, stderr } = await run("experiment", ...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
});
