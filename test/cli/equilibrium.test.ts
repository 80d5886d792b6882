import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { serializeModel } from "#src/io/model.js";
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

  test.each<[string, string, string[], string]>([
    [
      "asymmetric weights",
      "0,2\n1,0\n",
      [],
      "got 1 from 1 to 0, 2 back; expected symmetric weights with a zero diagonal. Make the weights symmetric with the option --symmetrize",
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
