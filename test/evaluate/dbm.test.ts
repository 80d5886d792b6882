import { describe, expect, test } from "vitest";
import { dbmBound, exactDbmLogLikelihoods, variationalBounds } from "#src/evaluate/dbm-bound.js";
import { dbmLogPartition } from "#src/evaluate/dbm-partition.js";
import { freeEnergies } from "#src/evaluate/free-energy.js";
import { startMeanField } from "#src/evaluate/mean-field.js";
import { createKernels } from "#src/kernels/threads.js";
import { type Dbm, dbmAsRbm, rbmAsDbm } from "#src/machines/dbm.js";
import { residentDbm } from "#src/machines/resident-dbm.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";
import { binaryData, dbmLaw, naiveLog, strongDbm } from "../oracles/exact-dbm.js";

const shapes = [
  [5, 4],
  [5, 3, 4],
  [4, 3, 3, 2],
  [3, 2, 3, 2, 3],
];
const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
const entropy = (m: number): number => (m <= 0 || m >= 1 ? 0 : -m * Math.log(m) - (1 - m) * Math.log(1 - m));

/** The means of mean field for v, settled as far as float32 goes. */
async function meansOf(dbm: Dbm, v: Uint8Array, iterations = 1000): Promise<number[][]> {
  const kernels = await createKernels();
  const resident = residentDbm(kernels, dbm);
  const visible = kernels.states(1, v.length);
  visible.write(v);
  const { layers } = startMeanField(resident, 1)(visible, 1, { iterations, tolerance: 0 });
  return layers.map((layer) => Array.from(layer.read(1)));
}

/** The bound on log P(v) + log Z for any means. */
function boundOf(dbm: Dbm, means: readonly ArrayLike<number>[]): number {
  const entropies = means.slice(1).flatMap((m) => Array.from(m, entropy));
  return naiveLog(dbm, means) + entropies.reduce((a, b) => a + b, 0);
}

describe.each(shapes.map((layers) => [layers] as const))("layers %j", (layers) => {
  const dbm = strongDbm(layers, 3);
  const { logZ, visible } = dbmLaw(dbm);
  const cases = allStates(layers[0]);

  test("log Z is that of all states", async () => {
    const exact = await dbmLogPartition(dbm);
    expect(exact.method).toBe("exact");
    expect(exact.value).toBeCloseTo(logZ, 9);
  });

  test("log P(v) of every v", () => {
    const logs = exactDbmLogLikelihoods(
      dbm,
      cases.flatMap((v) => [...v]),
    );
    cases.forEach((_, code) => {
      expect(logs[code]).toBeCloseTo(Math.log(visible[code]), 9);
    });
  });

  test("mean field ends at a fixed point of its equations", async () => {
    for (const v of cases) {
      const m = await meansOf(dbm, v);
      m.forEach((means, l) => {
        if (l === 0) return;
        means.forEach((mean, j) => {
          let input = dbm.biases[l][j];
          m[l - 1].forEach((x, i) => {
            input += x * dbm.weights[l - 1][i * means.length + j];
          });
          m[l + 1]?.forEach((x, k) => {
            input += x * dbm.weights[l][j * m[l + 1].length + k];
          });
          // float32; where the map is steep, a last digit goes round for ever
          expect(Math.abs(mean - sigma(input))).toBeLessThan(2e-6);
        });
      });
    }
  });

  test("every pass raises the bound, which is below log P(v) for every v", async () => {
    for (const [code, v] of cases.entries()) {
      let last = Number.NEGATIVE_INFINITY;
      for (const passes of [0, 1, 2, 3, 5, 10, 100]) {
        const bound = boundOf(dbm, await meansOf(dbm, v, passes)) - logZ;
        expect(bound).toBeGreaterThan(last - 1e-5);
        last = bound;
      }
      expect(last).toBeLessThan(Math.log(visible[code]) + 1e-5);
    }
  });

  test("bounds are those of the means, and with log Z their mean, bracket and error", async () => {
    const data = binaryData(cases);
    const { unnormalised, iterations, change } = await variationalBounds(dbm, data);
    const own = await Promise.all(cases.map(async (v) => boundOf(dbm, await meansOf(dbm, v))));
    own.forEach((bound, code) => {
      expect(Math.abs((unnormalised[code] as number) - bound)).toBeLessThan(2e-4);
    });
    expect(change).toBeLessThanOrEqual(iterations === 100 ? 1 : 1e-5);
    const bound = await dbmBound(dbm, data);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    const variance = own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (own.length - 1);
    expect(bound.mean).toBeCloseTo(mean - logZ, 3);
    expect(bound.standardError).toBeCloseTo(Math.sqrt(variance / own.length), 3);
    expect([bound.lower, bound.upper]).toEqual([bound.mean, bound.mean]);
  });
});

