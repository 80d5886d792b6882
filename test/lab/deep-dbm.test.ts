import { beforeAll, describe, expect, test } from "vitest";
import {
  createKernels,
  type Dbm,
  dbmFeatures,
  dbmReconstruct,
  dbmSampler,
  parametersSha256,
  parseModel,
  randomStream,
  residentDbm,
  variationalBounds,
} from "#src/index.js";
import { loadDigits, shippedFile, shippedUnzipped } from "../../lab/engine/shipped.js";
import { dbmKind } from "../../lab/pages/deep/dbm/kind.js";
import type { Score } from "../../lab/pages/deep/dbm/score.js";
import { PASSES, type Settling, settle } from "../../lab/pages/deep/dbm/settling.js";
import { caseOf, chosenDigit } from "../../lab/pages/deep/digit.js";
import { start } from "../../lab/pages/deep/engine.js";
import { commandOf, fields, type Settings } from "../../lab/pages/deep/fields.js";
import { sha256After } from "./command.js";
import { modelFile, shipFiles } from "./shipped.js";

const defaults = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial])) as Settings;
const initial: Settings = { ...defaults, machine: "dbm" };
const shipped = parseModel(modelFile("dbm"), "dbm").machine as Dbm;
beforeAll(shipFiles);

/** All weights and biases random: layers that have something to say to each other. */
function randomDbm(layers: readonly number[], seed: number): Dbm {
  const random = randomStream(seed, "data");
  const normal = (count: number, scale: number) => Float32Array.from({ length: count }, () => scale * random.normal());
  return {
    kind: "dbm",
    layers: [...layers],
    weights: layers.slice(1).map((above, l) => normal((layers[l] as number) * above, l === 0 ? 0.1 : 0.7)),
    biases: layers.map((units) => normal(units, 0.3)),
  };
}

const close = (got: ArrayLike<number>, expected: ArrayLike<number>, digits = 5) => {
  expect(got.length).toBe(expected.length);
  for (let i = 0; i < got.length; i++) expect(got[i]).toBeCloseTo(expected[i] as number, digits);
};

