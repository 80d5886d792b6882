import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import {
  batchMeans,
  createKernels,
  createRbm,
  type Dbn,
  freeEnergy,
  labelProbabilities,
  parseModel,
  type Rbm,
  randomStream,
  residentRbm,
  visibleMean,
} from "#src/index.js";
import { drawingText, half, halfNames, PIXELS, pack, stroke, unpack } from "../../lab/pages/draw/bits.js";
import { CHAINS, makeBench, startChain } from "../../lab/pages/draw/chain.js";
import { start } from "../../lab/pages/draw/engine.js";
import { fields, type Settings } from "../../lab/pages/draw/fields.js";
import { strangeness } from "../../lab/pages/draw/machine.js";
import { sumOfStrokes } from "../../lab/pages/draw/strokes.js";
import { modelFile, shipFiles } from "./shipped.js";

const initial = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial])) as Settings;
const random = randomStream(5, "data");
const someBits = () => Uint8Array.from({ length: PIXELS }, () => (random.uniform() < 0.3 ? 1 : 0));

function someRbm(hidden: number): Rbm {
  const rbm = createRbm(PIXELS, hidden);
  for (const values of [rbm.weights, rbm.visibleBias, rbm.hiddenBias])
    values.forEach((_, i) => {
      values[i] = 0.1 * random.normal();
    });
  return rbm;
}

describe("a drawing", () => {
  test("is 131 letters in a link, and the same after", () => {
    for (let n = 0; n < 20; n++) {
      const bits = someBits();
      expect(pack(bits)).toMatch(drawingText);
      expect(unpack(pack(bits))).toEqual(bits);
    }
    expect(pack(new Uint8Array(PIXELS))).toBe("");
    expect(unpack("")).toEqual(new Uint8Array(PIXELS));
    expect(fields.drawing.initial).toMatch(drawingText);
  });

  test("is changed where a tool goes, and only in its layer", () => {
    const empty = { bits: new Uint8Array(PIXELS), hidden: new Uint8Array(PIXELS) };
    const line = stroke(empty, "pen", [3.5, 5.5], [10.5, 5.5]);
    const on = [...line.bits.keys()].filter((i) => line.bits[i]);
    expect(on).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((x) => 5 * 28 + x));
    expect(line.hidden).toEqual(empty.hidden);
    expect(stroke(line, "eraser", [3.5, 5.5], [10.5, 5.5])).toEqual(empty);
    const covered = stroke(line, "hide", [0.5, 0.5], [0.5, 0.5]);
    expect([covered.bits, covered.hidden[0], covered.hidden[3]]).toEqual([line.bits, 1, 0]);
    for (const name of halfNames) expect(half(name).reduce((sum, bit) => sum + bit, 0)).toBe(PIXELS / 2);
  });
});

describe("the sum of strokes", () => {
  test("of all of them is P(v | h), of none σ(b)", () => {
    const rbm = someRbm(7);
    const h = Float32Array.of(1, 0, 1, 1, 0, 0, 1);
    const all = sumOfStrokes(rbm, h, 100);
    expect([all.active, all.added]).toEqual([4, 4]);
    const exact = visibleMean(rbm, h);
    for (let i = 0; i < PIXELS; i++) expect(all.picture[i]).toBeCloseTo(exact[i] as number, 6);
    const none = visibleMean(rbm, new Float32Array(7));
    const bare = sumOfStrokes(rbm, h, 0).picture;
    for (let i = 0; i < PIXELS; i++) expect(bare[i]).toBeCloseTo(none[i] as number, 6);
  });

  test("takes the strongest first", () => {
    const rbm = createRbm(PIXELS, 3);
    rbm.weights.set([0.1, -2, 1]);
    const { units, sum } = sumOfStrokes(rbm, [1, 1, 1], 2);
    expect(units).toEqual([1, 2, 0]);
    expect(sum[0]).toBeCloseTo(-1, 6);
  });
});

test("strangeness is the share of lower free energies", () => {
  const known = Float64Array.of(-4, -3, -2, -1);
  expect([-5, -2.5, 0].map((energy) => strangeness({ known }, energy))).toEqual([0, 0.5, 1]);
});