test("with one hidden layer the bound is log P(v) of the RBM", async () => {
  const rbm = strongRbm(5, 4);
  const data = binaryData(allStates(5));
  const { unnormalised, iterations } = await variationalBounds(rbmAsDbm(rbm), data);
  expect(iterations).toBe(0);
  const energies = await freeEnergies(rbm, data);
  unnormalised.forEach((bound, n) => {
    expect(bound).toBeCloseTo(-(energies[n] as number), 4);
  });
});

test("a bracket of log Z is carried over: low log Z flatters", async () => {
  const dbm = strongDbm([4, 3, 2]);
  const { logZ } = dbmLaw(dbm);
  const logPartition = { value: logZ, lower: logZ - 2, upper: logZ + 1, method: "ais", warnings: [] } as const;
  const bound = await dbmBound(dbm, binaryData(allStates(4)), { logPartition });
  expect(bound.upper - bound.mean).toBeCloseTo(2, 10);
  expect(bound.mean - bound.lower).toBeCloseTo(1, 10);
});

test("log Z by annealing agrees with the exact one, with and without data for the base", async () => {
  const dbm = strongDbm([12, 9, 11, 8], 4, 0.6);
  const exact = (await dbmLogPartition(dbm)).value;
  const data = binaryData(
    Array.from({ length: 40 }, (_, n) => Array.from({ length: 12 }, (_, i) => (n >> (i % 6)) & 1)),
  );
  for (const options of [{}, { data }]) {
    const { value, combined, lower, upper } = await dbmLogPartition(dbm, {
      ...options,
      method: "ais",
      chains: 200,
      temperatures: 300,
    });
    // six standard errors: one run in 10^8 is farther off by chance
    expect(Math.abs(value - exact)).toBeLessThan(6 * (combined?.error as number));
    expect(lower).toBeLessThan(exact);
    expect(upper).toBeGreaterThan(exact);
  }
});

test("a batch of one case, and data of another width", async () => {
  const dbm = strongDbm([4, 3, 2]);
  const one = binaryData([[1, 0, 1, 1]]);
  const all = binaryData(allStates(4));
  const [alone, together] = await Promise.all([variationalBounds(dbm, one), variationalBounds(dbm, all)]);
  expect(Math.abs((alone.unnormalised[0] as number) - (together.unnormalised[0b1101] as number))).toBeLessThan(1e-5);
  expect((await dbmBound(dbm, one)).standardError).toBeNaN();
  await expect(dbmBound(dbm, binaryData([[1, 0, 1]]))).rejects.toThrow("4, the model's visible units");
  await expect(dbmLogPartition(dbm, { data: binaryData([[1, 0, 1]]) })).rejects.toThrow("4, the model's visible units");
});

test("a machine too large for exact log-likelihoods is refused", () => {
  const large = strongDbm([3, 26, 26]);
  expect(() => exactDbmLogLikelihoods(large, [1, 0, 1])).toThrow("26 units");
  expect(dbmAsRbm(large).hidden).toBe(26);
});
