import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createBoltzmann, createNetwork, parametersSha256, serializeModel } from "#src/index.js";
import { workplace } from "./program.js";
import { refusalIn } from "./refusal.js";

const { cwd, path, run } = workplace();
const file = (name: string, content: string | Uint8Array) => writeFileSync(path(name), content);
const inspect = async (name: string) => {
  const { code, stdout, stderr } = await run("inspect", name, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

// a square 0 – 1 – 2 – 3 – 0, and unit 4 alone
const square = [0, 1, 0, -3, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, -3, 0, 1, 0, 0, 0, 0, 0, 0, 0];

test("a Boltzmann machine: connections, blocks, each weight once", async () => {
  const machine = createBoltzmann(square, [0, 0, 0, 0, 2], { visible: [0, 4, 2] });
  file("bm.safetensors", serializeModel(machine, { note: "mine" }));
  expect(await inspect("bm.safetensors")).toEqual({
    model: "bm.safetensors",
    kind: "boltzmann",
    units: 5,
    visible: 3,
    hidden: 2,
    visibleUnits: [0, 4, 2],
    symmetric: true,
    parameters: 9,
    connections: 4,
    unjoinedUnits: 1,
    blocks: 2,
    weights: { mean: 0, deviation: Math.sqrt(3), largest: 3 },
    bias: { mean: 0.4, deviation: 0.8, largest: 2 },
    parametersSha256: await parametersSha256(machine),
    metadata: expect.objectContaining({ kind: "boltzmann", note: "mine" }),
  });
  const { stdout } = await run("inspect", "bm.safetensors");
  expect(stdout).toContain("Boltzmann machine, 5 binary units: 3 visible, 2 hidden, 9 parameters\n");
  expect(stdout).toContain("4 of 10 pairs; 1 unit without\n");
  expect(stdout).toMatch(/weights M +mean 0\.0000, standard deviation 1\.7321, largest \|·\| 3\.000, where not 0\n/);
});

test("a network that is not symmetric: each weight counts", async () => {
  file("network.csv", "0.5,2,0\n1,0,0\n0,0,0\n");
  const network = createNetwork([0.5, 2, 0, 1, 0, 0, 0, 0, 0]);
  expect(await inspect("network.csv")).toMatchObject({
    kind: "network",
    symmetric: false,
    units: 3,
    parameters: 6,
    connections: 1,
    unjoinedUnits: 1,
    weights: { mean: 3.5 / 3, largest: 2 },
    parametersSha256: await parametersSha256(network),
  });
  file("network.safetensors", serializeModel(network));
  const { stdout } = await run("inspect", "network.safetensors");
  expect(stdout).toContain("network, not symmetric, 3 binary units, 6 parameters\n");
});

test.each([
  ["bad.csv", "0,1,2,3\n1,0,2,3\n", "bad.csv: got 2 rows of 4 numbers"],
  ["bad.csv", "0,nan\n1,0\n", 'got the cell "nan"'],
  ["bad.safetensors", "hello", "bad.safetensors: got "],
])("refuses %s: %j", async (name, content, message) => {
  file(name, content);
  expect(await refusalIn(cwd, run, ["inspect", name])).toContain(message);
});