describe("chains that repair", () => {
  const hiddenPixels = [100, 101];
  const bits = someBits();
  const hidden = new Uint8Array(PIXELS);
  for (const i of hiddenPixels) hidden[i] = 1;

  /** Coupled to one another and to what is drawn. */
  function coupled(): Rbm {
    const rbm = someRbm(2);
    hiddenPixels.forEach((i, n) => {
      rbm.weights.set(n === 0 ? [1.5, -0.8] : [1.2, 0.9], i * 2);
    });
    return rbm;
  }

  /** P(v_i = 1 | the drawing elsewhere) of the hidden pixels, by their four states. */
  function exactMarginals(rbm: Rbm): number[] {
    const states = [0, 1, 2, 3].map((code) => {
      const v = Uint8Array.from(bits);
      hiddenPixels.forEach((i, n) => {
        v[i] = (code >> n) & 1;
      });
      return Math.exp(-freeEnergy(rbm, v) + freeEnergy(rbm, bits));
    });
    const total = states.reduce((sum, each) => sum + each, 0);
    return [0, 1].map((n) => states.reduce((sum, each, code) => sum + ((code >> n) & 1 ? each : 0), 0) / total);
  }

  /** How many standard errors the chains' mean of P(v_i = 1 | h) is from the exact one, for each hidden pixel. */
  async function deviations(rbm: Rbm, keep: boolean): Promise<number[]> {
    const kernels = await createKernels();
    const chain = startChain(
      { rbm, bench: makeBench(residentRbm(kernels, rbm)) },
      { bits, hidden, keep, how: "gibbs", seed: 3 },
    );
    const times = 4000;
    const means = batchMeans(hiddenPixels.length, 1, times);
    for (let t = 0; t < times; t++) {
      chain.sweep();
      const now = chain.now();
      hiddenPixels.forEach((i, n) => {
        means.add(0, n, now[i] as number);
      });
      means.next();
    }
    kernels.dispose();
    const { mean, standardError } = means.summary();
    return exactMarginals(rbm).map((exact, n) => Math.abs((mean[n] as number) - exact) / (standardError[n] as number));
  }

  test("settle at the exact law of what is hidden given the rest", async () => {
    // two of them, 32 batches: t beyond 4 has a probability below 8e-4
    for (const deviation of await deviations(coupled(), true)) expect(deviation).toBeLessThan(4);
  });

  test("and that check sees pixels that are not kept", async () => {
    const rbm = coupled();
    // the first hidden unit is on for this drawing, and off for most others, so that letting go of it shows
    bits.forEach((bit, i) => {
      if (!hiddenPixels.includes(i)) rbm.weights[2 * i] = bit ? 0.02 : -0.02;
    });
    rbm.hiddenBias[0] = -4;
    expect(Math.max(...(await deviations(rbm, false)))).toBeGreaterThan(8);
    expect(Math.max(...(await deviations(rbm, true)))).toBeLessThan(4);
  });

  test.each(["gibbs", "mean"] as const)("leave the drawing alone: %s", async (how) => {
    const kernels = await createKernels();
    const rbm = someRbm(5);
    const chain = startChain(
      { rbm, bench: makeBench(residentRbm(kernels, rbm)) },
      { bits, hidden: half("right"), keep: true, how, seed: 1 },
    );
    for (let t = 0; t < 5; t++) chain.sweep();
    const [now, others, left] = [chain.now(), chain.others(), half("left")];
    expect(others.length).toBe(how === "gibbs" ? (CHAINS - 1) * PIXELS : 0);
    for (let i = 0; i < PIXELS; i++) if (left[i]) expect(now[i]).toBe(bits[i]);
    for (let at = 0; at < others.length; at++) if (left[at % PIXELS]) expect(others[at]).toBe(bits[at % PIXELS]);
    kernels.dispose();
  });
});