describe("the shipped deep Boltzmann machine", () => {
  test("is the one that lab/build/models.mjs makes, and travels light", async () => {
    expect(shipped.layers).toEqual([784, 128, 128]);
    expect(await parametersSha256(shipped)).toBe("eabdcc188c82e70c8fb38d5e4553b85bd79296a585e13a2387b708a011a81111");
    // as it is packed at build, and unpacked in a page
    expect((await shippedFile("dbm.safetensors.gz")).length).toBeLessThan(150_000);
    for (const name of ["dbm", "tower", "digits", "twos"])
      expect(Buffer.from(await shippedUnzipped(`${name}.safetensors`)).equals(modelFile(name)), name).toBe(true);
  });

  test("dreams as the library's sampler does", async () => {
    const engine = await start(initial);
    const kernels = await createKernels();
    const sampler = dbmSampler(residentDbm(kernels, shipped));
    const state = sampler.init(initial.seed, 10);
    for (let sweep = 0; sweep < 30; sweep++) {
      await engine.advance();
      const { visibleMean } = sampler.step(state);
      if (sweep % 10 !== 9) continue;
      const { states, labels, sweeps } = engine.view();
      expect([labels, sweeps]).toEqual([[], sweep + 1]);
      expect(states[0]).toEqual(Float32Array.from(visibleMean.read(10)));
      for (const l of [1, 2]) expect(states[l]).toEqual(Float32Array.from(state.layers[l]?.read(10) ?? []));
    }
    kernels.dispose();
    engine.dispose?.();
  });

  test("goes back to what it was", async () => {
    const engine = await start({ ...initial, hold: "upper" });
    for (let t = 0; t < 5; t++) await engine.advance();
    const saved = engine.save?.();
    const then = engine.view();
    for (let t = 0; t < 5; t++) await engine.advance();
    expect(engine.view()).not.toEqual(then);
    await engine.load?.(saved as never);
    expect(engine.view()).toEqual(then);
    engine.dispose?.();
  });

  test("completes the half of a digit that is not held, each column in its own way", async () => {
    const { digit } = chosenDigit(await loadDigits("test"), initial);
    for (const hold of ["upper", "lower"] as const) {
      const engine = await start({ ...initial, hold });
      for (let t = 0; t < 20; t++) await engine.advance();
      const pixels = engine.view().states[0] as Float32Array;
      const half = (c: number, which: "upper" | "lower") =>
        pixels.slice(c * 784 + (which === "upper" ? 0 : 392), c * 784 + (which === "upper" ? 392 : 784));
      const held = hold === "upper" ? digit.slice(0, 392) : digit.slice(392);
      for (let c = 0; c < 10; c++) expect(half(c, hold)).toEqual(held);
      const other = hold === "upper" ? "lower" : "upper";
      expect(half(0, other)).not.toEqual(half(1, other));
      // another digit: other dreams; nothing held: the digit is no matter of the dreams
      expect(engine.adjust?.({ ...initial, hold, read: 3 } as never)).toBe(false);
      engine.dispose?.();
    }
    const free = await start(initial);
    expect(free.adjust?.({ ...initial, read: 3 } as never)).toBe(true);
    free.dispose?.();
  });

  test("its second bond carries something: without it held-out digits are several nats less probable", async () => {
    const engine = await start(initial);
    const command = { what: "score", machine: "dbm" };
    const told = (await engine.command?.(command as never)) as Score | undefined;
    if (!told) throw new Error("no answer");
    expect(told.cases).toBe(500);
    for (const { mean, lower, upper } of [told.whole, told.cut]) {
      expect(lower).toBeLessThanOrEqual(mean);
      expect(upper).toBeGreaterThanOrEqual(mean);
    }
    // whatever ln Z is within what is known of it
    expect(told.whole.lower).toBeGreaterThan(told.cut.upper + 3);
    // it answers no question that was meant for the other kind of tower
    expect(await engine.command?.({ what: "score", machine: "dbn" } as never)).toBeUndefined();
    engine.dispose?.();
  }, 60_000);
});

describe("layers that settle", () => {
  test("are the library's mean field, and the bound is the library's, pass by pass", async () => {
    for (const dbm of [shipped, randomDbm([784, 14, 9], 5)]) {
      const told = await settle(dbm, { read: 8, drawing: "" });
      const data = caseOf(told.digit);
      const exactly = (iterations: number) => ({ iterations, tolerance: 0, threads: 1 });
      for (const [c, pass] of PASSES.entries()) {
        const column = (l: number) =>
          told.layers[l]?.subarray(c * (dbm.layers[l] as number), (c + 1) * (dbm.layers[l] as number)) as Float32Array;
        close(column(0), await dbmReconstruct(dbm, data, exactly(pass)));
        for (const layer of [1, 2]) close(column(layer), await dbmFeatures(dbm, data, { ...exactly(pass), layer }));
        const { unnormalised } = await variationalBounds(dbm, data, { ...exactly(pass), clamp: "probability" });
        expect(told.bounds[pass]).toBeCloseTo(unnormalised[0] as number, 2);
      }
      // rounding of single precision aside it never falls, and it has risen
      const steps = told.bounds.slice(1).map((bound, n) => bound - (told.bounds[n] as number));
      expect(Math.min(...steps)).toBeGreaterThan(-1e-3);
      expect((told.bounds.at(-1) as number) - (told.bounds[0] as number)).toBeGreaterThan(0.1);
      expect(Math.abs(told.end - (told.bounds.at(-1) as number))).toBeLessThan(0.01);
      // from the pixels alone: as if there were no second bond
      const cut: Dbm = {
        ...dbm,
        weights: [dbm.weights[0] as Float32Array, new Float32Array((dbm.weights[1] as Float32Array).length)],
      };
      close(told.alone, await dbmFeatures(cut, data, { ...exactly(1), layer: 1 }));
      close(told.settled, await dbmFeatures(dbm, data, { ...exactly(100), layer: 1 }), 4);
      // no independent means do better than those that settle here
      expect(told.aloneBound).toBeLessThan(told.end);
    }
  });

  test("take a drawing in place of a held-out digit", async () => {
    const drawing = "_".repeat(131);
    const engine = await start(initial);
    const command = { what: "read", machine: "dbm", read: 0, drawing };
    const told = (await engine.command?.(command as never)) as Settling | undefined;
    expect(told?.label).toBeUndefined();
    expect(told?.digit).toEqual(new Float32Array(784).fill(1));
    engine.dispose?.();
  });
});

