import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parseNpy } from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { decode } from "./figures-decode.js";
import { hiddenOf, parameters, visibleOf } from "./parameters.js";
import { begin, type Ended, harmonium, objects, outcome, workplace } from "./program.js";

const { cwd, path, run, read } = workplace();
const twos = "my runs/twos";
const cases = ["--data", "mnist:test", "--classes", "2,3", "--limit", "30"];

let trained: Ended;

beforeAll(async () => {
  const data = ["--data", "mnist:train", "--classes", "2", "--limit", "300"];
  const learning = ["--hidden", "16", "--epochs", "2", "--batch-size", "20", "--no-figures"];
  trained = await run("train", "rbm", ...data, ...learning, "--run", twos, "--json");
  expect(trained.code, trained.stderr).toBe(0);
}, 60_000);

const machine = () => parameters(read(twos, "model.safetensors"));

async function levelsOf(row: number): Promise<Float64Array> {
  const data = await loadData("mnist:test", { classes: [2, 3], limit: 30 });
  return Float64Array.from(data.levels.subarray(row * 784, (row + 1) * 784), (level) => level / 255);
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));

describe("reconstruct", () => {
  test("writes P(v | h) of h = P(h | v)", async () => {
    const ended = await run("reconstruct", twos, ...cases, "--out", "reconstructed.npy", "--json");
    expect(objects(ended.stdout)).toMatchObject([{ out: "reconstructed.npy", cases: 30 }]);
    const { shape, values } = parseNpy(read("reconstructed.npy"), "reconstructed.npy");
    expect(shape).toEqual([30, 784]);
    for (const row of [0, 29]) {
      const expected = visibleOf(machine(), hiddenOf(machine(), await levelsOf(row)));
      expect(largestDifference(values.subarray(row * 784, (row + 1) * 784) as Float32Array, expected)).toBeLessThan(
        1e-5,
      );
    }
  });

  test("draws pairs, the same on 1 and 2 threads", async () => {
    for (const threads of ["1", "2"]) {
      const { stdout } = await run(
        "reconstruct",
        twos,
        ...cases,
        "--out",
        `pairs-${threads}.png`,
        "--threads",
        threads,
      );
      expect(stdout).toMatch(/^30 cases reconstructed to pairs-\d\.png\.\nMean squared error 0\.\d{5} per unit/);
    }
    expect(decode(read("pairs-1.png")).width).toBeGreaterThan(100);
    expect(read("pairs-1.png")).toEqual(read("pairs-2.png"));
  });
});

describe("features", () => {
  test("are P(h | v), with the labels beside", async () => {
    const ended = await run(
      "features",
      twos,
      ...cases,
      "--out",
      "features.npy",
      "--labels-out",
      "labels.npy",
      "--json",
    );
    expect(objects(ended.stdout)).toEqual([{ out: "features.npy", cases: 30, hidden: 16, labels: "labels.npy" }]);
    const { shape, values } = parseNpy(read("features.npy"), "features.npy");
    expect(shape).toEqual([30, 16]);
    const row = values.subarray(7 * 16, 8 * 16) as Float32Array;
    expect(largestDifference(row, hiddenOf(machine(), await levelsOf(7)))).toBeLessThan(1e-5);
    const labels = parseNpy(read("labels.npy"), "labels.npy");
    expect(labels.shape).toEqual([30]);
    expect(new Set(labels.values as Uint8Array)).toEqual(new Set([2, 3]));
  });
});

describe("sample", () => {
  const sample = async (out: string, ...words: string[]) => {
    const ended = await run("sample", twos, "--out", out, "--sweeps", "30", ...words);
    expect(ended.code, ended.stderr).toBe(0);
    return read(out);
  };

  test("writes probabilities, or bits that they explain", async () => {
    const probabilities = parseNpy(await sample("p.npy", "--chains", "5"), "p").values as Float32Array;
    expect(probabilities).toHaveLength(5 * 784);
    expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(probabilities.some((p) => p > 0.01 && p < 0.99)).toBe(true);
    const bits = parseNpy(await sample("b.npy", "--chains", "5", "--as", "sample"), "b").values as Float32Array;
    expect(new Set(bits)).toEqual(new Set([0, 1]));
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(bits) - mean(probabilities))).toBeLessThan(0.03);
  });

  test("the same seed gives the same bytes on 1 and 2 threads, another seed others", async () => {
    const one = await sample("one.npy", "--chains", "40", "--seed", "5", "--threads", "1");
    expect(await sample("two.npy", "--chains", "40", "--seed", "5", "--threads", "2")).toEqual(one);
    expect((await sample("six.npy", "--chains", "40", "--seed", "6")).equals(one)).toBe(false);
    expect(await sample("one.png", "--chains", "9")).toEqual(await sample("again.png", "--chains", "9"));
    expect(decode(read("one.png")).width).toBeGreaterThan(100);
  });

  test("starts at cases where it is told to", async () => {
    const out = ["--chains", "12", "--sweeps", "1", "--as", "sample", "--out", "from-twos.npy"];
    const ended = await run("sample", twos, "--start", "mnist:test", "--classes", "2", ...out, "--json");
    expect(objects(ended.stdout)).toEqual([{ out: "from-twos.npy", chains: 12, sweeps: 1, seed: 1 }]);
    const noise = await sample("noise.npy", "--chains", "12", "--sweeps", "1", "--as", "sample");
    expect(read("from-twos.npy").equals(noise)).toBe(false);
  });
});