describe("the page's engine, with the machines that are shipped", () => {
  beforeAll(shipFiles);

  const tower = () => parseModel(modelFile("tower"), "tower").machine as Dbn;
  /** What the tower, another machine, reads in these pictures. */
  async function readings(pictures: Float32Array): Promise<number[]> {
    const cases = pictures.length / PIXELS;
    const p = await labelProbabilities(tower(), { name: "pictures", cases, units: PIXELS, levels: pictures });
    return Array.from({ length: cases }, (_, b) => {
      const each = p.subarray(b * 10, (b + 1) * 10);
      return each.indexOf(Math.max(...each));
    });
  }
  const together = (a: Float32Array, b: Float32Array) => Float32Array.from([...a, ...b]);

  test("the machine of twos sees a 2 in a 3, the other one a 3; the same again from the same link", async () => {
    const engine = await start(initial);
    for (let t = 0; t < 20; t++) await engine.advance();
    const early = engine.view();
    const [, digits] = early.machines;
    expect(await readings(digits?.now as Float32Array)).toEqual([3]);
    for (let t = 20; t < initial.sweeps; t++) expect(await engine.advance()).toBe(true);
    expect(await engine.advance()).toBe(false);
    const [twos] = engine.view().machines;
    const seen = await readings(together(twos?.now as Float32Array, twos?.others as Float32Array));
    expect(seen.filter((digit) => digit === 2).length, `six chains read as ${seen}`).toBeGreaterThanOrEqual(5);
    // the 3 is strange to it, its dream is not
    expect(twos?.drawn.stranger).toBeGreaterThan(0.95);
    expect(twos?.chain.energy).toBeLessThan((twos?.drawn.energy as number) - 50);

    const again = await start(initial);
    for (let t = 0; t < 20; t++) await again.advance();
    expect(again.view()).toEqual(early);
  });

  test("a held-out digit is hardly strange, and reconstructed; noise makes it strange", async () => {
    const asking = await start(initial);
    const drawing = (await asking.command?.({ what: "digit", digit: 2, nth: 0 } as never)) as string;
    const noisy = (await asking.command?.({ what: "noise", drawing, nth: 0 } as never)) as string;
    const views = await Promise.all(
      [drawing, noisy].map(async (each) => (await start({ ...initial, drawing: each })).view()),
    );
    const [clean, strange] = views.map(({ machines }) => machines[0]);
    expect(clean?.changed).toBeLessThan(40);
    expect(strange?.drawn.energy).toBeGreaterThan((clean?.drawn.energy as number) + 50);
    expect(strange?.drawn.stranger).toBe(1);
    // 784 pixels, one in twenty turned over: 39 ± 6
    const flipped = unpack(drawing).reduce((sum, bit, i) => sum + (bit === unpack(noisy)[i] ? 0 : 1), 0);
    expect(flipped).toBeGreaterThan(15);
    expect(flipped).toBeLessThan(64);
  });

  test("what is looked at does not begin the run anew; what is drawn does", async () => {
    const engine = await start(initial);
    expect(engine.adjust?.({ ...initial, strokes: 3, inside: "digits" } as never)).toBe(true);
    expect(engine.view().strokes.added).toBe(3);
    expect(engine.adjust?.({ ...initial, drawing: "" } as never)).toBe(false);
  });

  test("a model of one's own stands beside them; what is none is refused in words", async () => {
    const engine = await start(initial);
    const take = (name: string, bytes: Uint8Array) =>
      engine.command?.({ what: "model", file: name, bytes: new Uint8Array(bytes) } as never) as Promise<unknown>;
    await expect(take("tower.safetensors", modelFile("tower"))).rejects.toThrow(
      "got a deep belief network; expected a restricted Boltzmann machine",
    );
    await expect(take("text", new TextEncoder().encode("nonsense"))).rejects.toThrow("text");
    expect(await take("mine.safetensors", modelFile("digits"))).toBe(100);
    const { machines } = (await start(initial)).view();
    expect(machines.map(({ id }) => id)).toEqual(["twos", "digits", "own"]);
    expect(machines[2]?.now).toEqual(machines[1]?.now);
  });
});

describe("the files", () => {
  test.each(["twos", "digits", "tower"])("%s is small, and in multiples of 1/32", (name) => {
    const bytes = modelFile(name);
    expect(gzipSync(bytes).length).toBeLessThan(name === "tower" ? 300_000 : 100_000);
    const { machine, metadata } = parseModel(bytes, name);
    expect(metadata.get("made_by")).toBe("lab/build/models.mjs");
    const values = "top" in machine ? machine.top.weights : (machine as Rbm).weights;
    expect(values.every((x: number) => Number.isInteger(32 * x))).toBe(true);
  });
});
