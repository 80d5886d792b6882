import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { THRESHOLDS } from "#src/kernels/control.js";
import type { Advance, Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { writeThresholds } from "#src/kernels/thresholds.js";
import { logistic32 } from "#src/math/logistic.js";
import { randomStream } from "#src/random/stream.js";
import { bits, exactNetwork, someUnits } from "./network-cases.js";

const draw = { seed: 77 + 2 ** 33, purpose: "wakeUnit", step: 45, sweep: 3, firstChain: 5 } as const;
const choice = { seed: 99, purpose: "wakeChoice", step: 45, firstChain: 7 } as const;
const dynamics = ["parallel", "sequential", "glauber"] as const;

interface Case {
  readonly units: number;
  readonly chains: number;
  readonly sparse: boolean;
  readonly steps?: number;
}
type Task = Pick<Advance, "dynamics" | "free" | "beta">;

let reference: Kernels;
/** On 1, 2, 3 and 4 threads. */
let wasm: Kernels[];
beforeAll(async () => {
  reference = await createKernels({ implementation: "reference" });
  wasm = await Promise.all([1, 2, 3, 4].map((threads) => createKernels({ threads })));
});
afterAll(() => {
  for (const kernels of wasm) kernels.dispose();
});

/** All that a call does to a network of exact sums, as plain values. */
function advanced(kernels: Kernels, { units, chains, sparse, steps }: Case, task: Task) {
  const { weights, bias, lists } = exactNetwork(units, sparse);
  const couplings = kernels.couplings(units, lists);
  couplings.write(weights, bias);
  const states = kernels.states(chains + 2, units);
  states.write(bits(units * chains));
  const count = steps ?? (task.dynamics === "glauber" ? 70 : 3);
  const changed = kernels.advance({ couplings, states, chains, steps: count, draw, choice, ...task });
  const inputs = kernels.field(chains + 1, units);
  kernels.inputs(couplings, states, chains, inputs);
  return {
    changed,
    states: states.read(chains),
    inputs: inputs.read(chains),
    coincidences: kernels.coincidences(states, chains),
  };
}

/** How many numbers differ; −1 for another length. toEqual() would take most of the time. */
function differing(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return -1;
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}

function expectAgreement(network: Case, task: Task): void {
  const expected = advanced(reference, network, task);
  for (const kernels of wasm) {
    const ours = advanced(kernels, network, task);
    expect(ours.changed).toBe(expected.changed);
    for (const name of ["states", "inputs", "coincidences"] as const) {
      expect(differing(ours[name], expected[name]), name).toBe(0);
    }
  }
}

describe("bit for bit the reference where sums are exact, on 1 to 4 threads", () => {
  for (const sparse of [false, true]) {
    for (const units of [1, 31, 33, 100]) {
      test.each([1, 3, 16, 67])(
        `${sparse ? "sparse" : "dense"}, ${units} units, %i chains: every dynamics`,
        (chains) => {
          const perChain = Float32Array.from({ length: chains }, (_, c) => 0.1 + (c % 7) / 8);
          for (const name of dynamics) {
            expectAgreement(
              { units, chains, sparse },
              { dynamics: name, free: someUnits(units, "ascending"), beta: 0.7 },
            );
            expectAgreement(
              { units, chains, sparse },
              { dynamics: name, free: someUnits(units, "any"), beta: perChain },
            );
          }
        },
      );
    }
  }

  // the other ways of cutting: inputs made anew for a short call, larger tables, several tasks a thread
  test.each([
    { units: 100, chains: 20, sparse: false, steps: 1 },
    { units: 40, chains: 330, sparse: false, steps: 3 },
    { units: 5, chains: 1100, sparse: false, steps: 3 },
    { units: 70, chains: 29, sparse: true, steps: 2 },
  ])("$units units, $chains chains, $steps steps", (network) => {
    const free = someUnits(network.units, "ascending");
    expectAgreement(network, { dynamics: "sequential", free, beta: 1 });
    expectAgreement(network, { dynamics: "parallel", free, beta: 1 });
  });

  test.each([true, false])("a choice among 1,500 units needs all 24 bits of its uniform (sparse: %s)", (sparse) => {
    const [units, chains] = [1500, 3];
    const { weights, bias, lists } = exactNetwork(units, sparse);
    const free = Uint32Array.from({ length: units }, (_, j) => units - 1 - j);
    const [expected, ...ours] = [reference, ...wasm].map((kernels) => {
      const couplings = kernels.couplings(units, lists);
      couplings.write(weights, bias);
      const states = kernels.states(chains, units);
      states.write(bits(units * chains));
      kernels.advance({ couplings, states, chains, dynamics: "glauber", steps: 600, free, beta: 1, draw, choice });
      return states.read(chains);
    });
    for (const found of ours) expect(differing(found, expected)).toBe(0);
  });
});

test.each([false, true])(
  "new weights, another list of units and other dynamics are seen by the next call (sparse: %s)",
  (sparse) => {
    const [units, chains] = [60, 20];
    const { lists } = exactNetwork(units, sparse);
    const [expected, ...ours] = [reference, ...wasm].map((kernels) => {
      const couplings = kernels.couplings(units, lists);
      const states = kernels.states(chains, units);
      states.write(bits(units * chains));
      const after: Uint8Array[] = [];
      const step = (seed: number, order: "ascending" | "any", name: Advance["dynamics"], steps: number) => {
        // the lists are those of seed 1, the weights of them any
        const { weights, bias } = exactNetwork(units, false, seed);
        couplings.write(lists ? weights.slice(0, lists.sources.length) : weights, bias);
        const free = someUnits(units, order, seed);
        kernels.advance({ couplings, states, chains, dynamics: name, steps, free, beta: 1, draw, choice });
        after.push(states.read(chains));
      };
      step(1, "any", "sequential", 4);
      step(2, "any", "sequential", 4);
      step(2, "any", "parallel", 4);
      step(2, "ascending", "sequential", 1);
      step(3, "ascending", "glauber", 40);
      return after;
    });
    for (const found of ours) for (const [i, state] of found.entries()) expect(differing(state, expected[i])).toBe(0);
  },
);

/** A network of any weights, whose sums float32 could not hold. */
function anyNetwork(units: number) {
  const random = randomStream(5, "weights");
  const normals = (n: number) => Float32Array.from({ length: n }, () => random.normal());
  return { weights: normals(units * units), bias: normals(units) };
}

describe("any weights", () => {
  const [units, chains] = [90, 67];
  const { weights, bias } = anyNetwork(units);
  const all = Uint32Array.from({ length: units }, (_, j) => j);
  const lists = {
    offsets: Uint32Array.from({ length: units + 1 }, (_, j) => j * units),
    sources: Uint32Array.from({ length: units * units }, (_, e) => e % units),
  };
  const byTarget = Float32Array.from(
    { length: units * units },
    (_, e) => weights[(e % units) * units + Math.floor(e / units)],
  );

  function states(kernels: Kernels) {
    const made = kernels.states(chains, units);
    made.write(bits(units * chains));
    return made;
  }

  function couplingsOf(kernels: Kernels, kind: "dense" | "sparse") {
    const couplings = kind === "dense" ? kernels.couplings(units) : kernels.couplings(units, lists);
    couplings.write(kind === "dense" ? weights : byTarget, bias);
    return couplings;
  }

  function inputs(kernels: Kernels, kind: "dense" | "sparse"): Float32Array {
    const field = kernels.field(chains, units);
    kernels.inputs(couplingsOf(kernels, kind), states(kernels), chains, field);
    return field.read(chains);
  }

  test("inputs differ from float64 sums by what rounding N + 1 numbers to 31 bits allows", () => {
    const expected = inputs(reference, "dense");
    const most = bias.map((b, j) =>
      weights.reduce((sum, w, at) => sum + (at % units === j ? Math.abs(w) : 0), Math.abs(b)),
    );
    // the finest power of two that keeps `most` below 2^30 is at most most / 2^29; half of it a number
    const bound = most.map((S) => ((units + 1) / 2) * (S / 2 ** 29));
    inputs(wasm[0], "dense").forEach((x, at) => {
      // and the sum is rounded to float32 on both sides
      expect(Math.abs(x - expected[at])).toBeLessThanOrEqual(bound[at % units] + 2 ** -23 * Math.abs(x));
    });
  });

  test("a dense network and its lists give the same bits", () => {
    expect(inputs(wasm[0], "sparse")).toEqual(inputs(wasm[0], "dense"));
  });

  test("samples equal the reference's wherever |u − p| > 1e-5", () => {
    const task = { chains, dynamics: "parallel", steps: 1, free: all, beta: 1, draw } as const;
    const [ours, theirs] = [wasm[0], reference].map((kernels) => {
      const s = states(kernels);
      kernels.advance({ couplings: couplingsOf(kernels, "dense"), states: s, ...task });
      return s.read(chains);
    });
    const wrong = ours.reduce((n, bit, at) => n + Number(bit !== theirs[at]), 0);
    expect(wrong).toBeLessThanOrEqual(1);
  });

  for (const name of dynamics) {
    test.each(["dense", "sparse"] as const)(
      `${name}, %s: a call of 70 steps is calls of 2, 31 and 37, on any number of threads`,
      (kind) => {
        const run = (kernels: Kernels, calls: number[]) => {
          const couplings = couplingsOf(kernels, kind);
          const s = states(kernels);
          let done = 0;
          let changed = 0;
          for (const steps of calls) {
            const at = { draw: { ...draw, step: 45 + done }, choice: { ...choice, step: 45 + done } };
            changed += kernels.advance({
              couplings,
              states: s,
              chains,
              dynamics: name,
              steps,
              free: all,
              beta: 0.5,
              ...at,
            });
            done += steps;
          }
          return { changed, states: s.read(chains) };
        };
        const expected = run(wasm[0], [70]);
        for (const kernels of wasm) expect(run(kernels, [2, 31, 37])).toEqual(expected);
      },
    );
  }
});

test.each([1, 17, 130, 260])("coincidences of %i units in 300 cases, and after other states", (units) => {
  const counts = [reference, ...wasm].map((kernels) => {
    const states = kernels.states(310, units);
    states.write(bits(310 * units, 4));
    return kernels.coincidences(states, 300);
  });
  for (const found of counts) expect(differing(found, counts[0])).toBe(0);
});

test("a state that conditional() reads next is counted as it is now", () => {
  const [kernels] = wasm;
  const couplings = kernels.couplings(64);
  couplings.write(new Float32Array(64 * 64), new Float32Array(64).fill(-40));
  const states = kernels.states(10, 64);
  states.write(new Uint8Array(640).fill(1));
  const free = Uint32Array.from({ length: 64 }, (_, j) => j);
  expect(
    kernels.advance({ couplings, states, chains: 10, dynamics: "sequential", steps: 1, free, beta: 1, draw }),
  ).toBe(640);
  expect((states as unknown as { on: number }).on).toBe(0);
});

test("bounds of draws: σ is below the draw's cell under the first, and above it over the second", () => {
  const floats = new Float32Array(65536 / 4);
  writeThresholds(floats);
  let wrong = 0;
  for (let i = 0; i < 2048; i++) {
    const [low, high] = [floats[THRESHOLDS / 4 + 2 * i], floats[THRESHOLDS / 4 + 2 * i + 1]];
    for (let n = 0; n < 20; n++) {
      wrong += Number(i > 0 && logistic32(low - 1e-5 * n) >= i / 2048);
      wrong += Number(i < 2047 && logistic32(high + 1e-5 * n) <= (i + 1) / 2048);
    }
  }
  expect(wrong).toBe(0);
  expect([floats[THRESHOLDS / 4], floats[THRESHOLDS / 4 + 4095]]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
});

describe("a unit whose other inputs are tiny beside one weight", () => {
  test("has its own scale: the others keep 31 bits", () => {
    const weights = Float32Array.of(0, 1e6, 2 ** -12, 0);
    const couplings = wasm[0].couplings(2);
    couplings.write(weights, Float32Array.of(2 ** -20, 0));
    const states = wasm[0].states(1, 2);
    states.write(Uint8Array.of(1, 1));
    const out = wasm[0].field(1, 2);
    wasm[0].inputs(couplings, states, 1, out);
    expect([...out.read(1)]).toEqual([2 ** -12 + 2 ** -20, 1e6]);
  });
});

describe("refusals", () => {
  const task = (kernels: Kernels, change: Partial<Advance>) => {
    const states = kernels.states(4, 3);
    const base = {
      couplings: kernels.couplings(3),
      states,
      chains: 4,
      dynamics: "sequential",
      steps: 1,
      beta: 1,
      draw,
    } as const;
    return () => kernels.advance({ ...base, free: Uint32Array.of(0, 1, 2), ...change });
  };

  test.each([
    ["a unit too many", { free: Uint32Array.of(0, 3) }, "advance: free: got 3; expected units from 0 to 2"],
    ["a chain too many", { chains: 5 }, "advance: got 5 chains × 3 units; expected at most 4 chains × 3 units"],
    ["a β too few", { beta: Float32Array.of(1, 1) }, "advance: beta: got 2 numbers; expected 4, one a chain"],
    ["half a step", { steps: 0.5 }, "advance: steps: got 0.5"],
    ["Glauber dynamics without a choice", { dynamics: "glauber" }, "advance: choice: got none"],
  ] as [string, Partial<Advance>, string][])("%s", (_, change, message) => {
    expect(task(wasm[0], change)).toThrow(message);
    expect(task(reference, change)).toThrow(message);
  });

  test("lists and weights that do not fit, and numbers that are not finite", () => {
    for (const kernels of [wasm[0], reference]) {
      const lists = (offsets: number[], sources: number[]) => () =>
        kernels.couplings(2, { offsets: Uint32Array.from(offsets), sources: Uint32Array.from(sources) });
      expect(lists([0, 1], [1])).toThrow("couplings: offsets: got 2 numbers; expected 3");
      expect(lists([0, 2, 1], [1])).toThrow("couplings: offsets: got 1 at 2");
      expect(lists([0, 1, 1], [2])).toThrow("couplings: sources: got 2; expected units from 0 to 1");
      const couplings = kernels.couplings(2);
      expect(() => couplings.write(new Float32Array(3), new Float32Array(2))).toThrow("got 3 weights, 2 biases");
      const infinite = Float32Array.of(0, 1, Number.POSITIVE_INFINITY, 0);
      expect(() => couplings.write(infinite, new Float32Array(2))).toThrow("not finite");
      expect(() => couplings.write(new Float32Array(4), Float32Array.of(Number.NaN, 0))).toThrow("not finite");
    }
  });
});
