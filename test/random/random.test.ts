import { describe, expect, test } from "vitest";
import { createKernels } from "#src/kernels/threads.js";
import { log } from "#src/math/log.js";
import { logistic32 } from "#src/math/logistic.js";
import { keyOf } from "#src/random/draw.js";
import { philox } from "#src/random/philox.js";
import { randomStream, shuffledOrder } from "#src/random/stream.js";

describe("Philox4x32-10", () => {
  // the three vectors of philox4x32 10 in kat_vectors of Random123 1.09
  test.each([
    ["0 0 0 0 | 0 0", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
    ["ffffffff ffffffff ffffffff ffffffff | ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
    ["243f6a88 85a308d3 13198a2e 03707344 | a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
  ])("known answer: %s", (input, expected) => {
    const [c0, c1, c2, c3, k0, k1] = input.split(/[ |]+/).map((hex) => Number.parseInt(hex, 16)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const words = philox(new Uint32Array(4), c0, c1, c2, c3, k0, k1);
    expect(Array.from(words, (word) => word.toString(16)).join(" ")).toBe(expected);
  });

  test("a seed up to 2^53 − 1 is its 64-bit key", () => {
    expect(keyOf(2 ** 53 - 1)).toEqual([0xffffffff, 0x1fffff]);
    expect(keyOf(7)).toEqual([7, 0]);
  });
});

describe("streams", () => {
  test("the same seed and purpose repeat; another purpose, number or seed differs", () => {
    const first = (...args: Parameters<typeof randomStream>) => Array.from({ length: 9 }, randomStream(...args).word);
    expect(first(3, "shuffle", 1)).toEqual(first(3, "shuffle", 1));
    const others = [
      first(3, "weights", 1),
      first(3, "shuffle", 2),
      first(4, "shuffle", 1),
      first(3 + 2 ** 32, "shuffle", 1),
    ];
    for (const other of others) expect(other).not.toEqual(first(3, "shuffle", 1));
  });

  test("index(6) is uniform: χ² of 60,000 draws below 20.5 (p = 0.001, 5 degrees of freedom)", () => {
    const random = randomStream(1, "data");
    const counts = new Float64Array(6);
    for (let i = 0; i < 60_000; i++) counts[random.index(6)]++;
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });

  test("normal(): mean, variance, skewness and fourth moment within 4 standard errors of 0, 1, 0, 3", () => {
    const random = randomStream(2, "data");
    const n = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      moments.forEach((_, p) => {
        moments[p] += x ** (p + 1) / n;
      });
    }
    // variances of x, x², x³, x⁴ under the normal law: 1, 2, 15, 96
    const expected = [0, 1, 0, 3];
    [1, 2, 15, 96].forEach((variance, p) => {
      expect(Math.abs(moments[p] - expected[p])).toBeLessThan(4 * Math.sqrt(variance / n));
    });
  });

  test("shuffledOrder is a permutation, and each case comes first about equally often", () => {
    const firsts = new Float64Array(5);
    for (let s = 0; s < 5000; s++) {
      const order = shuffledOrder(randomStream(s, "shuffle"), 5);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      firsts[order[0]]++;
    }
    expect(firsts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(18.5);
  });
});

test("log differs from Math.log by less than 1e-15 + 4e-16 relative, from 1e-300 to 1e300", () => {
  const random = randomStream(5, "data");
  for (let i = 0; i < 20_000; i++) {
    const x = i % 2 ? 10 ** (600 * random.uniform() - 300) : 0.5 + random.uniform();
    expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(1e-15 + 4e-16 * Math.abs(Math.log(x)));
  }
});

test("logistic32 differs from float64 by less than 1.5e-7 on [−30, 30], stays in (0, 1], and wasm gives the same bits", async () => {
  const units = 4096;
  const x = Float32Array.from({ length: units }, (_, i) => (i - 2048) / 64 + Math.sin(i) / 100);
  x.set([0, -0, 87, -87, 200, -200, 1e-30, -1e-30]);
  const ours = x.map(logistic32);
  x.forEach((value, i) => {
    expect(Math.abs(ours[i] - 1 / (1 + Math.exp(-value)))).toBeLessThan(1.5e-7);
    expect(ours[i]).toBeGreaterThan(0);
    expect(ours[i]).toBeLessThanOrEqual(1);
  });
  const kernels = await createKernels();
  const bias = kernels.vector(units);
  bias.write(x);
  const mean = kernels.field(1, units);
  const from = kernels.states(1, 1);
  from.write(new Uint8Array(1));
  kernels.conditional({ cases: 1, from, weights: kernels.matrix(1, units), bias, mean });
  expect(mean.read(1)).toEqual(ours);
});
