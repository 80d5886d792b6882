import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createBoltzmann, serializeModel } from "#src/index.js";
import { freeEnergy } from "#src/machines/rbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { workplace } from "./program.js";

const { run, cwd } = workplace();
const file = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content);

describe("harmonium equilibrium", () => {
  // by hand: states 00, 10, 01, 11 have −E = 0, b0, b1, b0 + b1 + w
  const [w, b0, b1] = [2, 0.5, -1];
  const weights = [1, Math.exp(b0), Math.exp(b1), Math.exp(b0 + b1 + w)];
  const Z = weights.reduce((a, b) => a + b);

  test("two units, by hand", async () => {
    file("two.csv", `0,${w},${b0}\n${w},0,${b1}\n`);
    const { code, stdout } = await run("equilibrium", "two.csv", "--json", "--top", "2");
    expect(code).toBe(0);
    const got = JSON.parse(stdout);
    expect(got.logPartition).toBeCloseTo(Math.log(Z), 12);
    expect(got.entropy).toBeCloseTo(-weights.reduce((sum, x) => sum + (x / Z) * Math.log(x / Z), 0), 12);
    expect(got.mean[0]).toBeCloseTo((weights[1] + weights[3]) / Z, 12);
    expect(got.states.map(({ state }: { state: number[] }) => state)).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect(got.states[0].probability).toBeCloseTo(weights[3] / Z, 12);
  });

  test("an RBM's log Z is that of its free energies, and the table shows it", async () => {
    const rbm = strongRbm(4, 3, 5);
    file("rbm.safetensors", serializeModel(rbm));
    const { stdout } = await run("equilibrium", "rbm.safetensors");
    const logZ = Math.log(allStates(4).reduce((sum, v) => sum + Math.exp(-freeEnergy(rbm, v)), 0));
    expect(stdout).toContain(`log Z                ${logZ.toFixed(6)}`);
    expect(stdout).toContain("7 units at T = 1, all 128 states");
  });

  test("--dynamics: gaps, laws and detailed balance of two units, by hand", async () => {
    file("two.csv", `0,${w},${b0}\n${w},0,${b1}\n`);
    const { stdout } = await run("equilibrium", "two.csv", "--json", "--dynamics");
    const rows = JSON.parse(stdout).dynamics;
    const named = (name: string) => rows.find(({ dynamics }: { dynamics: string }) => dynamics === name);
    const sigma = (x: number) => 1 / (1 + Math.exp(-x));
    // what the state of one unit says about the next of the other
    const kappa = [sigma(b0 + w) - sigma(b0), sigma(b1 + w) - sigma(b1)] as [number, number];
    // parallel: s0(t + 2) is κ0 κ1 down two steps; sequential: one sweep passes through both
    expect(named("parallel").spectralGap).toBeCloseTo(1 - Math.sqrt(kappa[0] * kappa[1]), 10);
    expect(named("sequential").spectralGap).toBeCloseTo(1 - kappa[0] * kappa[1], 10);
    // Glauber: half of (1 + √(κ0 κ1)) is the second eigenvalue
    const glauber = 0.5 * (1 + Math.sqrt(kappa[0] * kappa[1]));
    expect(named("glauber").spectralGap).toBeCloseTo(1 - glauber, 10);
    expect(named("glauber").relaxationTime).toBeCloseTo(-1 / Math.log(glauber), 8);
    expect(named("glauber").relaxationSweeps).toBeCloseTo(-0.5 / Math.log(glauber), 8);
    for (const name of ["glauber", "parallel"]) {
      expect(named(name).detailedBalanceResidual).toBeLessThan(1e-15);
      expect(named(name).entropyProduction).toBeLessThan(1e-15);
    }
    for (const name of ["sequential", "blocks"]) {
      expect(named(name).detailedBalanceResidual).toBeGreaterThan(0.01);
      expect(named(name).entropyProduction).toBeGreaterThan(0.01);
    }
    // the two units are independent under parallel dynamics: the KL is their mutual information under Boltzmann–Gibbs, reversed
    const gibbs = weights.map((x) => x / Z) as [number, number, number, number];
    const [m0, m1] = [gibbs[1] + gibbs[3], gibbs[2] + gibbs[3]];
    const product = [(1 - m0) * (1 - m1), m0 * (1 - m1), (1 - m0) * m1, m0 * m1];
    const kl = product.reduce((sum, p, s) => sum + p * Math.log(p / (gibbs[s] as number)), 0);
    expect(named("parallel")).toMatchObject({ law: "parallel" });
    expect(named("parallel").klFromBoltzmannGibbs).toBeCloseTo(kl, 10);
    const shown = await run("equilibrium", "two.csv", "--dynamics");
    expect(shown.stdout).toMatch(
      /\n {2}glauber +0\.\d{4} +\d+\.\d\d steps +\d+\.\d\d sweeps +holds +0 nats a step +Boltzmann–Gibbs\n/,
    );
    expect(shown.stdout).toContain(`its own, KL ${kl.toPrecision(4)} nats from B–G`);
  });

  test("--dynamics leaves the sweeps out where they would take too long", async () => {
    const rows = Array.from({ length: 11 }, (_, i) =>
      Array.from({ length: 11 }, (_, j) => (i === j ? 0 : 0.1)).join(","),
    );
    file("eleven.csv", rows.join("\n"));
    const { stdout } = await run("equilibrium", "eleven.csv", "--dynamics", "--json");
    const named = JSON.parse(stdout).dynamics.map(({ dynamics }: { dynamics: string }) => dynamics);
    expect(named).toEqual(["glauber", "parallel"]);
  });

  test("a model file of a Boltzmann machine, with hidden units", async () => {
    const machine = createBoltzmann([0, w, w, 0], [b0, b1], { visible: [0] });
    file("two.safetensors", serializeModel(machine));
    const { stdout } = await run("equilibrium", "two.safetensors", "--json");
    expect(JSON.parse(stdout).logPartition).toBeCloseTo(Math.log(Z), 12);
  });

  test.each<[string, string, string[], string]>([
    [
      "asymmetric weights",
      "0,2\n1,0\n",
      [],
      "got 1 from 1 to 0, 2 back; expected symmetric weights with a zero diagonal. Make the weights symmetric with the option --symmetrize; harmonium simulate takes any.",
    ],
    ["a diagonal", "1,2\n2,0\n", [], "got 1 on the diagonal, unit 0"],
    [
      "a matrix that is not square",
      "0,1,2,3\n1,0,2,3\n",
      [],
      "bad.csv: got 2 rows of 4 numbers; expected N rows of N weights",
    ],
    ["a word among the weights", "0,one\n1,0\n", [], "bad.csv, line 1"],
    ["T = 0", "0,1\n1,0\n", ["--temperature", "0"], "--temperature: got 0; expected a positive number"],
    [
      "13 units",
      `${`${"0,".repeat(12)}0\n`.repeat(13)}`,
      ["--dynamics"],
      "--dynamics: got a machine of 13 units; expected at most 12",
    ],
    ["29 units", `${`${"0,".repeat(28)}0\n`.repeat(29)}`, [], "got 29 units, 2^29 states; expected at most 28 units"],
  ])("refused, exit code 2, no stack: %s", async (_, csv, options, message) => {
    file("bad.csv", csv);
    const { code, stderr, stdout } = await run("equilibrium", "bad.csv", ...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("--symmetrize uses the mean of both directions", async () => {
    file("asymmetric.csv", "5,1\n3,7\n");
    const { stdout } = await run("equilibrium", "asymmetric.csv", "--symmetrize", "--json");
    expect(JSON.parse(stdout).logPartition).toBeCloseTo(Math.log(3 + Math.exp(2)), 12);
  });
});
