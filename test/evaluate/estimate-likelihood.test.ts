import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import { annealedImportanceSampling } from "#src/evaluate/ais.js";
import { logLikelihood } from "#src/evaluate/estimate-likelihood.js";
import { exactLogPartition, logLikelihoods } from "#src/evaluate/log-partition.js";
import { raise } from "#src/evaluate/raise.js";
import { asRbm, parseModel } from "#src/io/model.js";
import { mean } from "#src/math/statistics.js";
import { loadData } from "#src/node/load-data.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";

const rbm = strongRbm(6, 5, 2, 0.9);
const levels = Uint8Array.from(allStates(6).flatMap((s) => [...s].map((bit) => 255 * bit)));
const data: Dataset = { name: "all states", cases: 64, units: 6, levels };

describe("the mean log-likelihood", () => {
  test("of a machine that is summed is exact, and has no bracket", async () => {
    const exact = await logLikelihoods(rbm, data, exactLogPartition(rbm));
    const found = await logLikelihood(rbm, data);
    expect(found.mean).toBeCloseTo(mean(exact), 6);
    expect([found.lower, found.upper]).toEqual([found.mean, found.mean]);
    expect(found.logPartition.method).toBe("exact");
  });

  test("with an estimated log Z: log Z's upper end is its lower one; a log Z that is given is used", async () => {
    const exact = mean(await logLikelihoods(rbm, data, exactLogPartition(rbm)));
    const found = await logLikelihood(rbm, data, { method: "ais", chains: 200, seed: 3, baseData: data });
    const { value, lower, upper } = found.logPartition;
    expect(found.lower).toBeCloseTo(found.mean - (upper - value), 10);
    expect(found.upper).toBeCloseTo(found.mean + (value - lower), 10);
    expect(found.lower).toBeLessThan(exact);
    expect(found.upper).toBeGreaterThan(exact);
    const again = await logLikelihood(rbm, data, { logPartition: found.logPartition });
    expect(again.mean).toBe(found.mean);
  });

  test("data of another width are refused", async () => {
    const narrow = { ...data, units: 5 };
    await expect(logLikelihood(rbm, narrow)).rejects.toThrow("logLikelihood: got all states with 5 units a case");
    expect(() => raise(rbm, narrow)).toThrow("raise: got all states with 5 units a case");
    expect(() => raise(rbm, data, { chains: 0 })).toThrow("chains: got 0");
  });
});

test("RAISE of all states, a long path and 100 chains each: within 0.05 nats of log P(v), and the mean not above it by 0.01", async () => {
  const exact = await logLikelihoods(rbm, data, exactLogPartition(rbm));
  const found = await raise(rbm, data, { chains: 100, temperatures: 300, seed: 2 });
  const gaps = found.map((x, code) => x - exact[code]);
  for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.05);
  expect(mean(gaps)).toBeLessThan(0.01);
});

// kept beside the repository, not in it; without it this is skipped
const published = join(import.meta.dirname, "../../../shared/data/sm2008");

describe.skipIf(!existsSync(published))(
  "the published CD25(500) RBM of Salakhutdinov & Murray 2008 (needs their files in ../shared/data/sm2008)",
  () => {
    test("log Z by 100 chains of 500 linear steps is within 2 nats, about three of its errors, of the published 451.28", async () => {
      const file = join(published, "rbm_cd25_500.safetensors");
      const machine = asRbm(parseModel(readFileSync(file), file).machine, file);
      const test = await loadData(join(published, "test-images-idx3-ubyte.gz"));
      const options = { chains: 100, temperatures: 500, seed: 1, data: test, threads: 2 };
      const { value } = await annealedImportanceSampling(machine, options);
      expect(Math.abs(value - 451.28)).toBeLessThan(2);
    });
  },
);