describe("up and down while bonds learn by themselves", () => {
  const digits = Float32Array.from({ length: 10 * 784 }, (_, i) => ((i * i) % 5 === 0 ? 1 : 0));
  const dbm = randomDbm([784, 12, 7], 4);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  test("the first hears its pixels twice", () => {
    const { layers } = dbmKind.recognized(dbm, 1, digits);
    const [W, b] = [dbm.weights[0] as Float32Array, dbm.biases[1] as Float32Array];
    for (let j = 0; j < 12; j++) {
      let sum = b[j] as number;
      for (let i = 0; i < 784; i++) sum += (digits[i] as number) * (W[i * 12 + j] as number);
      expect(layers[1]?.[j]).toBeCloseTo(sigmoid(2 * sum), 5);
    }
  });

  test("with both, up is where mean field begins", async () => {
    const { layers } = dbmKind.recognized(dbm, 2, digits);
    const data = { name: "pattern", cases: 10, units: 784, levels: digits };
    for (const layer of [1, 2])
      close(layers[layer] as Float32Array, await dbmFeatures(dbm, data, { layer, iterations: 0, threads: 1 }));
  });
});

describe("a deep Boltzmann machine that learns in the page", () => {
  const settings: Settings = {
    ...initial,
    tower: "yours",
    first: 12,
    second: 10,
    cases: 200,
    epochs: 1,
    joint: 2,
    batch: 50,
  };
  const updates = 4 + 4 + 8;

  test("has the weights of the command that it shows, and then dreams", async () => {
    const engine = await start(settings);
    const seen: [number, string][] = [];
    for (let t = 0; t < updates; t++) {
      const { learnt, learning } = engine.view();
      seen.push([learnt, learning?.stage ?? ""]);
      expect(await engine.advance()).toBe(true);
    }
    expect(seen.map(([learnt]) => learnt)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    expect(seen.map(([, stage]) => stage).slice(8)).toEqual(["layer 2", ...Array(7).fill("all layers")]);
    const command = commandOf(settings);
    expect(command).toContain("harmonium train dbm ");
    expect(await engine.command?.({ what: "sha256" } as never)).toBe(await sha256After(`${command} --held-out none`));
    const { learning, sweeps } = engine.view();
    expect(learning?.stage).toBe("done");
    await engine.advance();
    expect(engine.view().sweeps).toBe(sweeps + 1);
    engine.dispose?.();
  }, 30_000);

  test("goes back into any stage, with the same pictures", async () => {
    const engine = await start(settings);
    const seen: { states: unknown; fields: unknown }[] = [];
    const saved: unknown[] = [];
    for (let t = 0; t < updates + 2; t++) {
      saved.push(engine.save?.());
      seen.push(engine.view());
      await engine.advance();
    }
    for (const t of [13, 9, 6, 2, updates]) {
      await engine.load?.(saved[t] as never);
      for (const at of [t, t + 1].filter((each) => each < seen.length)) {
        const { states, fields: receptive } = engine.view();
        expect(states, `tick ${at}`).toEqual(seen[at]?.states);
        expect(receptive, `tick ${at}`).toEqual(seen[at]?.fields);
        await engine.advance();
      }
    }
    engine.dispose?.();
  });
});
