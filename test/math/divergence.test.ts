import { expect, test } from "vitest";
import { klDivergence } from "#src/math/divergence.js";

test("known answers, nats", () => {
  expect(klDivergence([0.5, 0.5], [0.5, 0.5])).toBe(0);
  expect(klDivergence([1, 0], [0.5, 0.5])).toBeCloseTo(Math.LN2, 15);
  expect(klDivergence([0.25, 0.75], [0.5, 0.5])).toBeCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), 15);
  // geometric laws, p_k = (1 − a) a^k: ln((1 − a) / (1 − b)) + a / (1 − a) ln(a / b)
  const geometric = (a: number) => Array.from({ length: 200 }, (_, k) => (1 - a) * a ** k);
  expect(klDivergence(geometric(0.5), geometric(0.7))).toBeCloseTo(Math.log(0.5 / 0.3) + Math.log(0.5 / 0.7), 13);
});

test("zeros: p log p is 0 at 0; what the model forbids costs infinitely much", () => {
  expect(klDivergence([1, 0, 0], [0.25, 0.75, 0])).toBeCloseTo(Math.log(4), 15);
  expect(klDivergence([0.5, 0.5], [1, 0])).toBe(Number.POSITIVE_INFINITY);
});

test("laws that are nearly equal keep their digits, and the result is never negative", () => {
  // Σ (p − q)² / (2 p) to the first order
  const got = klDivergence([0.5, 0.5], [0.5 + 1e-7, 0.5 - 1e-7]);
  expect(got / 2e-14).toBeCloseTo(1, 1);
  expect(klDivergence([0.1, 0.2, 0.7], [0.1, 0.2 + 1e-12, 0.7 - 1e-12])).toBeGreaterThanOrEqual(-1e-27);
});

test.each<[string, () => unknown, RegExp]>([
  ["other states", () => klDivergence([1], [0.5, 0.5]), /got 1 and 2 states/],
  ["a negative number", () => klDivergence([1.5, -0.5], [0.5, 0.5]), /p of state 1: got -0.5; expected a probability/],
  ["NaN", () => klDivergence([0.5, 0.5], [Number.NaN, 1]), /q of state 0: got NaN/],
  ["counts", () => klDivergence([3, 5], [0.5, 0.5]), /klDivergence: p: got the sum 8; expected probabilities that sum/],
])("refused: %s", (_, make, message) => {
  expect(make).toThrow(message);
});
