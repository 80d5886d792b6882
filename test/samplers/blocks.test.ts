import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boltzmannGibbs } from "#src/evaluate/exact-network.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { boltzmannFromRbm, createBoltzmann } from "#src/machines/boltzmann.js";
import { latticeConnections } from "#src/machines/connections.js";
import { residentRbm } from "#src/machines/resident.js";
import { residentNetwork } from "#src/machines/resident-network.js";
import { createSparseNetwork, type SparseNetwork } from "#src/machines/sparse.js";
import { randomStream } from "#src/random/stream.js";
import { blocksOf } from "#src/samplers/blocks.js";
import { gibbsSampler } from "#src/samplers/gibbs.js";
import { networkSampler } from "#src/samplers/network.js";
import { jointDistribution, strongRbm, visibleDistribution } from "../oracles/enumerate.js";
import { driftBound, exactStarts, histogram, totalVariation } from "./laws.js";

const chains = 20_000;
const random = randomStream(11, "data");
const normals = (n: number, scale: number) => Array.from({ length: n }, () => scale * random.normal());

function denseFrom({ units, offsets, sources, weights, bias }: SparseNetwork) {
  const M = new Float64Array(units * units);
  for (let j = 0; j < units; j++) {
    for (let e = offsets[j]; e < offsets[j + 1]; e++) M[sources[e] * units + j] = weights[e];
  }
  return createBoltzmann(M, bias);
}

const lattice = createSparseNetwork(6, latticeConnections(2, 3).pairs, normals(7, 1.2), normals(6, 0.8));
// triangles, so that two colours do not do
const pairs = [0, 1, 1, 2, 0, 2, 2, 3, 3, 4, 4, 5, 3, 5];
const graph = createSparseNetwork(6, pairs, normals(7, 1.2), normals(6, 0.8));

describe("blocks", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels({ threads: 2 });
  });
  afterAll(() => kernels.dispose());

  test.each([
    ["a lattice, two blocks", lattice, 2],
    ["a graph with triangles, three", graph, 3],
  ] as const)("%s: from exact draws the Boltzmann–Gibbs law stays, sparse and dense", (_, network, count) => {
    const machine = denseFrom(network);
    const law = boltzmannGibbs(machine);
    expect(blocksOf(network)).toHaveLength(count);
    expect(blocksOf(machine)).toEqual(blocksOf(network));
    for (const one of [network, machine]) {
      const start = exactStarts(law, 6, chains);
      const sampler = networkSampler(residentNetwork(kernels, one), { dynamics: "blocks", start });
      const state = sampler.init(1, chains);
      for (const more of [1, 3, 12]) {
        sampler.advance(state, more);
        expect(totalVariation(histogram(state.states.read(chains), 6), law)).toBeLessThan(driftBound(law, chains));
      }
    }
  });

  // a sweep of a block is one parallel step of its units: that they are independent is what makes both the same
  test.each([
    ["blocks by colour", undefined, true],
    [
      "planted: blocks with neighbours inside",
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      false,
    ],
  ])("%s: each block all at once gives the same bits (%s)", (_, blocks, same) => {
    const resident = residentNetwork(kernels, graph);
    const sampler = networkSampler(resident, { dynamics: "blocks", ...(blocks && { blocks }) });
    const state = sampler.init(3, 500);
    const { couplings } = resident;
    const states = kernels.states(500, 6);
    states.write(state.states.read(500));
    for (let step = 0; step < 20; step++) {
      for (const block of blocks ?? blocksOf(graph)) {
        const draw = { seed: 3, purpose: "networkUnit", step } as const;
        const free = Uint32Array.from(block);
        kernels.advance({ couplings, states, chains: 500, dynamics: "parallel", steps: 1, free, beta: 1, draw });
      }
    }
    sampler.advance(state, 20);
    expect(states.read(500).every((bit, at) => bit === state.states.read(500)[at])).toBe(same);
  });

  test("an RBM is the case of two blocks: the joint law stays, and the visible law is that of gibbsSampler's chains", () => {
    const rbm = strongRbm(3, 3, 5, 1.3);
    const machine = boltzmannFromRbm(rbm);
    expect(blocksOf(machine).map((block) => [...block])).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    const { joint } = jointDistribution(rbm);
    const law = Float64Array.from({ length: 64 }, (_, code) => joint[code % 8][code >> 3]);
    const start = exactStarts(law, 6, chains);
    const sampler = networkSampler(residentNetwork(kernels, machine), { dynamics: "blocks", start });
    const state = sampler.init(1, chains);
    const gibbs = gibbsSampler(residentRbm(kernels, rbm));
    const block = gibbs.init(1, chains);
    block.visible.write(start.filter((_, at) => at % 6 < 3));
    const visibleLaw = visibleDistribution(rbm);
    for (const more of [1, 3, 12]) {
      sampler.advance(state, more);
      for (let sweep = 0; sweep < more; sweep++) gibbs.step(block);
      const bits = state.states.read(chains);
      expect(totalVariation(histogram(bits, 6), law)).toBeLessThan(driftBound(law, chains));
      for (const visible of [bits.filter((_, at) => at % 6 < 3), block.visible.read(chains)]) {
        expect(totalVariation(histogram(visible, 3), visibleLaw)).toBeLessThan(driftBound(visibleLaw, chains));
      }
    }
  });

  test("clamped units leave their blocks; blocks that miss a unit or have one twice are refused", () => {
    const resident = residentNetwork(kernels, lattice);
    const sampler = networkSampler(resident, { dynamics: "blocks", clamped: new Map([[2, 1]]) });
    expect([...sampler.free]).toEqual([...blocksOf(lattice)].flatMap((block) => [...block]).filter((j) => j !== 2));
    for (const blocks of [
      [[0, 1, 2]],
      [[0, 1, 2, 3, 4, 5, 5]],
      [
        [0, 1, 2],
        [3, 4, 6],
      ],
    ]) {
      expect(() => networkSampler(resident, { dynamics: "blocks", blocks })).toThrow(
        "each unit from 0 to 5 in one block",
      );
    }
    expect(() => networkSampler(resident, { dynamics: "random" as "blocks" })).toThrow(
      "dynamics: got random; expected one of",
    );
  });
});
