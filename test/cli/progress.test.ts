import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bar,
  clock,
  fittedLine,
  livingLine,
  plainLine,
  progressLine,
  progressView,
  sparkline,
  stageLine,
} from "#cli/progress.js";
import { progressParts } from "#cli/simulation/report.js";
import type { SimulationProgress } from "#cli/simulation/run.js";
import type { TrainingReport } from "#src/index.js";

/** A report half-way through the twelfth of sixty epochs. */
function reportOf(changes: Partial<TrainingReport> = {}): TrainingReport {
  return {
    kind: "progress",
    epoch: 12,
    epochs: 60,
    update: 690,
    updates: 3600,
    casesPerSecond: 108_389.4,
    seconds: 6.6,
    secondsLeft: 65.4,
    reconstructionError: 0.09684,
    rate: 0.05,
    momentum: 0.5,
    largestWeight: 1.5,
    largestBias: 1.5,
    done: changes.update === 3600,
    machine: () => expect.unreachable("a line needs no parameters"),
    checkpoint: () => expect.unreachable("a line needs no checkpoint"),
    ...changes,
  };
}

/** A general machine's report: no reconstruction error, and a log-likelihood where it is told. */
function withLogLikelihood(logLikelihood?: number, changes: Partial<TrainingReport> = {}): TrainingReport {
  const { reconstructionError: _, ...rest } = reportOf(changes);
  return { ...rest, ...(logLikelihood !== undefined && { logLikelihood }) };
}

test("what is estimated is called so, with its bracket where there is room", () => {
  const report = withLogLikelihood(-95.123, {
    logLikelihoodMethod: "estimated",
    logLikelihoodRange: { lower: -96.4, upper: -94.8 },
    heldOutLogLikelihood: -97.2,
    heldOutLogLikelihoodRange: { lower: -98.5, upper: -96.9 },
  });
  expect(progressLine(report, [], 100, false)).toContain("log-lik. -95.12 estimated");
  expect(plainLine(report)).toBe(
    "epoch 12/60: estimated log-likelihood -95.12 (-96.40 to -94.80), held-out -97.20 (-98.50 to -96.90), 108,389 images/s, 1:05 left",
  );
});

