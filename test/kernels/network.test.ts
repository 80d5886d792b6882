import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Advance, Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { bits, exactNetwork, someUnits } from "./network-cases.js";

const draw = { seed: 77 + 2 ** 33, purpose: "wakeUnit", step: 45, sweep: 3, firstChain: 5 } as const;
const choice = { seed: 99, purpose: "wakeChoice", step: 45, firstChain: 7 } as const;
const dynamics = ["parallel", "sequential", "glauber"] as const;

interface Case {
  readonly units: number;
  readonly chains: number;
  readonly sparse: boolean;
}

/** All that a call does to a network of exact sums, as plain values. */
function advanced(
  kernels: Kernels,
  { units, chains, sparse }: Case,
  task: Pick<Advance, "dynamics" | "free" | "beta">,
) {
  const { weights, bias, lists } = exactNetwork(units, sparse);
  const couplings = kernels.couplings(units, lists);
  couplings.write(weights, bias);
  const states = kernels.states(chains + 2, units);
  states.write(bits(units * chains));
  const steps = task.dynamics === "glauber" ? 70 : 3;
  const changed = kernels.advance({ couplings, states, chains, steps, draw, choice, ...task });
  const inputs = kernels.field(chains + 1, units);
  kernels.inputs(couplings, states, chains, inputs);
  return {
    changed,
    states: states.read(chains),
    inputs: inputs.read(chains),
    coincidences: kernels.coincidences(states, chains),
  };
}

describe.each([1, 2, 3, 4])(
  "wasm kernels, %i threads, bit for bit as the reference where sums are exact",
  (threads) => {
    let wasm: Kernels;
    let reference: Kernels;
    beforeAll(async () => {
      wasm = await createKernels({ threads });
      reference = await createKernels({ implementation: "reference" });
    });
    afterAll(() => wasm.dispose());

    for (const sparse of [false, true]) {
      for (const units of [1, 31, 33, 100]) {
        test.each([1, 3, 16, 67])(`${sparse ? "sparse" : "dense"}, ${units} units, %i chains`, (chains) => {
          const betas = [0.7, Float32Array.from({ length: chains }, (_, c) => 0.1 + (c % 7) / 8)];
          for (const name of dynamics) {
            for (const order of ["ascending", "any"] as const) {
              for (const beta of betas) {
                const task = { dynamics: name, free: someUnits(units, order), beta };
                const ours = advanced(wasm, { units, chains, sparse }, task);
                expect(ours).toEqual(advanced(reference, { units, chains, sparse }, task));
              }
            }
          }
        });
      }
    }
  },
);
