import { describe, expect, test } from "vitest";
import { agreement, asymmetry, jacobian, pathIntegral, rectangle, type VectorField } from "#src/math/vector-field.js";
import { refusal } from "../data/refusal.js";

const at = Float64Array.of(0.3, -0.7, 1.1);

/** ∇ of x² y + sin(y z). */
const gradient: VectorField = ([x = 0, y = 0, z = 0]) =>
  Float64Array.of(2 * x * y, x * x + z * Math.cos(y * z), y * Math.cos(y * z));
/** The same with a part that no function has as its gradient. */
const twisted: VectorField = (point) => gradient(point).map((f, p) => (p === 0 ? f - 0.01 * (point[1] as number) : f));

describe("the Jacobian", () => {
  test("is that of the formulas, to 1e-11", () => {
    const [x, y, z] = at as unknown as [number, number, number];
    const [c, s] = [Math.cos(y * z), Math.sin(y * z)];
    const mixed = c - y * z * s;
    const expected = [2 * y, 2 * x, 0, 2 * x, -z * z * s, mixed, 0, mixed, -y * y * s];
    jacobian(gradient, at).forEach((value, n) => {
      expect(Math.abs(value - (expected[n] as number))).toBeLessThan(1e-11);
    });
  });

  test("of a gradient is symmetric, and a planted twist of a hundredth is seen", () => {
    expect(asymmetry(jacobian(gradient, at))).toBeLessThan(1e-11);
    expect(asymmetry(jacobian(twisted, at))).toBeGreaterThan(1e-3);
    // a rotation is nothing but asymmetry
    expect(asymmetry(Float64Array.of(0, -1, 1, 0))).toBeCloseTo(2, 12);
  });
});

describe("integrals along a path", () => {
  test("of a gradient: the difference of heights, and nothing round a closed one", () => {
    const height = ([x = 0, y = 0, z = 0]: ArrayLike<number> & Iterable<number>) => x * x * y + Math.sin(y * z);
    const corners = [at, Float64Array.of(1, 1, 1), Float64Array.of(-1, 2, 0)];
    const open = pathIntegral(gradient, corners);
    expect(Math.abs(open.value - (height(corners[2] as Float64Array) - height(at)))).toBeLessThan(1e-12);
    const closed = pathIntegral(gradient, [...corners, at]);
    expect(Math.abs(closed.value)).toBeLessThan(1e-12);
    expect(closed.error).toBeLessThan(1e-11);
  });

  test("round a rectangle: the twist times its area [Green], at each step of the way", () => {
    const { value, error, along } = pathIntegral(twisted, rectangle(at, [0, 1], [2, 3]), 4);
    expect(Math.abs(value - 0.06)).toBeLessThan(1e-12);
    expect(error).toBeLessThan(1e-7);
    expect(along).toHaveLength(1 + 4 * 4);
    expect(along.at(-1)).toEqual([10, value]);
  });

  test("say how far they may be off", () => {
    // few pieces for such a bump
    const bump: VectorField = ([x = 0]) => Float64Array.of(1 / (0.01 + x * x), 0, 0);
    const line = [Float64Array.of(-1, 0, 0), Float64Array.of(1.1, 0, 0)];
    const exact = 10 * (Math.atan(10) + Math.atan(11));
    for (const pieces of [4, 8, 16, 32]) {
      const { value, error } = pathIntegral(bump, line, pieces);
      expect(Math.abs(value - exact)).toBeLessThan(error + 1e-9);
    }
  });

  test("are refused without corners, with an odd number of pieces, in a plane of one parameter", async () => {
    expect((await refusal(() => pathIntegral(gradient, [at]))).kind).toBe("shape");
    expect((await refusal(() => pathIntegral(gradient, [at, at], 3))).kind).toBe("option");
    expect((await refusal(() => rectangle(at, [1, 1], [1, 1]))).message).toContain("from 0 to 2");
    expect((await refusal(() => rectangle(at, [0, 3], [1, 1]))).kind).toBe("option");
  });
});

test("agreement of directions, by hand", () => {
  const same = agreement([2, 0, -2], [1, 0, -1]);
  expect(same.cosine).toBeCloseTo(1, 12);
  expect(same).toMatchObject({ relativeBias: 1, equalSigns: 1 });
  // where the truth is 0 no sign is right or wrong
  expect(agreement([1, 5, 1, -1], [1, 0, 1, 1]).equalSigns).toBeCloseTo(2 / 3, 12);
  expect(agreement([0, 1], [1, 0])).toEqual({ cosine: 0, relativeBias: Math.SQRT2, equalSigns: 0 });
});
