import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  boltzmannGibbs,
  createBoltzmann,
  createNetwork,
  parallelLaw,
  parseNpy,
  randomStream,
  serializeModel,
  totalVariation,
} from "#src/index.js";
import { codeOf, strongRbm } from "../oracles/enumerate.js";
import { decode } from "./figures-decode.js";
import { type Ended, workplace } from "./program.js";

const { cwd, path, run, start, read } = workplace();
const file = (name: string, content: string | Uint8Array) => writeFileSync(path(name), content);

const random = randomStream(3, "data");
const normals = (count: number, scale = 1) => Float64Array.from({ length: count }, () => scale * random.normal());
const machine = createBoltzmann(normals(25, 1.5), normals(5), { symmetrize: true });
const asymmetric = createNetwork(normals(16, 2), normals(4));
const large = createBoltzmann(normals(1600, 0.2), normals(40), { symmetrize: true });

const csvOf = ({ units, weights, bias }: { units: number; weights: Float64Array; bias: Float64Array }) =>
  Array.from({ length: units }, (_, i) => [...weights.slice(i * units, (i + 1) * units), bias[i]].join(",")).join("\n");

beforeAll(() => {
  file("five.csv", csvOf(machine));
  file("asymmetric.csv", csvOf(asymmetric));
  file("large.safetensors", serializeModel(large));
  file("rbm.safetensors", serializeModel(strongRbm(3, 2)));
  file("held.txt", "0=1\n3=0\n");
});

interface Report {
  readonly kind: string;
  readonly temperature: number;
  readonly anneal?: string;
  readonly clamped?: Record<string, number>;
  readonly kept: number;
  readonly from: number;
  readonly stopped: boolean;
  readonly rates: { mean: number[]; standardError: number[]; exact?: number[] };
  readonly energy?: { mean: number; standardError: number; exact?: number };
  readonly law?: Record<"totalVariation" | "expectedTotalVariation" | "effectiveSamples" | "states", number> & {
    kind: string;
  };
  readonly figures?: string[];
}

const reportOf = ({ stdout }: Ended): Report => JSON.parse(stdout);
const simulate = async (...words: string[]) => {
  const ended = await run("simulate", ...words, "--json");
  expect(ended.code, ended.stderr).toBe(0);
  return reportOf(ended);
};
const states = (name: string) => parseNpy(read(name), name);

/** How often each state occurs in a trajectory. */
function histogram(bits: Uint8Array, units: number): Float64Array {
  const fractions = new Float64Array(2 ** units);
  for (let at = 0; at < bits.length; at += units) {
    fractions[codeOf(bits.subarray(at, at + units))] += units / bits.length;
  }
  return fractions;
}