test("evaluate tells errors, energies and the pseudo-likelihood, and how it was taken", async () => {
  const [exact] = objects((await run("evaluate", twos, ...cases, "--json")).stdout);
  expect(exact).toMatchObject({ model: `${twos}/model.safetensors`, data: "mnist:test classes 2,3", cases: 30 });
  expect(exact).toMatchObject({ pseudoLogLikelihood: { sites: "all" } });
  const [one] = objects((await run("evaluate", twos, ...cases, "--sites", "one", "--json")).stdout);
  expect(one).toMatchObject({ pseudoLogLikelihood: { sites: "one" }, freeEnergy: exact?.freeEnergy });
  const [a, b] = [exact, one].map((all) => all?.pseudoLogLikelihood) as { mean: number; standardError: number }[];
  expect(a?.mean).toBeLessThan(0);
  expect(Math.abs((a?.mean as number) - (b?.mean as number))).toBeLessThan(5 * (b?.standardError as number));
  expect(a?.standardError).toBeLessThan((b?.standardError as number) / 2);
  const { stdout } = await run("evaluate", twos, "--data", "mnist:test", "--limit", "1");
  expect(stdout).toMatch(
    / on mnist:test, 1 case\n\n {2}log Z +-?\d+\.\d{4} +nats, exact\n {2}log-likelihood +-\d+\.\d\d +nats a case, exact/,
  );
  expect(stdout).toMatch(/\n {2}reconstruction error +0\.\d{4} +mean squared/);
  // P(v) = e^−F(v) / Z
  const { logPartition, logLikelihood, freeEnergy } = exact as unknown as Record<
    string,
    { mean: number; value: number; lower: number }
  >;
  expect(logLikelihood?.mean).toBeCloseTo(-(freeEnergy?.mean as number) - (logPartition?.value as number), 9);
  expect(logPartition).toMatchObject({ method: "exact", lower: logPartition?.value, upper: logPartition?.value });
  expect(stdout).not.toContain("±");
});

test("evaluate --diagnostics tells how chains mix, idle units and the largest weights, in rows and in JSON", async () => {
  const bars = ["--data", "bars-and-stripes:4"];
  const made = await run("train", "rbm", ...bars, "--hidden", "5", "--epochs", "3", "--no-figures", "--run", "small");
  expect(made.code, made.stderr).toBe(0);
  const words = ["evaluate", "small", ...bars, "--no-log-z", "--threads", "1"];
  const { stdout } = await run(...words, "--diagnostics");
  expect(stdout).toMatch(/\n {2}Gibbs chains +τ [\d.]+, ESS \d+, R̂ \d\.\d{3} .*20 chains × 500 sweeps/);
  expect(stdout).toMatch(/\n {4}swap probability +\d\.\d\d to \d\.\d\d +of neighbours; barrier Λ = [\d.]+/);
  expect(stdout).toMatch(/\n {4}round trips +[\d,]+ /);
  expect(stdout).toMatch(/\n {2}dead hidden units +0 /);
  const [told] = objects((await run(...words, "--diagnostics", "--json")).stdout) as unknown as {
    diagnostics: { gibbs: object; tempering: { betas: number[] }; largestWeights: { weight: number }[] };
  }[];
  expect(told?.diagnostics.tempering.betas).toHaveLength(12);
  expect(told?.diagnostics.gibbs).toMatchObject({ chains: 20, sweeps: 500 });
  const sizes = told?.diagnostics.largestWeights.map(({ weight }) => Math.abs(weight)) ?? [];
  expect(sizes).toHaveLength(5);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  // only where it is asked for
  expect(objects((await run(...words, "--json")).stdout)[0]).not.toHaveProperty("diagnostics");
});

