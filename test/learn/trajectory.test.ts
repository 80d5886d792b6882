import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { exactVisibleStates } from "#src/evaluate/exact-draws.js";
import { exactLogPartition, logLikelihoods } from "#src/evaluate/log-partition.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { adam, sgd } from "#src/learn/optimizer.js";
import { startPositive } from "#src/learn/rbm/phase.js";
import { acceptanceOf, type Reservoir } from "#src/learn/rbm/trajectory/chains.js";
import { backToFrozen, type FollowOptions, follow, noteEnergies } from "#src/learn/rbm/trajectory/follow.js";
import { copyReservoir, levelTimes } from "#src/learn/rbm/trajectory/freeze.js";
import type { TrajectoryOptions } from "#src/learn/rbm/trajectory/options.js";
import { logMassOf } from "#src/learn/rbm/trajectory/partition.js";
import { startTrajectory, type TrajectoryState } from "#src/learn/rbm/trajectory/state.js";
import { trajectoryTempering } from "#src/learn/rbm/trajectory.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { readRbm, residentRbm, writeParameters } from "#src/machines/resident.js";
import { randomStream } from "#src/random/stream.js";
import { codeOf, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels({ threads: 2 });
});
afterAll(() => kernels.dispose());

const usual: FollowOptions = { rounds: 1, freezeBelow: 0.3, rejectBelow: 0.1 };