describe("harmonium simulate", () => {
  // 5 standard errors for each of some ten numbers; the mean distance from the law is exceeded by half only once in a great while
  test.each([
    ["five.csv", "glauber", "boltzmann-gibbs"],
    ["five.csv", "sequential", "boltzmann-gibbs"],
    ["five.csv", "blocks", "boltzmann-gibbs"],
    ["five.csv", "parallel", "parallel"],
    ["asymmetric.csv", "glauber", "stationary"],
    ["asymmetric.csv", "parallel", "stationary"],
    ["rbm.safetensors", "blocks", "boltzmann-gibbs"],
  ])("%s, %s dynamics: comes to its law", async (model, dynamics, kind) => {
    const { rates, energy, law, from, kept } = await simulate(model, "--dynamics", dynamics, "--steps", "2000");
    expect([from, kept]).toEqual([2001, 2000]);
    expect(law?.kind).toBe(kind);
    expect(law?.totalVariation).toBeLessThan(1.5 * (law?.expectedTotalVariation as number));
    rates.mean.forEach((rate, i) => {
      const distance = Math.abs(rate - (rates.exact?.[i] as number));
      expect(distance, `unit ${i}`).toBeLessThan(5 * (rates.standardError[i] as number));
    });
    if (kind === "stationary") expect(energy).toBeUndefined();
    else {
      const distance = Math.abs((energy?.mean as number) - (energy?.exact as number));
      expect(distance).toBeLessThan(5 * (energy?.standardError as number));
    }
  });

  test("the trajectory holds what it says, and would not pass for another law's", async () => {
    const { law, rates } = await simulate("five.csv", "--dynamics", "parallel", "--steps", "3000", "--out", "t.npy");
    const { shape, values } = states("t.npy");
    expect([shape, values.constructor]).toEqual([[3000, 16, 5], Uint8Array]);
    const sampled = histogram(values as Uint8Array, 5);
    expect(totalVariation(sampled, parallelLaw(machine))).toBeCloseTo(law?.totalVariation as number, 12);
    expect(totalVariation(sampled, boltzmannGibbs(machine))).toBeGreaterThan(
      5 * (law?.expectedTotalVariation as number),
    );
    for (let i = 0; i < 5; i++) {
      const mean = sampled.reduce((sum, p, code) => sum + ((code >> i) & 1) * p, 0);
      expect(rates.mean[i]).toBeCloseTo(mean, 12);
    }
  });

  test("the same seed gives the same bytes on 1 and 2 threads; one chain, every third state", async () => {
    const plan = ["--steps", "30", "--every", "3", "--burn-in", "5", "--seed", "9"];
    const words = ["large.safetensors", "--dynamics", "parallel", ...plan];
    // so many chains that the threads share the work
    const many = [...words, "--chains", "64"];
    for (const threads of ["1", "2"]) await simulate(...many, "--threads", threads, "--out", `${threads}.npy`);
    expect(read("1.npy").equals(read("2.npy"))).toBe(true);
    expect(states("1.npy").shape).toEqual([10, 64, 40]);
    const { from, kept } = await simulate(...words, "--chains", "1", "--out", "one.npy");
    expect([from, kept, states("one.npy").shape]).toEqual([8, 10, [10, 40]]);
    // the first chain is the same alone and among others
    const first = states("1.npy").values.subarray(0, 40);
    expect(states("one.npy").values.subarray(0, 40)).toEqual(first);
    // and keeping more does not change what is kept
    const more = words.map((word, n) => (words[n - 1] === "--every" ? "1" : word));
    await simulate(...more, "--chains", "1", "--out", "all.npy");
    expect(states("all.npy").values.subarray(80, 120)).toEqual(first);
  });

  test.each([["0=1,3=0"], ["held.txt"]])("units are held: --clamp %s", async (clamp) => {
    const { clamped, law, rates } = await simulate("five.csv", "--clamp", clamp, "--out", "held.npy", "--steps", "500");
    expect(clamped).toEqual({ 0: 1, 3: 0 });
    expect(law?.states).toBe(8);
    expect(rates.mean[0]).toBe(1);
    expect(rates.mean[3]).toBe(0);
    const { values } = states("held.npy");
    for (let at = 0; at < values.length; at += 5) expect([values[at], values[at + 3]]).toEqual([1, 0]);
    // P(others | held) of the Boltzmann–Gibbs law
    const gibbs = boltzmannGibbs(machine);
    const kept = [...gibbs.keys()].filter((code) => (code & 1) === 1 && ((code >> 3) & 1) === 0);
    const total = kept.reduce((sum, code) => sum + gibbs[code], 0);
    const expected = kept.reduce((sum, code) => sum + (((code >> 1) & 1) * gibbs[code]) / total, 0);
    expect(rates.exact?.[1]).toBeCloseTo(expected, 12);
  });

  test("annealing comes first, in sweeps, and its last temperature stays unless another is named", async () => {
    const words = ["five.csv", "--anneal", "2@20, 3@10", "--steps", "10"];
    expect(await simulate(...words)).toMatchObject({ anneal: "2@20, 3@10", temperature: 10, from: 26, burnIn: 0 });
    const parallel = await simulate(...words, "--dynamics", "parallel", "--temperature", "2", "--burn-in", "4");
    expect(parallel).toMatchObject({ temperature: 2, from: 10 });
  });

  test("says how far from the law the samples are where they are too few", async () => {
    const cold = ["five.csv", "--temperature", "0.05", "--burn-in", "0", "--steps", "3"];
    const { stdout, stderr, code } = await run("simulate", ...cold);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /five\.csv: 5 units, a Boltzmann machine, glauber dynamics at T = 0\.05\n16 chains of 3 states\n/,
    );
    expect(stdout).toMatch(/Against the Boltzmann–Gibbs law, 32 states: total variation 0\.\d{4}\./);
    expect(stderr).toContain("further from the law than chance makes likely");
  });

  test("a large machine is summed up, without a law", async () => {
    const report = await simulate("large.safetensors", "--steps", "20");
    expect(report.law).toBeUndefined();
    expect(report.rates.exact).toBeUndefined();
    expect(report.energy?.mean).toBeLessThan(0);
    const { stdout } = await run("simulate", "large.safetensors", "--steps", "20");
    expect(stdout).toMatch(/mean over units +0\.\d{4}\n +lowest +0\.\d{4}\n +highest +[01]\.\d{4}\n +energy ⟨E⟩ +-\d/);
  });

  test("figures: all that the machine allows, light or dark", async () => {
    const { figures } = await simulate("five.csv", "--figures", "pictures/five", "--steps", "100", "--clamp", "1=1");
    expect(figures).toEqual(
      ["raster", "rates", "energy", "distribution"].map((name) => join("pictures", "five", `${name}.png`)),
    );
    for (const name of figures as string[]) expect(decode(read(name)).width).toBe(1440);
    const light = decode(read("pictures", "five", "raster.png")).at(0, 0);
    const words = ["asymmetric.csv", "--steps", "50", "--anneal", "5@2", "--chains", "1"];
    const dark = await simulate(...words, "--figures", "pictures", "--theme", "dark");
    expect(dark.figures?.map((name) => name.slice("pictures/".length))).toEqual([
      "raster.png",
      "rates.png",
      "distribution.png",
    ]);
    expect([light, decode(read("pictures", "raster.png")).at(0, 0)]).toEqual([0xffffff, 0x14181d]);
    const many = await simulate("large.safetensors", "--figures", "pictures", "--steps", "20");
    expect(many.figures).toHaveLength(3);
  });

  test("--symmetrize makes a Boltzmann machine of any weights", async () => {
    expect(await simulate("asymmetric.csv", "--steps", "20", "--symmetrize")).toMatchObject({ kind: "boltzmann" });
  });
});

