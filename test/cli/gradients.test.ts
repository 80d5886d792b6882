import { describe, expect, test } from "vitest";
import type { Expected, RunResult } from "#cli/experiments/gradients/run.js";
import { type ArrowPanel, arrowPlane, pngSize } from "#cli/figures/index.js";
import { lineColours } from "#cli/figures/style.js";
import { refusal } from "../data/refusal.js";
import { decode, type Picture } from "./figures-decode.js";
import { workplace } from "./program.js";

const { run, read } = workplace();

interface Outcome {
  readonly bound: number;
  readonly rules: readonly RunResult[];
  readonly loops: readonly {
    readonly visible: number;
    readonly works: readonly { k?: number; value: number; error: number }[];
  }[];
  readonly figures: readonly string[];
}

describe("harmonium experiment gradients", () => {
  const few = ["experiment", "gradients", "--updates", "40", "--hidden", "3"];

  test("rules against the exact gradient, and round a rectangle: numbers, figures, a report", async () => {
    const ended = await run(...few, "--rules", "exact,cd-1,cd-10", "--run", "json", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const told = ended.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map(({ kind }) => kind)).toEqual([...new Array(3).fill("run"), "outcome"]);
    const { bound, rules, loops, figures } = told.at(-1) as Outcome;

    // 28 of 32 draws are unlike all others, 4 are two and two alike
    expect(bound).toBeCloseTo(-(28 * Math.log(32) + 4 * Math.log(16)) / 32, 12);
    expect(rules.map(({ rule }) => rule)).toEqual(["exact", "cd-1", "cd-10"]);
    for (const { curve, stretches } of rules) {
      expect(curve.map(([update]) => update)).toEqual(Array.from({ length: 41 }, (_, update) => update));
      for (const [, logLikelihood] of curve) expect(logLikelihood).toBeLessThan(bound);
      expect(stretches).toHaveLength(20);
    }
    const [exact, cd1] = rules as [RunResult, RunResult];
    const first = rules.map(({ curve }) => curve[0]?.[1] as number);
    for (const one of first) expect(one).toBeCloseTo(first[0] as number, 12);
    // it goes up at every update, along the gradient
    exact.curve.slice(1).forEach(([, value], n) => {
      expect(value).toBeGreaterThan((exact.curve[n] as readonly [number, number])[1]);
    });
    for (const { cosine, relativeBias } of exact.stretches) {
      expect(cosine).toBeCloseTo(1, 6);
      expect(relativeBias).toBeLessThan(1e-3);
    }
    expect(Math.max(...cd1.stretches.map(({ cosine }) => cosine))).toBeLessThan(1);
    // where weights are small CD-10 is the gradient, and CD-1 is not yet
    const at = (k: number) => exact.expected.find((one) => one.k === k && one.update === 0) as Expected;
    expect(at(10).relativeBias).toBeLessThan(1e-9);
    expect(at(1).relativeBias).toBeGreaterThan(1e-3);

    const [smallest] = loops as [Outcome["loops"][0]];
    for (const { works } of loops) {
      const [gradient, one] = works as [(typeof works)[0], (typeof works)[0]];
      expect(Math.abs(gradient.value)).toBeLessThan(1e-10);
      expect(Math.abs(one.value)).toBeGreaterThan(1e6 * one.error);
    }
    expect(smallest.works[1]?.value).toBeCloseTo(roundByHand(), 4);

    expect(figures).toHaveLength(6);
    for (const file of figures) expect(pngSize(read(file)).width).toBe(1440);
    const report = read("json", "report.html")
      .toString()
      .replace(/<\/?span>/g, "");
    expect(report).toContain(
      "npx harmonium experiment gradients --rules exact,cd-1,cd-10 --updates 40 --hidden 3 --rate 0.2 --seed 1",
    );
  });

  /** ∮ CD-1 with one visible unit, on in one of four cases, and one hidden of bias −1, round W from 0 to 4, b from −2 to 2: midpoints. */
  function roundByHand(): number {
    const sigma = (x: number) => 1 / (1 + Math.exp(-x));
    const step = (W: number, b: number) => {
      const [h0, h1] = [sigma(-1), sigma(-1 + W)];
      const back = (h: number) => (1 - h) * sigma(b) + h * sigma(b + W);
      const reconstructed = 0.75 * back(h0) + 0.25 * back(h1);
      return { W: (0.25 - reconstructed) * h1, b: 0.25 - reconstructed };
    };
    const n = 4000;
    let sum = 0;
    for (let m = 0; m < n; m++) {
      const t = (4 * (m + 0.5)) / n;
      sum += (4 / n) * (step(t, -2).W + step(4, t - 2).b - step(t, 2).W - step(0, t - 2).b);
    }
    return sum;
  }

  test("prints tables; chains that go on take part; the same numbers on one thread and on two", async () => {
    const { code, stdout } = await run(...few, "--rules", "pt,cd-1,pcd", "--threads", "1", "--run", "printed");
    expect(code).toBe(0);
    const row = (name: string) => new RegExp(`^  ${name} +.+ 40 +−[\\d.]+ .+$`, "m").exec(stdout)?.[0];
    for (const name of ["CD-1", "PCD-1", "PT"]) expect(row(name), stdout).toBeDefined();
    const { rules } = JSON.parse(read("json", "results.json").toString()) as Outcome;
    expect(row("CD-1")).toContain(` ${rules[1]?.end.toFixed(3).replace("-", "−")} `);
    expect(stdout).toMatch(/own training +best log P\(v\) +at update/);
    expect(stdout).toMatch(/bound \(−entropy\) +−3\.379\n/);
    expect(stdout).toMatch(/1 × 1 units, W 1,1 and b 1 +−?[0-9]e−1[5-9] +0\.8515 +0\.3604 +8e−4\n/);
    expect(stdout).not.toContain("exact way");
  });

  test("options outside their domains are refused", async () => {
    const { code, stderr } = await run("experiment", "gradients", "--hidden", "11");
    expect(code).not.toBe(0);
    expect(stderr).toContain("at most 10");
    const rules = await run("experiment", "gradients", "--rules", "cd-1,cd-2");
    expect(rules.code).not.toBe(0);
    expect(rules.stderr).toContain("expected some of exact, cd-1");
  });
});

