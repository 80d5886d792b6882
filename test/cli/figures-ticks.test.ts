import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Axis, epochAxis, linearAxis, logAxis } from "#cli/figures/ticks.js";

const number = fc.double({ min: -1e12, max: 1e12, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-12);
const several = fc.array(number, { minLength: 1, maxLength: 30 });

function demandSane(axis: Axis, values: readonly number[], mostTicks: number): void {
  expect(axis.ticks.length).toBeGreaterThan(0);
  expect(axis.ticks.length).toBeLessThanOrEqual(mostTicks);
  for (const { at } of axis.ticks) {
    expect(axis.place(at)).toBeGreaterThanOrEqual(-1e-6);
    expect(axis.place(at)).toBeLessThanOrEqual(1 + 1e-6);
  }
  for (const value of values) {
    expect(axis.place(value)).toBeGreaterThanOrEqual(-1e-6);
    expect(axis.place(value)).toBeLessThanOrEqual(1 + 1e-6);
  }
}

describe("axes", () => {
  it("hold all values and all their ticks", () => {
    fc.assert(fc.property(several, (values) => demandSane(linearAxis(values), values, 6)));
    const positive = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(positive, (values) => demandSane(logAxis(values), values, 8)));
    const epochs = fc.array(fc.integer({ min: 0, max: 100000 }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(epochs, (values) => demandSane(epochAxis(values), values, 6)));
  });

  it("has round ticks with labels that differ and mean the place", () => {
    expect(linearAxis([8.9, 50.3]).ticks.map((tick) => tick.label)).toEqual(["0", "20", "40"]);
    expect(linearAxis([-200, -68]).ticks.map((tick) => tick.label)).toEqual(["−200", "−150", "−100"]);
    expect(linearAxis([0.0121, 0.0123]).ticks.map((tick) => tick.label)).toEqual(["0.0121", "0.0122", "0.0123"]);
    expect(epochAxis([0, 32]).ticks.map((tick) => tick.label)).toEqual(["0", "10", "20", "30"]);
    expect(epochAxis([1, 60]).ticks.map((tick) => tick.label)).toEqual(["1", "20", "40", "60"]);
    expect(epochAxis([18, 60]).ticks.map((tick) => tick.label)).toEqual(["20", "40", "60"]);
    expect(epochAxis([0, 2]).ticks.map((tick) => tick.label)).toEqual(["0", "1", "2"]);
    expect(logAxis([0.02, 3]).ticks.map((tick) => tick.label)).toEqual(["0.01", "0.1", "1", "10"]);
    expect(logAxis([9, 50]).ticks.map((tick) => tick.label)).toEqual(["5", "10", "20", "50"]);
  });

  it("starts at 0 where the values come near it, and not where they do not", () => {
    expect(linearAxis([1, 10]).low).toBe(0);
    expect(linearAxis([9, 10]).low).toBeGreaterThan(8);
    expect(linearAxis([-3, 10]).low).toBeLessThan(-3);
  });

  it("is logarithmic where it says so", () => {
    const axis = logAxis([1, 100]);
    expect(axis.place(10)).toBeCloseTo((axis.place(1) + axis.place(100)) / 2, 12);
  });
});
