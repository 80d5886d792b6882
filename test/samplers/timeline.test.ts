import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createKernels,
  createNetwork,
  type Kernels,
  networkSampler,
  parseAnnealing,
  residentNetwork,
  runTimeline,
  type Timeline,
  timelineLength,
} from "#src/index.js";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels({ threads: 1 });
});
afterAll(() => kernels.dispose());

const network = createNetwork([0, 1, -2, 3, 0, 1, 1, -1, 0], [0.1, 0, -0.2]);
const sampler = (dynamics: "glauber" | "parallel") => networkSampler(residentNetwork(kernels, network), { dynamics });
const timeline: Timeline = {
  annealing: parseAnnealing("2@5, 1@3"),
  burnIn: 4,
  steps: 11,
  every: 3,
  temperature: 2,
};

describe("runTimeline", () => {
  test("passes all stages, and keeps every so many", () => {
    const glauber = sampler("glauber");
    const moments = [...runTimeline(glauber, glauber.init(1, 2), timeline)];
    // a sweep is three steps
    expect(moments.map(({ stage, time, temperature, kept }) => [stage, time, temperature, kept])).toEqual([
      ["annealing", 6, 5, false],
      ["annealing", 9, 3, false],
      ["burn-in", 13, 2, false],
      ["sampling", 16, 2, true],
      ["sampling", 19, 2, true],
      ["sampling", 22, 2, true],
    ]);
    expect(timelineLength(glauber, timeline)).toBe(22);
    expect(timelineLength(sampler("parallel"), timeline)).toBe(3 + 4 + 9);
  });

  test.each(["glauber", "parallel"] as const)(
    "%s: the same states whatever the stops, kept at the same times",
    (dynamics) => {
      const run = (stride?: number) => {
        const chosen = sampler(dynamics);
        const state = chosen.init(7, 3);
        const seen: number[][] = [];
        for (const { kept, time } of runTimeline(chosen, state, timeline, stride)) {
          if (kept) seen.push([time, ...state.states.read(3)]);
        }
        return seen;
      };
      const whole = run();
      expect(whole).toHaveLength(3);
      expect(run(1)).toEqual(whole);
      expect(run(2)).toEqual(whole);
      // by hand: the sampler's own steps
      const chosen = sampler(dynamics);
      const state = chosen.init(7, 3);
      const sweep = dynamics === "glauber" ? 3 : 1;
      chosen.advance(state, 2 * sweep, 5);
      chosen.advance(state, sweep, 3);
      chosen.advance(state, 4 + 3, 2);
      expect([state.step, ...state.states.read(3)]).toEqual(whole[0]);
    },
  );

  test.each<[Partial<Timeline>, string]>([
    [{ every: 0 }, "every: got 0; expected a whole number, at least 1"],
    [{ burnIn: -1 }, "burn-in: got -1"],
    [{ steps: 1.5 }, "steps: got 1.5"],
    [{ temperature: 0 }, "temperature: got 0; expected a positive number"],
    [{ annealing: [{ steps: 0, temperature: 1 }] }, "annealing: got 0@1"],
  ])("refuses %j", (changes, message) => {
    const chosen = sampler("glauber");
    const moments = runTimeline(chosen, chosen.init(1, 1), { ...timeline, ...changes });
    expect(() => [...moments]).toThrow(message);
  });
});