/** Runs it to its end. */
function result<T>(work: Generator<void, T, void>): T {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

/** A machine, exact draws of it as its chains, and exact draws of the frozen machine as reservoir. */
function exactStart(machine: Rbm, frozen: Rbm, chains: number, reservoir: number) {
  const state = startTrajectory(kernels, 4, { chains, reservoir, k: 1 }, machine.visible, machine.hidden);
  const { parameters } = residentRbm(kernels, machine);
  writeParameters(state.frozen, frozen);
  const { states, energies } = state.pristine;
  states.write(exactVisibleStates(frozen, reservoir, 5));
  energies.set(state.chains.energiesOf(state.frozen, states, reservoir));
  copyReservoir(kernels, state.pristine, state.working);
  state.chains.states.write(exactVisibleStates(machine, chains, 6));
  noteEnergies(state, parameters);
  state.numbers.sinceFreeze = 5;
  return { state, parameters };
}

/** Moves every parameter by a normal number. */
function moved(rbm: Rbm, scale: number, seed: number): Rbm {
  const random = randomStream(seed, "data");
  const by = (x: Float32Array) => x.map((value) => value + scale * random.normal());
  const { weights, visibleBias, hiddenBias } = rbm;
  return { ...rbm, weights: by(weights), visibleBias: by(visibleBias), hiddenBias: by(hiddenBias) };
}

const chainBits = ({ chains, energies }: TrajectoryState) => chains.states.read(energies.length);
const bitsOf = ({ states, energies }: Reservoir) => states.read(energies.length);

/** Total variation of the states' histogram and a law, and what it stays below but for one case in a million. */
function totalVariation(bits: Uint8Array, law: readonly number[], visible: number) {
  const N = bits.length / visible;
  const counts = new Float64Array(law.length);
  for (let n = 0; n < N; n++) counts[codeOf(bits.subarray(n * visible, (n + 1) * visible))]++;
  const distance = law.reduce((sum, p, s) => sum + Math.abs(counts[s] / N - p), 0) / 2;
  // its mean, by Jensen's inequality, and McDiarmid's bound of what exceeds it: a draw moves it by 1 / N at most
  const mean = law.reduce((sum, p) => sum + Math.sqrt((p * (1 - p)) / N), 0) / 2;
  return { distance, bound: mean + Math.sqrt(Math.log(1e6) / (2 * N)) };
}

describe("exchanges and sweeps leave both laws as they are", () => {
  const frozen = strongRbm(6, 4, 5, 0.7);
  const machine = moved(frozen, 0.25, 8);

  test("20,000 exact chains, 40,000 exact samples: after four updates both histograms are within their bounds (1e-6)", () => {
    const { state, parameters } = exactStart(machine, frozen, 20_000, 40_000);
    for (let update = 0; update < 4; update++) {
      expect(result(follow(state, parameters, usual))).toBe("accepted");
      noteEnergies(state, parameters);
    }
    expect(state.numbers.acceptance).toBeGreaterThan(0.5);
    const chains = totalVariation(chainBits(state), visibleDistribution(machine), 6);
    expect(chains.distance).toBeLessThan(chains.bound);
    const reservoir = totalVariation(bitsOf(state.working), visibleDistribution(frozen), 6);
    expect(reservoir.distance).toBeLessThan(reservoir.bound);
    expect(bitsOf(state.working)).not.toEqual(bitsOf(state.pristine));
    // the reservoir's energies have moved with its members
    const energies = state.chains.energiesOf(state.frozen, state.working.states, 40_000);
    expect(Math.max(...energies.map((x, n) => Math.abs(x - state.working.energies[n])))).toBeLessThan(1e-3);
  });

  test("planted bug: exchanges by F of the machine alone, as if the reservoir had no law of its own, are seen", () => {
    const far = moved(frozen, 0.6, 8);
    const { state, parameters } = exactStart(far, frozen, 20_000, 40_000);
    const { energies, ...proposal } = state.chains.propose(parameters, state.frozen, state.working);
    const others = proposal.members.map(
      (row, n) => proposal.ratios[n] + proposal.frozenEnergies[n] - state.working.energies[row],
    );
    state.chains.exchange({ ...proposal, energies, ratios: Float64Array.from(others) }, state.working);
    const { distance, bound } = totalVariation(bitsOf(state.working), visibleDistribution(frozen), 6);
    expect(distance).toBeGreaterThan(2 * bound);
  });
});

describe("the acceptance that decides", () => {
  test("is that of the machine as it is, though the chains lag behind: within 0.02 of enumeration", () => {
    const frozen = strongRbm(6, 4, 5, 0.7);
    const machine = moved(frozen, 0.35, 9);
    const { state, parameters } = exactStart(frozen, frozen, 20_000, 20_000);
    writeParameters(parameters, machine);
    const { value, effective } = acceptanceOf(
      state.chains.propose(parameters, state.frozen, state.working),
      state.energies,
    );
    const [p, q] = [visibleDistribution(machine), visibleDistribution(frozen)];
    let exact = 0;
    p.forEach((px, x) => {
      p.forEach((py, y) => {
        exact += px * q[y] * Math.min(1, (py * q[x]) / (px * q[y]));
      });
    });
    expect(Math.abs(value - exact)).toBeLessThan(0.02);
    const ratios = p.map((px, x) => px / q[x]);
    expect(effective).toBeCloseTo(1 / ratios.reduce((sum, r, x) => sum + q[x] * r * r, 0), 1);
  });

  test("planted bug: without the lag every step seems small, also one that has to be rejected", () => {
    const frozen = strongRbm(6, 4, 5, 0.7);
    const far = { ...frozen, visibleBias: frozen.visibleBias.map((b, i) => b + (i % 2 ? 3 : -3)) };
    const { state, parameters } = exactStart(frozen, frozen, 2000, 2000);
    writeParameters(parameters, far);
    expect(result(follow(state, parameters, usual))).toBe("rejected");
    // as if the chains had been sampled where the machine is now
    noteEnergies(state, parameters);
    expect(result(follow(state, parameters, usual))).toBe("accepted");
  });
});

/** All units on, or all off, with a gap that Gibbs sweeps do not cross: 10 visible and 10 hidden units. P(on) is set by the visible bias. */
function twoModes(probabilityOn: number): Rbm {
  const rbm = createRbm(10, 10);
  rbm.weights.fill(3);
  rbm.hiddenBias.fill(-15);
  rbm.visibleBias.fill(-15 + Math.log(probabilityOn / (1 - probabilityOn)) / 10);
  return rbm;
}

const fractionOn = (bits: Uint8Array): number => {
  let on = 0;
  for (let n = 0; n < bits.length; n += 10) if (bits.subarray(n, n + 10).filter((bit) => bit).length > 5) on++;
  return on / (bits.length / 10);
};

describe("two modes that Gibbs sweeps do not cross, 0.7 on in the machine, 0.5 in the frozen one", () => {
  const allOn = (state: TrajectoryState) =>
    state.chains.states.write(new Uint8Array(10 * state.energies.length).fill(1));
  const law = visibleDistribution(twoModes(0.7));
  const p = law.reduce((sum, x, code) => sum + (code.toString(2).replaceAll("0", "").length > 5 ? x : 0), 0);

  test("1,000 chains that all start on stay there for 200 sweeps; 100 updates bring 0.7 back, to 4 standard errors", () => {
    const { state, parameters } = exactStart(twoModes(0.7), twoModes(0.5), 1000, 10_000);
    allOn(state);
    for (let sweep = 0; sweep < 200; sweep++) state.chains.move(parameters);
    expect(fractionOn(chainBits(state))).toBe(1);
    for (let update = 0; update < 100; update++) {
      noteEnergies(state, parameters);
      expect(result(follow(state, parameters, usual))).toBe("accepted");
    }
    expect(p).toBeCloseTo(0.7, 2);
    expect(Math.abs(fractionOn(chainBits(state)) - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 1000));
  });

  /**
   * The modes of the samples of a freeze, after updates of 4,000 chains that all were on, and a reservoir of 8,000. As exchanges keep the
   * number of states that are on, the updates end at 0.78 and 0.61 of both; a freeze from a reservoir at 0.5 has 0.724, without the
   * reset 0.78. Their standard error is 0.007.
   */
  function frozenAfterUpdates(reset: boolean): { fraction: number; logZ: number } {
    const { state, parameters } = exactStart(twoModes(0.7), twoModes(0.5), 4000, 8000);
    state.numbers.logPartition = exactLogPartition(twoModes(0.5));
    allOn(state);
    for (let update = 0; update < 20; update++) {
      noteEnergies(state, parameters);
      result(follow(state, parameters, usual));
    }
    expect(fractionOn(bitsOf(state.working))).toBeGreaterThan(0.58);
    if (!reset) copyReservoir(kernels, state.working, state.pristine);
    noteEnergies(state, parameters);
    expect(result(follow(state, parameters, usual, true))).toBe("frozen");
    return { fraction: fractionOn(bitsOf(state.pristine)), logZ: state.numbers.logPartition };
  }

  test("a freeze begins with samples that no exchange has touched: modes and log Z are right, within 0.05", () => {
    const { fraction, logZ } = frozenAfterUpdates(true);
    expect(Math.abs(fraction - p)).toBeLessThan(0.05);
    expect(Math.abs(logZ - exactLogPartition(twoModes(0.7)))).toBeLessThan(0.05);
  });

  test("planted bug: with the reservoir as the updates have left it, both are wrong", () => {
    const { fraction, logZ } = frozenAfterUpdates(false);
    expect(Math.abs(fraction - p)).toBeGreaterThan(0.06);
    expect(Math.abs(logZ - exactLogPartition(twoModes(0.7)))).toBeGreaterThan(0.06);
  });
});

describe("autocorrelation times of levels", () => {
  /** Exchanges that happen independently with probability a: C(t) = (1 − 2 a)^t. */
  const flags = (sweeps: number, chains: number, a: number) => {
    const random = randomStream(3, "data");
    return Array.from({ length: sweeps }, () =>
      Uint8Array.from({ length: chains }, () => (random.uniform() < a ? 1 : 0)),
    );
  };

  test("are those of a chain with two levels", () => {
    for (const a of [0.1, 0.3, 0.45]) {
      const { integrated, slowest } = levelTimes(flags(400, 400, a));
      const C = 1 - 2 * a;
      // the window of 6 τ leaves at most 2 % of the sum
      expect(Math.abs(integrated / (0.5 + C / (1 - C)) - 1)).toBeLessThan(0.05);
      expect(slowest).toBeGreaterThan(-1 / Math.log(C) / 1.05);
      expect(slowest).toBeLessThan((-1 / Math.log(C)) * 1.3);
    }
  });

  test("chains that are never exchanged never forget", () => {
    expect(levelTimes(flags(40, 10, 0)).slowest).toBe(Number.POSITIVE_INFINITY);
  });
});

const bars = barsAndStripes(3);
const small = initializeRbm(bars, { hidden: 8, weightScale: 0.1, seed: 1 });

interface Start {
  readonly rbm: Rbm;
  readonly options?: TrajectoryOptions;
}

/** The rule by itself, with a machine in memory, asked as the learner asks. */
function ruleOn({ rbm, options }: Start) {
  const { parameters } = residentRbm(kernels, rbm);
  const context = { kernels, parameters, data: bars, seed: 3, batchSize: bars.cases };
  const dream = trajectoryTempering(options).start(context);
  const wake = startPositive(context, { clamp: "sample", wake: "probability" });
  let update = 0;
  return {
    parameters,
    dream,
    next() {
      const verdict = result((dream.prepare as NonNullable<typeof dream.prepare>)(update));
      const batch = { data: bars, rows: Uint32Array.from({ length: bars.cases }, (_, b) => b), update: update++ };
      dream.expect(batch, wake(batch));
      return verdict;
    },
  };
}

describe("a step too far", () => {
  test("is taken back, and the rate halved for good", () => {
    const { parameters, dream, next } = ruleOn({ rbm: small });
    expect(next()).toEqual({ rejected: false, rateFactor: 1 });
    const before = readRbm(parameters);
    writeParameters(parameters, moved(before, 2, 3));
    expect(next()).toEqual({ rejected: true, rateFactor: 0.5 });
    expect(readRbm(parameters)).toEqual(small);
    expect(next()).toEqual({ rejected: false, rateFactor: 0.5 });
    writeParameters(parameters, { ...before, weights: before.weights.map((w) => 1e30 * w) });
    expect(next()).toEqual({ rejected: true, rateFactor: 0.25 });
    expect(readRbm(parameters)).toEqual(small);
    expect(dream.figures?.()).toMatchObject({ rejections: 2, rateFactor: 0.25, frozen: 1 });
  });

  test("31 times in a row ends training", () => {
    const { parameters, next } = ruleOn({ rbm: small });
    next();
    const wrong = () => {
      writeParameters(parameters, moved(small, 3, 3));
      return next();
    };
    for (let n = 1; n <= 30; n++) expect(wrong().rejected).toBe(true);
    expect(wrong).toThrow("31 updates in a row that chains could not follow");
  });

  test.each([
    ["momentum", sgd({ rate: 3, momentum: 0.9 }), "step"],
    ["Adam", adam({ rate: 1, beta1: 0.9 }), "first"],
  ])("the optimizer forgets: %s", async (_, optimizer, memory) => {
    let seen = false;
    const reports = train(small, bars, {
      epochs: 20,
      batchSize: 5,
      seed: 1,
      negative: trajectoryTempering(),
      optimizer,
      reportEvery: 0,
    });
    let rejections = 0;
    for await (const report of reports) {
      const rate = report.rate;
      const rejected = report.rule?.["rejections"] as number;
      expect(rate).toBe((optimizer.rate as number) * 0.5 ** rejected);
      if (rejected > rejections) {
        seen = true;
        const { state, machine } = report.checkpoint();
        // the whole move since the frozen machine is that of one update without a past
        const kept = state[`${memory}.weights`].data;
        const frozen = state["trajectory.frozen.weights"].data;
        (machine as Rbm).weights.forEach((w, at) => {
          if (memory === "step") expect(Math.abs(w - frozen[at] - kept[at])).toBeLessThan(1e-6);
          // m = (1 − β₁) g, and a first step of Adam is the rate with the sign of g
          else if (Math.abs(kept[at]) > 1e-6) expect(w - frozen[at]).toBeCloseTo(rate * Math.sign(kept[at]), 4);
        });
      }
      rejections = rejected;
    }
    expect(seen).toBe(true);
  });
});

describe("training on bars and stripes", () => {
  test("every frozen log Z is within 0.05 of enumeration, the current one within 0.1; log-likelihoods follow", async () => {
    const differences: number[] = [];
    let last: TrainingReport | undefined;
    const negative = trajectoryTempering({ chains: 300, freezeBelow: 0.6 });
    // sixteen cases, so an epoch is one update
    const options = { epochs: 700, batchSize: 16, seed: 2, negative, optimizer: sgd({ rate: 0.5 }) };
    for await (const report of train(small, bars, options)) {
      if (report.epoch % 20 > 0) continue;
      const { machine, state } = report.checkpoint();
      const rbm = machine as Rbm;
      const data = (name: string) => state[`trajectory.${name}`].data as Float32Array;
      const frozen = {
        ...rbm,
        weights: data("frozen.weights"),
        visibleBias: data("frozen.visible.bias"),
        hiddenBias: data("frozen.hidden.bias"),
      };
      const logZ = data("numbers")[7] as number;
      expect(Math.abs(logZ - exactLogPartition(frozen))).toBeLessThan(0.05);
      expect(Math.abs((report.logPartition?.value as number) - exactLogPartition(rbm))).toBeLessThan(0.1);
      differences.push(logZ);
      last = report;
    }
    expect(new Set(differences).size).toBeGreaterThan(2);
    const { logLikelihood, rule, machine } = last as TrainingReport & { logLikelihood: number };
    const rbm = machine() as Rbm;
    const exact = await logLikelihoods(rbm, bars, exactLogPartition(rbm));
    expect(Math.abs(logLikelihood - exact.reduce((a, b) => a + b) / bars.cases)).toBeLessThan(0.1);
    // it has learned: 14 patterns of 16 cases, −2.6 nats at best, −6.2 for independent units
    expect(logLikelihood).toBeGreaterThan(-3.2);
    expect(rule).toMatchObject({ rejections: 0, rateFactor: 1 });
    expect(Math.abs(rule?.["drift"] as number)).toBeLessThan(4);
  });
});

describe("the mass of cases", () => {
  const cases = Uint8Array.of(0, 0, 1, 1, 0, 0);
  const energies = Float64Array.of(-1, -2, -1);

  test("counts equal ones once", () => {
    expect(logMassOf(cases, energies, 3)).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2)) - 3, 12);
  });

  test("is refused where it shows that log Z is lost", () => {
    expect(() => logMassOf(cases, energies, -8)).toThrow("2 different cases have a probability of e^10.3 together");
  });
});

