import { expect, test } from "vitest";
import { exp } from "#src/math/exp.js";
import { log } from "#src/math/log.js";
import { randomStream } from "#src/random/stream.js";

test("exp differs from Math.exp by less than 5e-16 relative, from e^−708 to e^709, and log undoes it", () => {
  const random = randomStream(6, "data");
  for (let i = 0; i < 20_000; i++) {
    const x = i % 2 ? 1416 * random.uniform() - 708 : 4 * random.uniform() - 2;
    expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(5e-16);
    expect(Math.abs(log(exp(x)) - x)).toBeLessThan(5e-16 * (1 + Math.abs(x)));
  }
});

test("exp at its ends: 1 at 0, 0 and Infinity beyond the normal numbers, NaN for NaN", () => {
  expect([0, -0, -709, -1e300, 710, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map(exp)).toEqual([
    1,
    1,
    0,
    0,
    Number.POSITIVE_INFINITY,
    0,
    Number.POSITIVE_INFINITY,
  ]);
  expect(exp(Number.NaN)).toBeNaN();
});
