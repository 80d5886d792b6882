import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createBoltzmann, createNetwork, serializeModel, stateEnergy } from "#src/index.js";
import { loadBoltzmann, loadMachine, loadNetwork } from "#src/node/index.js";
import { allStates, naiveEnergy, strongRbm } from "../oracles/enumerate.js";

const folder = mkdtempSync(join(tmpdir(), "harmonium-networks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const asymmetric = createNetwork([0, 2, -1, 0, 0.5, 3, 0, -2, 0], [0.1, 0.2, 0.3]);
const symmetric = createBoltzmann([0, 2, -1, 2, 0, 3, -1, 3, 0], [1, 0, -1], { visible: [2, 0] });

describe("a CSV of weights", () => {
  test("row i, column j is the weight from unit i to unit j, the last column the biases", async () => {
    const path = file("asymmetric.csv", "0,2,-1,0.1\n0,0.5,3,0.2\n0,-2,0,0.3\n");
    expect(await loadNetwork(path)).toEqual(asymmetric);
    expect(await loadMachine(path)).toEqual({ machine: asymmetric, metadata: new Map(), file: path });
  });

  test("symmetric weights make a Boltzmann machine, biases left out are 0", async () => {
    const machine = createBoltzmann([0, 2, 2, 0]);
    const path = file("two.tsv", "0\t2\n2\t0\n");
    expect(await loadNetwork(path)).toEqual(machine);
    expect(await loadBoltzmann(path)).toEqual(machine);
  });

  test.each<[string, string, string, string]>([
    [
      "two rows of four",
      "0,1,2,3\n1,0,2,3\n",
      "shape",
      "bad.csv: got 2 rows of 4 numbers; expected N rows of N weights",
    ],
    ["three rows of two", "0,1\n1,0\n2,2\n", "shape", "got 3 rows of 2 numbers"],
    ["a word", "0,one\n1,0\n", "format", 'line 1, column 1 (counted from 0): got the cell "one"'],
    ["NaN", "0,nan\n1,0\n", "format", 'got the cell "nan"; expected a finite decimal number'],
    ["a cell too many", "0,1\n1,0,3,4\n", "format", "line 2: got 4 cells; expected 2"],
    ["nothing", "", "format", "got an empty file"],
  ])("refused: %s", async (_, text, kind, message) => {
    const path = file("bad.csv", text);
    await expect(loadNetwork(path)).rejects.toMatchObject({ kind });
    await expect(loadNetwork(path)).rejects.toThrow(message);
  });
});

describe("model files", () => {
  test.each([
    ["a network", asymmetric],
    ["a Boltzmann machine, with its visible units", symmetric],
  ])("%s is what it was", async (_, machine) => {
    const path = file("model.safetensors", serializeModel(machine, { note: "mine" }));
    expect(await loadNetwork(path)).toEqual(machine);
    const loaded = await loadMachine(path);
    expect(loaded.machine).toEqual(machine);
    expect(loaded.metadata.get("note")).toBe("mine");
  });

  test("a network with symmetric weights is taken for the Boltzmann machine that it is", async () => {
    const { weights, bias } = symmetric;
    const path = file("network.safetensors", serializeModel(createNetwork(weights, bias)));
    expect((await loadMachine(path)).machine.kind).toBe("network");
    expect(await loadNetwork(path)).toEqual(createBoltzmann(weights, bias));
  });

  test("an RBM becomes a Boltzmann machine of the same energies", async () => {
    const rbm = strongRbm(3, 2);
    const path = file("rbm.safetensors", serializeModel(rbm));
    const machine = await loadBoltzmann(path);
    expect((await loadMachine(path)).machine).toEqual(rbm);
    for (const s of allStates(5)) {
      expect(stateEnergy(machine, s)).toBeCloseTo(naiveEnergy(rbm, s.slice(0, 3), s.slice(3)), 12);
    }
  });

  test("NaN among the weights is refused", async () => {
    const broken = createNetwork([0, 1, 1, 0]);
    broken.weights[2] = Number.NaN;
    const path = file("broken.safetensors", serializeModel(broken));
    await expect(loadNetwork(path)).rejects.toMatchObject({ kind: "data" });
    await expect(loadNetwork(path)).rejects.toThrow("weights: got NaN at position 2; expected finite numbers");
  });
});

describe("where weights are not symmetric", () => {
  test.each(["asymmetric.csv", "asymmetric.safetensors"])(
    "%s: loadBoltzmann refuses, unless symmetrize",
    async (name) => {
      const bytes = name.endsWith(".csv") ? "0,2,-1,0.1\n0,0.5,3,0.2\n0,-2,0,0.3\n" : serializeModel(asymmetric);
      const path = file(name, bytes);
      await expect(loadBoltzmann(path)).rejects.toMatchObject({ kind: "data" });
      await expect(loadBoltzmann(path)).rejects.toThrow(
        "got 0 from 1 to 0, 2 back; expected symmetric weights with a zero diagonal",
      );
      const expected = createBoltzmann([0, 1, -0.5, 1, 0, 0.5, -0.5, 0.5, 0], [0.1, 0.2, 0.3]);
      expect(await loadBoltzmann(path, { symmetrize: true })).toEqual(expected);
      expect(await loadNetwork(path, { symmetrize: true })).toEqual(expected);
    },
  );

  test("a diagonal alone is refused too", async () => {
    const path = file("diagonal.csv", "1,2\n2,0\n");
    expect((await loadNetwork(path)).kind).toBe("network");
    await expect(loadBoltzmann(path)).rejects.toThrow("got 1 on the diagonal, unit 0");
  });
});

test("files that are not there, and folders that are no runs", async () => {
  await expect(loadNetwork(join(folder, "nosuch.csv"))).rejects.toMatchObject({ kind: "file" });
  await expect(loadNetwork(join(folder, "nosuch.safetensors"))).rejects.toMatchObject({ kind: "file" });
  await expect(loadNetwork(folder)).rejects.toThrow("expected the folder of a run, or a model file");
});
