import { describe, expect, test } from "vitest";
import {
  boltzmannGibbs,
  codeOf,
  equilibrium,
  networkSampler,
  parallelLaw,
  stateEnergy,
  stateOf,
  withResidentNetwork,
} from "#src/index.js";
import {
  csvOf,
  fromSpins,
  hebbian,
  machineOf,
  pairAt,
  pairsOf,
  resized,
  ringPairs,
  spinGraph,
  withCirculation,
} from "../../lab/networks/couplings.js";
import { presets } from "../../lab/networks/presets.js";
import { type NetworkView, start, type Update } from "../../lab/pages/network/engine.js";
import { fields, type Settings } from "../../lab/pages/network/fields.js";

const base = Object.fromEntries(
  Object.entries(fields).map(([name, { initial }]) => [name, initial]),
) as unknown as Settings;
const preset = (id: string): Settings => {
  const found = presets.find((one) => one.id === id);
  if (!found) throw new Error(id);
  const { units, weights, biases, temperature, dynamics, start: from = "" } = found;
  return { ...base, units, weights, biases, temperature, dynamics, start: from };
};

async function run(
  settings: Settings,
  ticks: number,
  each: (view: NetworkView, before: NetworkView) => void = () => {},
) {
  const engine = await start(settings);
  let before = engine.view();
  for (let t = 0; t < ticks; t++) {
    await engine.advance();
    const view = engine.view();
    each(view, before);
    before = view;
  }
  return { engine, view: before };
}

describe("lists of couplings", () => {
  test("number the pairs in their order", () => {
    for (const units of [2, 3, 7]) {
      const pairs = pairsOf(units);
      expect(pairs.map(([i, j]) => pairAt(units, j, i))).toEqual(pairs.map((_, at) => at));
    }
  });

  test("of spins have the spins' energies, but for a constant", () => {
    const [J, h] = [
      [0.5, -1, 0.25],
      [0.3, 0, -0.2],
    ];
    const machine = machineOf(fromSpins(3, J, h));
    const gaps = Array.from({ length: 8 }, (_, code) => {
      const s = stateOf(code, 3);
      const σ = [...s].map((bit) => 2 * bit - 1) as [number, number, number];
      const spins =
        -(J[0] * σ[0] * σ[1] + J[1] * σ[0] * σ[2] + J[2] * σ[1] * σ[2]) -
        h.reduce((sum, x, i) => sum + x * (σ[i] as number), 0);
      return stateEnergy(machine, s) - spins;
    });
    const constant = J[0] + J[1] + J[2] - (h[0] + h[1] + h[2]);
    for (const gap of gaps) expect(gap).toBeCloseTo(constant, 6);
  });

  test("by Hebb's rule have their patterns as ground states", () => {
    const patterns = ["11110000", "11001100"];
    const { states } = equilibrium(machineOf(hebbian(patterns, 2)), { top: 4 });
    const found = states.map(({ state }) => [...state].join(""));
    for (const pattern of patterns) expect(found).toContain(pattern);
    expect(states[3]?.energy).toBeCloseTo(states[0]?.energy as number, 5);
  });

  test("keep what is there when neurons are added and taken away", () => {
    const small = { units: 3, weights: [1, 2, 3], biases: [4, 5, 6] };
    expect(resized(resized(small, 5), 3)).toEqual(small);
  });

  test("with circulation keep their symmetric part", () => {
    const machine = machineOf(spinGraph(4, ringPairs(4), 0.5));
    const { weights } = withCirculation(machine, 0.75);
    let largest = 0;
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        expect(((weights[4 * i + j] as number) + (weights[4 * j + i] as number)) / 2).toBe(machine.weights[4 * i + j]);
        largest = Math.max(largest, (weights[4 * i + j] as number) - (weights[4 * j + i] as number));
      }
    }
    expect(largest).toBe(1.5);
    expect(csvOf(machine).split("\n")[0]).toBe("0,2,0,2,-2");
  });
});

