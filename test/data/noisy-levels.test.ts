import { expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { encoderPatterns } from "#src/data/encoder.js";
import { noisyLevels } from "#src/data/noisy-levels.js";
import { referenceKernels } from "#src/kernels/reference.js";
import { refusal } from "./refusal.js";

const noise = { onToOff: 0.15, offToOn: 0.05 };

test("a bit that is on has level 1 − onToOff, one that is off offToOn", () => {
  const clean = encoderPatterns(2);
  const { levels, ...rest } = noisyLevels(clean, noise);
  expect(levels).toEqual(Float32Array.of(0.85, 0.05, 0.85, 0.05, 0.05, 0.85, 0.05, 0.85));
  expect(rest).toMatchObject({ name: "encoder:2, noise 0.15/0.05", cases: 2, units: 4, labels: clean.labels });
  expect(clean.levels[0]).toBe(255);
});

test("grey levels: the noise after the draw of the bit", () => {
  const levels = Float32Array.of(0, 0.5, 1);
  const noisy = noisyLevels({ name: "n", cases: 1, units: 3, levels }, { onToOff: 0.5, offToOn: 0.25 });
  expect(noisy.levels).toEqual(Float32Array.of(0.25, 0.375, 0.5));
});

test("no noise changes no level; certain noise turns all bits round", () => {
  const clean = barsAndStripes(3);
  const bits = Float32Array.from(clean.levels, (level) => level / 255);
  expect(noisyLevels(clean, { onToOff: 0, offToOn: 0 }).levels).toEqual(bits);
  expect(noisyLevels(clean, { onToOff: 1, offToOn: 1 }).levels).toEqual(bits.map((bit) => 1 - bit));
});

test("bits clamped from the levels have the two rates of noise, drawn anew in each step", () => {
  const { levels, units, cases } = noisyLevels(encoderPatterns(4), noise);
  const kernels = referenceKernels();
  const out = kernels.states(cases, units);
  const rows = Uint32Array.of(0, 1, 2, 3);
  const steps = 3000;
  const changed = { on: 0, off: 0 };
  for (let step = 0; step < steps; step++) {
    kernels.clamp({ levels, units, rows, mode: "sample", draw: { seed: 1, purpose: "clamp", step }, out });
    out.read(cases).forEach((bit, i) => {
      if (levels[i] === Math.fround(0.85)) changed.on += 1 - bit;
      else changed.off += bit;
    });
  }
  // 5 standard errors: P(false alarm) < 1.2e-6 for the two
  const z = (count: number, n: number, p: number) => (count - n * p) / Math.sqrt(n * p * (1 - p));
  expect(Math.abs(z(changed.on, 8 * steps, 0.15))).toBeLessThan(5);
  expect(Math.abs(z(changed.off, 24 * steps, 0.05))).toBeLessThan(5);
  // it can fail: the two rates exchanged
  expect(Math.abs(z(changed.on, 8 * steps, 0.05))).toBeGreaterThan(5);
});

test.each([
  { onToOff: -0.1, offToOn: 0 },
  { onToOff: 0, offToOn: 1.01 },
  { onToOff: Number.NaN, offToOn: 0 },
])("refuses %j", async (bad) => {
  const error = await refusal(() => noisyLevels(encoderPatterns(2), bad));
  expect(error.kind).toBe("option");
  expect(error.message).toMatch(/^(onToOff|offToOn): got .*expected a probability from 0 to 1$/);
});
