/** Chains that start exactly in the stationary law stay in it; with a bug planted they leave it. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boltzmannGibbs, parallelLaw } from "#src/evaluate/exact-network.js";
import type { Advance, Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { codeOf, stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";

const [units, chains] = [6, 20_000];
const random = randomStream(11, "weights");
/** Weights and biases of at least .6: a broken kernel moves the law visibly. */
const strong = () => (random.uniform() < 0.5 ? -1 : 1) * (0.6 + random.uniform());
const machine = createBoltzmann(Array.from({ length: units * units }, strong), Array.from({ length: units }, strong), {
  symmetrize: true,
});
const all = Uint32Array.from({ length: units }, (_, j) => j);

/**
 * Total variation that n exact draws stay below with probability 1 − 10^−6: its mean is at most ½ Σ √(p (1 − p) / n), by Jensen's
 * inequality, and one draw moves it by at most 1 / n, so McDiarmid's inequality adds √(ln 10^6 / 2 n).
 */
function bound(law: ArrayLike<number>): number {
  const mean = Array.from(law).reduce((sum, p) => sum + Math.sqrt((p * (1 - p)) / chains), 0) / 2;
  return mean + Math.sqrt(Math.log(1e6) / (2 * chains));
}

function exactDraws(law: ArrayLike<number>, seed: number): Uint8Array {
  const stream = randomStream(seed, "data");
  const bits = new Uint8Array(chains * units);
  for (let c = 0; c < chains; c++) {
    let u = stream.uniform();
    let code = 0;
    while (code < law.length - 1 && u >= law[code]) u -= law[code++];
    bits.set(stateOf(code, units), c * units);
  }
  return bits;
}

function totalVariation(bits: Uint8Array, law: ArrayLike<number>): number {
  const counts = new Float64Array(law.length);
  for (let c = 0; c < chains; c++) counts[codeOf(bits.subarray(c * units, (c + 1) * units))] += 1 / chains;
  return counts.reduce((sum, share, code) => sum + Math.abs(share - law[code]), 0) / 2;
}

const everyPair = {
  offsets: Uint32Array.from({ length: units + 1 }, (_, j) => j * (units - 1)),
  sources: Uint32Array.from({ length: units * (units - 1) }, (_, e) => {
    const [j, i] = [Math.floor(e / (units - 1)), e % (units - 1)];
    return i < j ? i : i + 1;
  }),
};

function couplingsOf(kernels: Kernels, kind: "dense" | "sparse", bias = machine.bias) {
  const couplings = kernels.couplings(units, kind === "sparse" ? everyPair : undefined);
  const weights = Float32Array.from(machine.weights);
  const lists = Float32Array.from(everyPair.sources, (i, e) => weights[i * units + Math.floor(e / (units - 1))]);
  couplings.write(kind === "dense" ? weights : lists, Float32Array.from(bias));
  return couplings;
}

const gibbs = boltzmannGibbs(machine);
const laws = { parallel: parallelLaw(machine), sequential: gibbs, glauber: gibbs } as const;
const beta = 1;

/** States after some steps from exact draws of a law. */
function stepped(
  kernels: Kernels,
  steps: number,
  from: ArrayLike<number>,
  task: Pick<Advance, "dynamics"> & Partial<Advance>,
  kind: "dense" | "sparse" = "dense",
) {
  const states = kernels.states(chains, units);
  states.write(exactDraws(from, 100 + steps));
  const draws = {
    draw: { seed: steps, purpose: "networkUnit", step: 0 },
    choice: { seed: steps, purpose: "networkChoice", step: 0 },
  } as const;
  kernels.advance({
    couplings: couplingsOf(kernels, kind),
    states,
    chains,
    steps,
    free: all,
    beta,
    ...draws,
    ...task,
  });
  return states.read(chains);
}

describe.each([1, 2])("%i threads", (threads) => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels({ threads });
  });
  afterAll(() => kernels.dispose());

  for (const dynamics of ["parallel", "sequential", "glauber"] as const) {
    for (const kind of ["dense", "sparse"] as const) {
      test.each([1, 4, 16])(`${dynamics}, ${kind}: no drift in %i steps`, (steps) => {
        const law = laws[dynamics];
        expect(totalVariation(stepped(kernels, steps, law, { dynamics }, kind), law)).toBeLessThan(bound(law));
      });
    }
  }

  test("with a unit clamped, no drift of the others' law given its value", () => {
    const given = gibbs.map((p, code) => ((code >> 2) & 1 ? p : 0));
    const total = given.reduce((a, b) => a + b, 0);
    const law = given.map((p) => p / total);
    const free = all.filter((j) => j !== 2);
    for (const dynamics of ["sequential", "glauber"] as const) {
      expect(totalVariation(stepped(kernels, 16, law, { dynamics, free }), law)).toBeLessThan(bound(law));
    }
    // planted: off by one, unit 3 is clamped in place of unit 2
    const beside = all.filter((j) => j !== 3);
    expect(totalVariation(stepped(kernels, 1, law, { dynamics: "sequential", free: beside }), law)).toBeGreaterThan(
      2 * bound(law),
    );
  });
});

describe("planted bugs are seen: total variation above twice the bound", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels();
  });
  afterAll(() => kernels.dispose());

  test("biases of the wrong sign", () => {
    for (const dynamics of ["parallel", "sequential", "glauber"] as const) {
      const couplings = couplingsOf(
        kernels,
        "dense",
        machine.bias.map((b) => -b),
      );
      const found = totalVariation(stepped(kernels, 16, laws[dynamics], { dynamics, couplings }), laws[dynamics]);
      expect(found).toBeGreaterThan(2 * bound(laws[dynamics]));
    }
  });

  test("β twice", () => {
    expect(totalVariation(stepped(kernels, 4, gibbs, { dynamics: "sequential", beta: 2 }), gibbs)).toBeGreaterThan(
      2 * bound(gibbs),
    );
  });

  test("stale fields: units that do not see what changed before them in the sweep", () => {
    expect(totalVariation(stepped(kernels, 4, gibbs, { dynamics: "parallel" }), gibbs)).toBeGreaterThan(
      2 * bound(gibbs),
    );
  });

  test("one uniform for all chains", () => {
    // every chain by itself as chain 0: each is right, but all make the same choices and end in the same state
    const bits = exactDraws(gibbs, 104);
    const couplings = couplingsOf(kernels, "dense");
    const states = kernels.states(1, units);
    const draw = { seed: 4, purpose: "networkUnit", step: 0 } as const;
    for (let c = 0; c < chains; c++) {
      const own = bits.subarray(c * units, (c + 1) * units);
      states.write(own);
      kernels.advance({ couplings, states, chains: 1, dynamics: "sequential", steps: 16, free: all, beta, draw });
      own.set(states.read(1));
    }
    expect(totalVariation(bits, gibbs)).toBeGreaterThan(2 * bound(gibbs));
  });

  test("the choice of a unit and its new state from one uniform", () => {
    const draw = { seed: 4, purpose: "networkUnit", step: 0 } as const;
    const found = stepped(kernels, 16, gibbs, { dynamics: "glauber", draw, choice: draw });
    expect(totalVariation(found, gibbs)).toBeGreaterThan(2 * bound(gibbs));
  });
});