test("after a rejection chains and reservoir are the samples of the frozen machine", () => {
  const { state, parameters } = exactStart(strongRbm(6, 4, 5, 0.7), strongRbm(6, 4, 5, 0.6), 50, 100);
  for (let update = 0; update < 3; update++) {
    result(follow(state, parameters, usual));
    noteEnergies(state, parameters);
  }
  backToFrozen(state);
  const [samples, bits] = [bitsOf(state.pristine), chainBits(state)];
  expect(bitsOf(state.working)).toEqual(samples);
  expect(state.working.energies).toEqual(state.pristine.energies);
  const members = new Set(Array.from({ length: 100 }, (_, n) => samples.slice(n * 6, n * 6 + 6).join()));
  for (let n = 0; n < 50; n++) expect(members).toContain(bits.slice(n * 6, n * 6 + 6).join());
});

test.each<[string, TrajectoryOptions, string]>([
  ["a small reservoir", { chains: 10, reservoir: 9 }, "reservoir: got 9; expected at least 10, as many as chains"],
  [
    "acceptances in the wrong order",
    { freezeBelow: 0.1, rejectBelow: 0.3 },
    "rejectBelow and freezeBelow: got 0.3 and 0.1",
  ],
  ["no chains", { chains: 0 }, "chains: got 0; expected a whole number, at least 1"],
])("refused: %s", (_, options, message) => {
  expect(() => trajectoryTempering(options)).toThrow(message);
});