const errors = [0.164, 0.146, 0.135, 0.128, 0.122, 0.118, 0.113, 0.109, 0.105, 0.102, 0.099];
/** biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for */
const escapes = /\x1b\[[0-9;]*m/g;

describe("the progress line", () => {
  test.each([
    [40, "epoch 12/60   19 %  108,389 images/s"],
    [60, "epoch 12/60  ██▎░░░░░░░░░   19 %  108,389 images/s  eta 1:05"],
    [79, "epoch 12/60  █▌░░░░░░  108,389 images/s  eta 1:05  recon. error 0.0968  █▇▅▄▃▂▁"],
    [120, "epoch 12/60  ████▌░░░░░░░░░░░░░░░░░░░   19 %  108,389 images/s  eta 1:05  recon. error 0.0968  █▆▅▄▃▃▃▂▂▁▁"],
  ])("of %i characters", (width, line) => {
    expect(progressLine(reportOf(), errors, width, false)).toBe(line);
  });

  test("of a stage: its own epochs, the share of all of them", () => {
    const stage = { name: "layer 2", index: 1, count: 3, epoch: 2, epochs: 20 };
    const line = progressLine(reportOf({ stage }), errors, 70, false);
    expect(line).toMatch(/^layer 2, epoch {2}2\/20 .* 19 % {2}108,389 images\/s {2}eta 1:05$/);
    expect(plainLine(reportOf({ stage }))).toMatch(/^layer 2, epoch 2\/20: reconstruction error 0.0968, /);
  });

  test("of a log-likelihood, which goes up", () => {
    const line = progressLine(withLogLikelihood(-3.25), [-5, -4, -3.25], 120, false);
    expect(line).toBe(
      "epoch 12/60  ████▌░░░░░░░░░░░░░░░░░░░   19 %  108,389 images/s  eta 1:05  log-lik. -3.2500  ▁▅█",
    );
  });

  test("tells at the end how long it took", () => {
    const line = progressLine(reportOf({ kind: "epoch", epoch: 60, update: 3600, seconds: 80 }), errors, 120, false);
    expect(line).toContain("████████████████████████  100 %");
    expect(line).toContain("in 1:20");
  });

  test("is painted where colours are wanted, and says the same", () => {
    const painted = progressLine(reportOf(), errors, 120, true);
    expect(painted.match(escapes)).toEqual(["\x1b[36m", "\x1b[39m", "\x1b[33m", "\x1b[39m"]);
    expect(painted.replace(escapes, "")).toBe(progressLine(reportOf(), errors, 120, false));
  });

  test("is never longer than the width, and never broken", () => {
    const sizes = fc.record({
      epoch: fc.integer({ min: 1, max: 1e6 }),
      epochs: fc.integer({ min: 1, max: 1e6 }),
      update: fc.integer({ min: 0, max: 1e9 }),
      casesPerSecond: fc.double({ min: 0, max: 1e9, noNaN: true }),
      secondsLeft: fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
      reconstructionError: fc.oneof(fc.double({ min: 0, max: 1 }), fc.constant(Number.NaN)),
    });
    const widths = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(39, 79, 119));
    const history = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, widths, history, fc.boolean(), (changes, width, past, colour) => {
        const report = reportOf({ ...changes, updates: Math.max(1, changes.update) });
        const seen = progressLine(report, past, width, colour).replace(escapes, "");
        expect(seen.length).toBeLessThanOrEqual(width);
        expect(seen).not.toMatch(/[\r\n\t]|undefined/);
        if (width > 30) expect(seen).toMatch(/^epoch .*[^ ]$/);
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  [0, "░░░░░░░░"],
  [0.5, "████░░░░"],
  [0.5 + 1 / 64, "████▏░░░"],
  [1, "████████"],
  [1.7, "████████"],
  [-1, "░░░░░░░░"],
])("a bar at %d", (fraction, drawn) => {
  expect(bar(fraction, 8)).toBe(drawn);
});

test("a sparkline goes from the smallest to the largest of the values that it shows, the last ones", () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([100, 3, 1, 2], 3)).toBe("█▁▅");
  expect(sparkline([2, 2, 2], 8)).toBe("▁▁▁");
  expect(sparkline([], 8)).toBe("");
});

test.each([
  [0, "0:00"],
  [7.4, "0:07"],
  [59.6, "1:00"],
  [754, "12:34"],
  [3723, "1:02:03"],
  [3599.7, "1:00:00"],
  [Number.POSITIVE_INFINITY, "–:––"],
])("a clock at %d seconds", (seconds, text) => {
  expect(clock(seconds)).toBe(text);
});

test("a plain line names what it counts", () => {
  expect(plainLine(reportOf({ kind: "epoch", heldOutReconstructionError: 0.0951 }))).toBe(
    "epoch 12/60: reconstruction error 0.0968, held-out 0.0951, 108,389 images/s, 1:05 left",
  );
  expect(plainLine(withLogLikelihood(-3.25, { kind: "epoch", heldOutLogLikelihood: -4 }))).toBe(
    "epoch 12/60: log-likelihood -3.2500, held-out -4.0000, 108,389 images/s, 1:05 left",
  );
  expect(plainLine(withLogLikelihood(undefined, { kind: "epoch" }))).toBe("epoch 12/60: 108,389 images/s, 1:05 left");
  expect(plainLine(reportOf({ epoch: 60, update: 3600 }))).toBe(
    "epoch 60/60: reconstruction error 0.0968, 108,389 images/s",
  );
});

/** A stream that keeps what is written. */
function stream(changes: object) {
  const written: string[] = [];
  const fake = { write: (text: string) => written.push(text), ...changes };
  return { written, stream: fake as unknown as NodeJS.WriteStream };
}

describe("the view", () => {
  test("on a terminal rewrites one line, narrower than the terminal, and leaves it whole", () => {
    const { written, stream: terminal } = stream({ isTTY: true, columns: 100 });
    const view = progressView(terminal);
    view.show(reportOf());
    view.show(reportOf({ kind: "epoch" }));
    view.end();
    view.end();
    expect(written).toHaveLength(3);
    for (const text of written.slice(0, 2)) {
      expect(text.slice(0, 16)).toBe("\r\x1b[2Kepoch 12/60");
      expect(text.length - "\r\x1b[2K".length).toBeGreaterThan(80);
      expect(text.length - "\r\x1b[2K".length).toBeLessThan(100);
    }
    expect(written[2]).toBe("\n");
  });

  test("keeps the last log-likelihood until there is another, and draws those of complete epochs", () => {
    const { written, stream: terminal } = stream({ isTTY: true, columns: 120 });
    const view = progressView(terminal);
    view.show(withLogLikelihood(undefined));
    view.show(withLogLikelihood(-3.25, { kind: "epoch" }));
    view.show(withLogLikelihood(undefined, { kind: "epoch", epoch: 13 }));
    view.show(withLogLikelihood(-3, { kind: "epoch", epoch: 14 }));
    const told = written.map((text) => /log-lik\..*$/.exec(text.replace(escapes, ""))?.[0]);
    expect(told).toEqual([undefined, "log-lik. -3.2500  ▁", "log-lik. -3.2500  ▁", "log-lik. -3.0000  ▁█"]);
  });

  test("on a terminal that says it has 0 columns counts on 80", () => {
    const { written, stream: terminal } = stream({ isTTY: true, columns: 0 });
    progressView(terminal).show(reportOf());
    expect(written[0]).toContain("recon. error 0.0968");
  });

  test("elsewhere writes plain lines: complete epochs, not too often, and the last one", () => {
    const { written, stream: file } = stream({ isTTY: false });
    const view = progressView(file);
    for (const epoch of [1, 2, 3]) view.show(reportOf({ kind: "epoch", epoch }));
    view.show(reportOf());
    view.show(reportOf({ kind: "stopped", epoch: 4 }));
    view.end();
    expect(written.map((line) => line.slice(0, 11))).toEqual(["epoch 1/60:", "epoch 4/60:"]);
  });

  test("is plain on a terminal too where it is asked for", () => {
    const { written, stream: terminal } = stream({ isTTY: true, columns: 100 });
    progressView(terminal, { plain: true }).show(reportOf({ kind: "epoch" }));
    expect(written).toEqual([`${plainLine(reportOf())}\n`]);
  });
});

describe("the progress of a simulation", () => {
  const progress: SimulationProgress = {
    moment: { stage: "annealing", time: 300, temperature: 20, kept: false },
    length: 1200,
    seconds: 10,
    updatesPerSecond: 3.21e6,
    energy: -12.345,
  };
  const line = (changes: Partial<SimulationProgress>, width: number) =>
    fittedLine(progressParts({ ...progress, ...changes }, [3, 2, 1]), width, false);

  test("tells the stage, the share, the speed, what is left, and the energy", () => {
    expect(line({}, 120)).toBe(
      "annealing at T = 20  ██████░░░░░░░░░░░░░░░░░░  25 %  3.2 M unit updates/s  eta 0:30  energy -12.35  █▅▁",
    );
    const moment = { stage: "sampling", time: 1200, temperature: 1, kept: true } as const;
    expect(line({ moment, energy: undefined }, 50)).toBe("sampling  100 %  3.2 M unit updates/s  in 0:10");
    for (let width = 0; width < 130; width++) expect(line({}, width).length).toBeLessThanOrEqual(width);
  });

  test("is written to logs as often as it is worth it", () => {
    const { written, stream: log } = stream({ isTTY: false });
    const view = livingLine(log);
    for (const logged of ["no", "perhaps", "perhaps", "no", "yes"] as const) {
      view.show({ line: () => "living", plain: () => logged, logged });
    }
    view.end();
    expect(written).toEqual(["perhaps\n", "yes\n"]);
  });
});

describe("stages", () => {
  const half = { stage: "forward", done: 50, of: 100 } as const;
  test("are a name, a percentage and a bar, no wider than the terminal", () => {
    expect(stageLine("log Z", half, 79, false)).toBe(`log Z: forward chains  50 %  ${"█".repeat(12)}${"░".repeat(12)}`);
    for (let width = 0; width < 80; width++) {
      expect(stageLine("log Z", half, width, false).length).toBeLessThanOrEqual(width);
    }
    expect(stageLine("log Z", { stage: "settling", done: 0, of: 0 }, 30, false)).toBe("log Z: settling chains  0 %");
  });
});
