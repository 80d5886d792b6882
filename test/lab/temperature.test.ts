import { describe, expect, test } from "vitest";
import { anneal, energiesOf, equilibrium, networkSampler, withResidentNetwork } from "#src/index.js";
import { machineOf } from "../../lab/networks/couplings.js";
import { start, type TemperatureView } from "../../lab/pages/temperature/engine.js";
import { couplingsOf, fields, type Settings, STAGES, scheduleOf } from "../../lab/pages/temperature/fields.js";
import { quantitiesAt, thermodynamics } from "../../lab/pages/temperature/thermodynamics.js";

const base = Object.fromEntries(
  Object.entries(fields).map(([name, { initial }]) => [name, initial]),
) as unknown as Settings;
const networks = ["glass", "ring", "lattice", "hopfield"] as const;

async function run(settings: Settings): Promise<TemperatureView> {
  const engine = await start(settings);
  let ticks = 0;
  while (await engine.advance()) ticks++;
  const view = engine.view();
  expect([ticks, view.tick]).toEqual([view.sweeps, view.sweeps]);
  engine.dispose?.();
  return view;
}

describe("the page of temperature", () => {
  for (const network of networks) {
    test(`${network}: C = dU/dT, S = −dF/dT, and F = U − T S`, () => {
      const machine = machineOf(couplingsOf({ network, glass: 7 }));
      const step = 1e-3;
      for (const T of [0.5, 1.5, 4]) {
        const [below, here, above] = [T - step, T, T + step].map((t) => quantitiesAt(machine, t));
        if (!below || !here || !above) throw new Error();
        expect((above.energy - below.energy) / (2 * step)).toBeCloseTo(here.heatCapacity, 3);
        expect(-(above.freeEnergy - below.freeEnergy) / (2 * step)).toBeCloseTo(here.entropy, 3);
        expect(here.energy - T * here.entropy).toBeCloseTo(here.freeEnergy, 9);
      }
      const exact = thermodynamics(machine);
      const { states } = equilibrium(machine, { top: 3 });
      expect(exact.ground).toBe(states[0]?.energy);
      // at T = 0.1 what is left is the number of ground states
      if (network !== "glass") expect(exact.entropy[0]).toBeCloseTo(Math.log(exact.groundStates), 3);
    });
  }

  test("Ising ring: log Z is that of the transfer matrix", () => {
    // Z of spins = (2 cosh β)^12 + (2 sinh β)^12, and E of the machine is the spins' plus Σ J = 12
    const machine = machineOf(couplingsOf({ network: "ring", glass: 0 }));
    for (const T of [0.7, 2]) {
      const spins = Math.log((2 * Math.cosh(1 / T)) ** 12 + (2 * Math.sinh(1 / T)) ** 12);
      expect(quantitiesAt(machine, T).freeEnergy).toBeCloseTo(-T * spins + 12, 8);
    }
  });

  test("the run is anneal's, bit for bit", async () => {
    const view = await run(base);
    const machine = machineOf(couplingsOf(base));
    await withResidentNetwork(machine, {}, (resident) => {
      const sampler = networkSampler(resident, { dynamics: "glauber" });
      const state = sampler.init(base.seed, base.replicas);
      anneal(sampler, state, scheduleOf(base));
      const energies = energiesOf(resident, base.replicas)(state.states, base.replicas);
      const mean = energies.reduce((sum, energy) => sum + energy, 0) / base.replicas;
      expect(view.measured.at(-1)?.energy).toBe(mean);
      const ground = energies.filter((energy) => energy < view.exact.ground + 0.01).length / base.replicas;
      expect(view.found).toBe(ground);
    });
    expect(view.histogram.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  for (const network of networks) {
    test(`${network}: what slow cooling measures is the exact value while it is hot`, async () => {
      const view = await run({ ...base, network, sweeps: 40 });
      expect(view.measured).toHaveLength(STAGES);
      const hot = view.measured.filter(({ temperature }) => temperature > 2);
      expect(hot.length).toBeGreaterThan(5);
      let wrong = 0;
      hot.forEach((one, k) => {
        // 5 standard errors for each of some 30 values
        expect(Math.abs(one.energy - one.exact.energy)).toBeLessThan(5 * one.standardError);
        expect(Math.abs(one.freeEnergy - one.exact.freeEnergy)).toBeLessThan(5 * one.freeEnergyError);
        expect(one.freeEnergyError).toBeLessThan(0.2 * one.temperature);
        expect(one.heatCapacity / one.exact.heatCapacity).toBeGreaterThan(0.6);
        expect(one.heatCapacity / one.exact.heatCapacity).toBeLessThan(1.6);
        // a planted bug: the temperature of the stage before
        const before = hot[k - 1];
        if (before && Math.abs(one.freeEnergy - before.exact.freeEnergy) > 5 * one.freeEnergyError) wrong++;
      });
      expect(wrong).toBeGreaterThan(hot.length / 2);
    });
  }

  test("slow cooling finds the ground state more often than a quench does", async () => {
    const { found, quenchedFound } = await run(base);
    // a share of 400 has a deviation of .025 at most
    expect(found - quenchedFound).toBeGreaterThan(0.1);
    const sudden = await run({ ...base, schedule: [0.1] });
    expect(Math.abs(sudden.found - sudden.quenchedFound)).toBe(0);
  });

  test("stages of equal temperature are one; what is missing is as the last", () => {
    expect(scheduleOf({ schedule: [3, 1, 1, 0.5], sweeps: 2 })).toEqual([
      { steps: 2, temperature: 3 },
      { steps: 4, temperature: 1 },
      { steps: 2 * (STAGES - 3), temperature: 0.5 },
    ]);
  });
});