describe("Ctrl+C", () => {
  const long = ["five.csv", "--steps", "4000000", "--every", "2", "--burn-in", "0", "--chains", "2"];

  test("writes the states and figures that there are, and exits with 130", async () => {
    const running = start("simulate", ...long, "--out", "part.npy", "--figures", "part", "--json");
    await running.says("sampling, ");
    running.child.kill("SIGINT");
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    const { stopped, kept, figures } = reportOf(ended);
    expect(stopped).toBe(true);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(2_000_000);
    expect(ended.stderr).toContain("Stopping after this step");
    expect(states("part.npy").shape).toEqual([kept, 2, 5]);
    expect(figures).toHaveLength(4);
    // the states are those of a run that was meant to be as short
    const short = long.map((word, n) => (long[n - 1] === "--steps" ? String(2 * kept) : word));
    await simulate(...short, "--out", "short.npy");
    expect(read("short.npy").equals(read("part.npy"))).toBe(true);
  });

  test("before the first state that counts: nothing is written", async () => {
    const words = ["five.csv", "--burn-in", "1000000000", "--out", "none.npy", "--figures", "none"];
    const running = start("simulate", ...words);
    await running.says("burn-in, ");
    running.child.kill("SIGTERM");
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("Stopped before the first state that counts; nothing was written.");
    expect([existsSync(path("none.npy")), existsSync(path("none"))]).toEqual([false, false]);
  });

  test("a second one stops at once", async () => {
    const running = start("simulate", ...long, "--out", "twice.npy");
    await running.says("sampling, ");
    running.child.kill("SIGINT");
    running.child.kill("SIGTERM");
    const { code, stdout } = await running.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(existsSync(path("twice.npy"))).toBe(false);
    expect(readdirSync(cwd).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