describe("evaluate: log Z", () => {
  interface Told {
    readonly value: number;
    readonly lower: number;
    readonly upper: number;
    readonly mean: number;
    readonly warnings: string[];
  }
  const told = async (...words: string[]) => {
    const ended = await run("evaluate", twos, ...cases, "--json", ...words);
    expect(ended.code, ended.stderr).toBe(0);
    return objects(ended.stdout)[0] as unknown as Record<"logPartition" | "logLikelihood", Told> & {
      figures?: string[];
    };
  };

  test("estimated, where chains are asked for: the exact value lies in the bracket; the same on 1 and 2 threads", async () => {
    const exact = await told();
    const words = ["--chains", "100", "--temperatures", "200"];
    const found = await told(...words, "--threads", "1");
    expect(found.logPartition).toMatchObject({
      method: "ais",
      forward: { chains: 100 },
      reverse: { starts: { exact: false } },
    });
    expect(found.logPartition.lower).toBeLessThan(exact.logPartition.value);
    expect(found.logPartition.upper).toBeGreaterThan(exact.logPartition.value);
    const { mean, lower, upper } = found.logLikelihood;
    expect(lower).toBeLessThan(exact.logLikelihood.mean);
    expect(upper).toBeGreaterThan(exact.logLikelihood.mean);
    expect(mean - lower).toBeCloseTo(found.logPartition.upper - found.logPartition.value, 9);
    expect(await told(...words, "--threads", "2")).toEqual(found);
  });

  test("in a table, with its bracket, and what to doubt in words; figures where they are asked for", async () => {
    const words = ["--chains", "4", "--temperatures", "2", "--figures", "looks"];
    const { stdout } = await run("evaluate", twos, ...cases, ...words);
    expect(stdout).toMatch(/\n {2}log Z +-?\d+\.\d\d ± \d+\.\d\d +nats, estimated; from -?\d+\.\d\d to -?\d+\.\d\d\n/);
    expect(stdout).toMatch(/\n {4}forward .* 4 chains each way, 2 temperatures\n/);
    expect(stdout).toMatch(/\n {2}log-likelihood +-\d+\.\d\d ± \d+\.\d\d +nats a case; from -/);
    expect(stdout).toMatch(/\nlog Z: The bracket is \d+\.\d nats wide\. Use more chains/);
    expect(stdout).toContain("Figures: looks/log-z.png, looks/free-energies.png");
    for (const name of ["log-z.png", "free-energies.png"]) expect(decode(read("looks", name)).width).toBe(1440);
  });

  test("not at all, or exactly, where that is asked for", async () => {
    const none = await told("--no-log-z", "--figures", "without");
    expect(none.logPartition).toBeUndefined();
    expect(none.logLikelihood).toBeUndefined();
    expect(none.figures).toEqual(["without/free-energies.png"]);
    expect((await told("--exact", "--chains", "5")).logPartition).toMatchObject({ method: "exact" });
    const refused = await run("evaluate", twos, ...cases, "--temperatures", "many");
    expect(refused.stderr).toContain('--temperatures: got "many"; expected a whole number of steps, sm, or adaptive');
  });
});

describe("inspect", () => {
  test("tells the same of the run, its model and its checkpoint", async () => {
    const names = [twos, `${twos}/model.safetensors`, `${twos}/checkpoint.safetensors`];
    const told = await Promise.all(
      names.map(async (name) => objects((await run("inspect", name, "--json")).stdout)[0]),
    );
    for (const facts of told) {
      expect(facts).toMatchObject({ kind: "rbm", visible: 784, hidden: 16, parameters: 784 * 16 + 800 });
      expect(facts?.parametersSha256).toBe(outcome(trained).parametersSha256);
    }
    expect(told[0]).toMatchObject({ run: twos, epochs: 2, config: { learning: { epochs: 2, batchSize: 20 } } });
    const { stdout } = await run("inspect", twos);
    expect(stdout).toContain("RBM, 784 visible × 16 hidden binary units, 13,344 parameters");
    expect(stdout).toMatch(/trained by +npx harmonium train rbm --data mnist:train .* --run 'my runs\/twos' --json\n/);
  });

  test("of somebody else's file", async () => {
    const ended = await run("inspect", `${import.meta.dirname}/../fixtures/rbm-independent.safetensors`);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/machine +RBM, \d+ visible × \d+ hidden/);
  });
});

test("a model is read from anywhere: another folder, an absolute path, spaces, a run that was moved", async () => {
  mkdirSync(path("else where"));
  copyFileSync(path(twos, "model.safetensors"), path("else where", "m 1.safetensors"));
  cpSync(path(twos), path("copy"), { recursive: true });
  renameSync(path("copy"), path("else where", "moved run"));
  const sample = async (model: string) => {
    const words = ["sample", model, "--chains", "2", "--sweeps", "2", "--out", path("anywhere.npy")];
    const ended = await begin(harmonium(...words), { cwd: path("else where") }).ended;
    expect(ended.code, ended.stderr).toBe(0);
    return readFileSync(path("anywhere.npy"));
  };
  const first = await sample("m 1.safetensors");
  for (const model of [path(twos), `../${twos}/`, "./moved run", path("else where", "m 1.safetensors")]) {
    expect(await sample(model)).toEqual(first);
  }
});

const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
test.skipIf(!hasNumpy)("numpy reads what is written (needs python3 with numpy)", async () => {
  await run("reconstruct", twos, ...cases, "--out", "r.npy");
  await run("features", twos, ...cases, "--out", "f.npy", "--labels-out", "l.npy");
  await run("sample", twos, "--chains", "3", "--sweeps", "3", "--out", "s.npy");
  const script =
    "import numpy as np\nfor n in 'rfls':\n a = np.load(n + '.npy'); print(n, a.shape, a.dtype, a.min() >= 0, a.max() <= (1 if n != 'l' else 9))";
  const { stdout, stderr } = await begin(["python3", "-c", script], { cwd }).ended;
  expect(stderr).toBe("");
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    "r (30, 784) float32 True True",
    "f (30, 16) float32 True True",
    "l (30,) uint8 True True",
    "s (3, 784) float32 True True",
  ]);
});
