import { describe, expect, test } from "vitest";
import { forwardEstimate } from "#src/evaluate/ais.js";
import { type AnnealedChains, cool, heat, type Run } from "#src/evaluate/annealed-chains.js";
import { networkLogPartition } from "#src/evaluate/equilibrium.js";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { watched } from "#src/evaluate/watch.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { randomStream } from "#src/random/stream.js";
import { strongRbm } from "../oracles/enumerate.js";
import { type ExactPath, exactChains, networkPath, rbmPath } from "../oracles/exact-chains.js";

const run: Run = { seed: 1, number: 0, firstChain: 0 };
const random = randomStream(6, "data");
const rbm = strongRbm(4, 3, 5, 1.2);
const machine = createBoltzmann(
  Array.from({ length: 16 }, () => random.normal()),
  [0.5, -1, 0.2, 1.5],
  { symmetrize: true },
);
const base = [0.3, -0.7, 1.1, -0.2];
const paths: [string, ExactPath, number][] = [
  ["an RBM", rbmPath(rbm, base), exactLogPartition(rbm)],
  ["a general machine", networkPath(machine, base), networkLogPartition(machine)],
];
const schedules = [
  [0, 1],
  [0, 0.2, 1],
  [0, 0.01, 0.3, 0.35, 0.9, 0.99, 1],
  Array.from({ length: 31 }, (_, k) => k / 30),
];

function result<T>(steps: Generator<unknown, T, void>): T {
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

describe.each(paths)("the drivers' loops, with the whole distribution of %s in place of chains", (_, path, logZ) => {
  test.each(schedules.map((betas) => [betas.length - 1, betas]))(
    "%i steps: the mean weight is Z / Z_0 forwards and Z_0 / Z backwards, to 1e-12",
    (_steps, betas) => {
      const chains = exactChains(path);
      chains.drawBase(1, run);
      const [forward] = result(heat(chains, Float64Array.from(betas), run));
      expect(Math.abs(forward + path.logZ0 - logZ)).toBeLessThan(1e-12);
      // from the exact law of the machine
      chains.law = path.logs(1).map((x) => Math.exp(x - logZ));
      const [back] = result(cool(chains, Float64Array.from(betas), run));
      expect(Math.abs(path.logZ0 - back - logZ)).toBeLessThan(1e-12);
    },
  );

  test("planted bug: moving first and weighing after is seen at every number of steps, and is too large", () => {
    for (const betas of schedules.slice(1)) {
      const chains = exactChains(path);
      chains.drawBase(1, run);
      const [wrong] = result(heat(movesFirst(chains), Float64Array.from(betas), run));
      expect(wrong + path.logZ0 - logZ).toBeGreaterThan(1e-3);
    }
  });

  test("planted bug: a way back that stops one short is seen", () => {
    const betas = schedules[2];
    const chains = exactChains(path);
    chains.law = path.logs(1).map((x) => Math.exp(x - logZ));
    const [short] = result(cool(chains, Float64Array.from(betas.slice(1)), run));
    expect(Math.abs(path.logZ0 - short - logZ)).toBeGreaterThan(1e-3);
  });

  test("a sweep backwards is the time reversal: f(s) T(s, s′) = f(s′) T̃(s′, s), to 1e-13", () => {
    const beta = 0.6;
    const f = path.logs(beta).map(Math.exp);
    const [T, back] = [path.matrix(beta, false), path.matrix(beta, true)];
    let most = 0;
    f.forEach((p, s) => {
      f.forEach((q, t) => {
        most = Math.max(most, Math.abs(p * T[s][t] - q * back[t][s]) / Math.max(p, q));
      });
    });
    expect(most).toBeLessThan(1e-13);
  });
});

/** The same chains with the two halves of a step in the wrong order. */
function movesFirst(chains: AnnealedChains): AnnealedChains {
  return {
    ...chains,
    advance(from, to, move) {
      if (move) chains.move(to, move);
      return chains.advance(from, to);
    },
  };
}

test("the published size of that bug: + 0.09 at 10 steps, falling as 1 / steps", () => {
  const path = rbmPath(strongRbm(4, 3, 2), [0, 0, 0, 0]);
  const logZ = exactLogPartition(strongRbm(4, 3, 2));
  const excess = [10, 100].map((steps) => {
    const chains = exactChains(path);
    chains.drawBase(1, run);
    const betas = Float64Array.from({ length: steps + 1 }, (_, k) => k / steps);
    return result(heat(movesFirst(chains), betas, run))[0] + path.logZ0 - logZ;
  });
  expect(excess[0] / excess[1]).toBeGreaterThan(8);
  expect(excess[0] / excess[1]).toBeLessThan(12);
});

test("work reports, breathes and stops when it is told to, with the signal's reason", async () => {
  const chains = { ...exactChains(paths[0][1]), capacity: 3 };
  const betas = Float64Array.from({ length: 2001 }, (_, k) => k / 2000);
  const stages: string[] = [];
  const controller = new AbortController();
  const work = watched(forwardEstimate(chains, betas, 1, 1), {
    onProgress({ stage, done, of }) {
      stages.push(stage);
      expect(done).toBeLessThanOrEqual(of);
      controller.abort(new Error("enough"));
    },
    signal: controller.signal,
  });
  await expect(work).rejects.toThrow("enough");
  expect(stages).toEqual(["forward"]);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await watched(forwardEstimate(chains, betas, 1, 1));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});
