import { describe, expect, test } from "vitest";
import { clampedNetwork, createBoltzmann, createNetwork, firingProbability, type Network } from "#src/index.js";
import { randomStream } from "#src/random/stream.js";
import { allStates } from "../oracles/enumerate.js";

const random = randomStream(5, "data");
const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());

describe("clampedNetwork", () => {
  const whole = createNetwork(normals(36), normals(6));
  const clamped = new Map<number, 0 | 1>([
    [4, 1],
    [1, 0],
    [2, 1],
  ]);

  test("its units fire as those of the whole network do, in every state", () => {
    const { network, free } = clampedNetwork(whole, clamped);
    expect([...free]).toEqual([0, 3, 5]);
    expect(network.units).toBe(3);
    for (const s of allStates(3)) {
      const all = Uint8Array.from({ length: 6 }, (_, i) => clamped.get(i) ?? s[[...free].indexOf(i)]);
      free.forEach((j, n) => {
        expect(firingProbability(network, s, n, 0.7)).toBeCloseTo(firingProbability(whole, all, j, 0.7), 14);
      });
    }
  });

  test("of a Boltzmann machine is one, with the visible units that are free", () => {
    const machine = createBoltzmann(normals(16), normals(4), { symmetrize: true, visible: [3, 0, 1] });
    const { network } = clampedNetwork(machine, new Map([[0, 1]]));
    expect(network).toMatchObject({ kind: "boltzmann", visible: [0, 2] });
  });

  test("nothing clamped leaves the network as it is", () => {
    expect(clampedNetwork(whole, new Map())).toEqual({ network: whole, free: Uint32Array.from([0, 1, 2, 3, 4, 5]) });
  });

  test.each<[string, Network, [number, 0 | 1][], string]>([
    ["a unit that is not there", whole, [[6, 1]], "clamped unit: got 6; expected a unit from 0 to 5"],
    ["half a unit", whole, [[0.5, 1]], "clamped unit: got 0.5"],
    ["all units", createNetwork([0]), [[0, 1]], "clamped units: got all of them"],
  ])("refuses %s", (_, network, values, message) => {
    expect(() => clampedNetwork(network, new Map(values))).toThrow(message);
  });
});