describe("the page of one network", () => {
  for (const dynamics of ["glauber", "sequential", "parallel"] as const) {
    test(`${dynamics}: the random number that is shown decides, and the bits are the library's`, async () => {
      const settings = { ...preset("mixed"), dynamics };
      const [ticks, units] = [300, settings.units];
      const states: string[] = [];
      const { engine } = await run(settings, ticks, (view, before) => {
        states.push([...view.state].join(""));
        expect(view.updated).toHaveLength(dynamics === "parallel" ? units : 1);
        for (const j of view.updated) {
          const update = view.last[j] as Update;
          expect(update.on).toBe(update.uniform < update.probability);
          expect(update.on).toBe(view.state[j] === 1);
          expect(update.tick).toBe(view.tick);
          expect(update.input).toBeCloseTo(before.inputs[j] as number, 12);
          expect(update.probability).toBeCloseTo(1 / (1 + Math.exp(-update.input / settings.temperature)), 6);
        }
      });
      engine.dispose?.();
      await withResidentNetwork(machineOf(settings), {}, (resident) => {
        const sampler = networkSampler(resident, { dynamics });
        const state = sampler.init(settings.seed, 1);
        const each = dynamics === "sequential" ? units : 1;
        for (let t = each; t <= ticks; t += each) {
          sampler.step(state);
          expect([...state.states.read(1)].join("")).toBe(states[t - 1]);
        }
      });
    });
  }

  test("two that exclude each other blink for ever all at once at T = 0, and settle one at a time", async () => {
    const seen: number[] = [];
    const { engine } = await run(preset("blink"), 200, (view) => seen.push(codeOf(view.state)));
    expect(seen).toEqual(Array.from({ length: 200 }, (_, t) => (t % 2 === 0 ? 3 : 0)));
    engine.dispose?.();
    for (const seed of [1, 2, 3]) {
      const late = new Set<number>();
      const one = await run({ ...preset("blink"), dynamics: "glauber", seed }, 200, (view) => {
        if (view.tick > 40) late.add(codeOf(view.state));
        expect(view.rises).toBe(0);
      });
      one.engine.dispose?.();
      expect([[1], [2]]).toContainEqual([...late]);
    }
  });

  test("the Hopfield preset comes to the stored pattern", async () => {
    const { engine, view } = await run({ ...preset("hopfield"), temperature: 0 }, 100);
    expect([...view.state].join("")).toBe("11110000");
    engine.dispose?.();
  });

  test("new weights leave the state; new neurons, seed or start begin anew", async () => {
    const { engine, view } = await run(preset("mixed"), 37);
    const settings = preset("mixed");
    expect(engine.adjust?.({ ...settings, temperature: 2, dynamics: "parallel", weights: [5] } as never)).toBe(true);
    const after = engine.view();
    expect([after.tick, after.state]).toEqual([37, view.state]);
    // only the weight of 1 and 2 is left
    expect(after.inputs[0]).toBeCloseTo(-0.5 + 5 * (view.state[1] as number), 6);
    for (const other of [{ units: 4 }, { seed: 2 }, { start: "11" }]) {
      expect(engine.adjust?.({ ...settings, ...other } as never)).toBe(false);
    }
    engine.dispose?.();
  });

  test("comes back to a saved moment bit for bit", async () => {
    const { engine } = await run(preset("ring"), 50);
    const saved = structuredClone(engine.save?.());
    for (let t = 0; t < 30; t++) await engine.advance();
    const there = engine.view();
    await engine.load?.(saved as never);
    for (let t = 0; t < 30; t++) await engine.advance();
    expect(engine.view()).toEqual(there);
    engine.dispose?.();
  });

  test("visits states as often as the law of its dynamics says", async () => {
    // 3 neurons; counted every 5 sweeps, so nearly independent: total variation is some ½ √(2 S / π n) = .013, and .05 is far off
    const settings = { ...preset("frustrated"), temperature: 1 };
    for (const dynamics of ["glauber", "parallel"] as const) {
      const counts = new Float64Array(8);
      const [n, every] = [6000, dynamics === "glauber" ? 15 : 5];
      const engine = await start({ ...settings, dynamics });
      for (let t = 1; t <= n * every; t++) {
        await engine.advance();
        if (t % every === 0) counts[codeOf(engine.view().state)] += 1 / n;
      }
      engine.dispose?.();
      const machine = machineOf(settings);
      const laws = { glauber: boltzmannGibbs(machine, 1), parallel: parallelLaw(machine, 1) };
      const distance = (law: Float64Array) => law.reduce((sum, p, s) => sum + Math.abs(p - counts[s]), 0) / 2;
      expect(distance(laws[dynamics])).toBeLessThan(0.05);
      expect(distance(laws[dynamics === "glauber" ? "parallel" : "glauber"])).toBeGreaterThan(0.1);
    }
  });
});