describe("arrowPlane", () => {
  const [blue, orange] = lineColours.map((colour) => Number.parseInt(colour.slice(1), 16)) as [number, number];
  const grid = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => [x, y] as const));
  const panelOf = (direction: readonly [number, number]): ArrowPanel => ({
    title: "A field",
    note: "everywhere the same",
    arrows: grid.map((at) => ({ at, direction })),
  });
  const input = { xName: "W", yName: "b", path: [] };

  /** Pixels of a colour: how many, and their mean place. */
  function pixels(picture: Picture, colour: number) {
    let [count, sumX, sumY] = [0, 0, 0];
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < picture.width; x++) {
        if (picture.at(x, y) !== colour) continue;
        count++;
        sumX += x;
        sumY += y;
      }
    }
    return { count, x: sumX / count, y: sumY / count };
  }

  test("arrows point to where the direction goes: their heads have more ink than their tails", async () => {
    const inks = async (direction: readonly [number, number]) =>
      pixels(decode(await arrowPlane({ ...input, panels: [panelOf(direction)] })), blue);
    const [right, left, up, down] = [await inks([1, 0]), await inks([-1, 0]), await inks([0, 2]), await inks([0, -2])];
    expect(right.x - left.x).toBeGreaterThan(5);
    expect(down.y - up.y).toBeGreaterThan(5);
    expect(Math.abs(right.y - left.y)).toBeLessThan(2);
    expect((await inks([0, 0])).count).toBe(0);
  });

  test("the path is drawn in each panel, two panels beside each other", async () => {
    const path = [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 0],
    ] as const;
    const one = pixels(decode(await arrowPlane({ ...input, path, panels: [panelOf([0, 0])] })), orange);
    const two = pixels(
      decode(await arrowPlane({ ...input, path, panels: [panelOf([0, 0]), panelOf([0, 0])] })),
      orange,
    );
    expect(one.count).toBeGreaterThan(1000);
    expect(two.count).toBe(2 * one.count);
  });

  test("refuses panels without arrows, too many, and what is not finite", async () => {
    const refused = async (panels: ArrowPanel[]) => (await refusal(() => arrowPlane({ ...input, panels }))).kind;
    expect(await refused([])).toBe("data");
    expect(await refused([{ ...panelOf([1, 1]), arrows: [] }])).toBe("data");
    expect(await refused([1, 2, 3].map(() => panelOf([1, 1])))).toBe("data");
    expect(await refused([panelOf([1, Number.NaN])])).toBe("data");
  });
});
