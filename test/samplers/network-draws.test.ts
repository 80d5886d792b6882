import { describe, expect, test } from "vitest";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { unitInput } from "#src/machines/network.js";
import { withResidentNetwork } from "#src/machines/resident-network.js";
import { logistic32 } from "#src/math/logistic.js";
import { randomStream } from "#src/random/stream.js";
import { networkSampler } from "#src/samplers/network.js";

const [units, chains, steps, temperature] = [7, 3, 400, 0.8];
const random = randomStream(2, "data");
// multiples of 1/64: float32 holds them and their sums
const multiples = (n: number) => Array.from({ length: n }, () => (random.index(257) - 128) / 64);
const machine = createBoltzmann(multiples(units * units), multiples(units), { symmetrize: true });

describe("the draws that a sampler tells are those that it makes", () => {
  for (const dynamics of ["glauber", "parallel", "sequential"] as const) {
    for (const clamped of [new Map<number, 0 | 1>(), new Map<number, 0 | 1>([[2, 1]])]) {
      test(`${dynamics}, ${clamped.size} clamped`, async () => {
        await withResidentNetwork(machine, {}, (resident) => {
          const sampler = networkSampler(resident, { dynamics, temperature, clamped });
          const state = sampler.init(9, chains);
          const beta = Math.fround(1 / temperature);
          let shifted = 0;
          for (let t = 0; t < steps; t++) {
            const before = state.states.read(chains).slice();
            const drawn = Array.from({ length: chains }, (_, chain) => sampler.draws(state, chain));
            const next = predicted(before, drawn);
            // a planted bug: the draws of the chain beside it
            const wrong = predicted(before, [...drawn.slice(1), drawn[0] as (typeof drawn)[0]]);
            sampler.step(state);
            const after = state.states.read(chains);
            expect(after).toEqual(next);
            if (wrong.some((bit, at) => bit !== after[at])) shifted++;
          }
          expect(shifted).toBeGreaterThan(50);

          function predicted(before: Uint8Array, drawn: ReturnType<typeof sampler.draws>[]): Uint8Array {
            const after = before.slice();
            drawn.forEach((updates, chain) => {
              const s = after.subarray(chain * units, (chain + 1) * units);
              const seen = dynamics === "parallel" ? s.slice() : s;
              for (const { unit, uniform } of updates) {
                s[unit] = uniform < logistic32(beta * unitInput(machine, seen, unit)) ? 1 : 0;
              }
            });
            return after;
          }
        });
      });
    }
  }
});
