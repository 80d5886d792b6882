import { beforeAll, describe, expect, test } from "vitest";
import { bondRbm, initializeDbn, randomStream, reconstruct, takeCases } from "#src/index.js";
import { loadDigits } from "../../lab/engine/shipped.js";
import { dbnKind } from "../../lab/pages/deep/dbn/kind.js";
import type { ErrorRate, Reading } from "../../lab/pages/deep/dbn/reading.js";
import { start } from "../../lab/pages/deep/engine.js";
import { commandOf, fields, type Settings } from "../../lab/pages/deep/fields.js";
import { receptiveFields } from "../../lab/pages/deep/projection.js";
import { sha256After } from "./command.js";
import { shipFiles } from "./shipped.js";

const initial = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.initial])) as Settings;
beforeAll(shipFiles);

test("a receptive field is what a step of the unit adds to the input of the pixels, were the layers linear", () => {
  const dbn = initializeDbn([9, 4, 5, 6], { classes: 3, seed: 2, weightScale: 1 });
  // up and down apart, as after fine-tuning
  const random = randomStream(1, "data");
  for (const { recognitionWeights } of dbn.directed)
    recognitionWeights.forEach((_, i) => {
      recognitionWeights[i] = random.normal();
    });
  const down = (l: number, x: number[]): number[] => {
    const { visible, hidden, weights } = bondRbm(dbn, l);
    const lower = Array.from({ length: visible }, (_, i) =>
      x.reduce((sum, value, j) => sum + (weights[i * hidden + j] as number) * value, 0),
    );
    // of the top pair, without its labels
    return lower.slice(0, dbn.layers[l]);
  };
  for (const [l, units] of [4, 5, 6].entries()) {
    const got = receptiveFields(dbnKind.generative(dbn), l + 1);
    for (let j = 0; j < units; j++) {
      let x: number[] = Array.from({ length: units }, (_, k) => Number(k === j));
      for (let bond = l; bond >= 0; bond--) x = down(bond, x);
      x.forEach((value, i) => {
        expect(got[j * 9 + i]).toBeCloseTo(value, 4);
      });
    }
  }
});

test("up and down through one layer is the reconstruction of its RBM", async () => {
  const dbn = initializeDbn([784, 12, 5, 4], { classes: 10, seed: 3, weightScale: 0.3 });
  const levels = Float32Array.from({ length: 10 * 784 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  const exact = await reconstruct(bondRbm(dbn, 0), { name: "stripes", cases: 10, units: 784, levels });
  const { layers } = dbnKind.recognized(dbn, 1, levels);
  expect(layers.map(({ length }) => length)).toEqual([7840, 120]);
  for (let i = 0; i < exact.length; i += 7) expect(layers[0]?.[i]).toBeCloseTo(exact[i] as number, 5);
});

describe("the shipped tower", () => {
  test("dreams digits that look like their names to a nearest neighbour", async () => {
    const engine = await start(initial);
    const known = takeCases(await loadDigits("train"), 2000);
    const nearest = (picture: Float32Array): number => {
      let [best, label] = [Infinity, -1];
      for (let b = 0; b < known.cases; b++) {
        let far = 0;
        for (let i = 0; i < 784; i++)
          far += ((picture[i] as number) - (known.levels[b * 784 + i] as number) / 255) ** 2;
        if (far < best) [best, label] = [far, known.labels?.[b] as number];
      }
      return label;
    };
    let right = 0;
    let all = 0;
    for (let sweep = 1; sweep <= 1000; sweep++) {
      await engine.advance();
      if (sweep < 400 || sweep % 100 !== 0) continue;
      const { states, labels } = engine.view();
      expect(labels).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      for (let c = 0; c < 10; c++) {
        const picture = (states[0] as Float32Array).subarray(c * 784, (c + 1) * 784);
        right += nearest(picture) === c ? 1 : 0;
        all++;
      }
    }
    engine.dispose?.();
    // by chance a tenth
    expect(right / all).toBeGreaterThan(0.7);
  });

  test("reads held-out digits, and says what it reads", async () => {
    const engine = await start(initial);
    const rate = (await engine.command?.({ what: "score", machine: "dbn" } as never)) as ErrorRate;
    expect(rate.cases).toBe(2000);
    expect(rate.wrong).toBeLessThan(0.08);
    const reading = (await engine.command?.({
      what: "read",
      machine: "dbn",
      read: 0,
      drawing: "",
    } as never)) as Reading;
    // the first of MNIST's test digits
    expect([reading.label, reading.probabilities.indexOf(Math.max(...reading.probabilities))]).toEqual([7, 7]);
    expect(reading.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    engine.dispose?.();
  });

  test("goes back to what it was", async () => {
    const engine = await start({ ...initial, dream: "free" });
    for (let t = 0; t < 5; t++) await engine.advance();
    const saved = engine.save?.();
    const then = engine.view();
    for (let t = 0; t < 5; t++) await engine.advance();
    expect(engine.view()).not.toEqual(then);
    await engine.load?.(saved as never);
    expect(engine.view()).toEqual(then);
    engine.dispose?.();
  });
});

describe("a tower that learns in the page", () => {
  const settings: Settings = {
    ...initial,
    tower: "yours",
    first: 12,
    second: 10,
    top: 8,
    cases: 200,
    epochs: 1,
    batch: 50,
  };
  const updates = 3 * 4;

  test("has the weights of the command that it shows, layer after layer, and then dreams", async () => {
    const engine = await start(settings);
    const learnt: number[] = [];
    for (let t = 0; t < updates; t++) {
      learnt.push(engine.view().learnt);
      expect(await engine.advance()).toBe(true);
    }
    // a layer waits until those below have learnt
    expect(learnt).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
    expect(await engine.command?.({ what: "sha256" } as never)).toBe(
      await sha256After(`${commandOf(settings)} --held-out none`),
    );
    const { learning, sweeps } = engine.view();
    expect(learning?.stage).toBe("done");
    await engine.advance();
    expect(engine.view().sweeps).toBe(sweeps + 1);
    engine.dispose?.();
  });

  test("goes back into any layer, with the same pictures", async () => {
    const engine = await start(settings);
    const seen: unknown[] = [];
    const saved: unknown[] = [];
    for (let t = 0; t < updates + 2; t++) {
      saved.push(engine.save?.());
      seen.push(engine.view());
      await engine.advance();
    }
    for (const t of [9, 5, 2, updates]) {
      await engine.load?.(saved[t] as never);
      expect(engine.view().states, `tick ${t}`).toEqual((seen[t] as { states: unknown }).states);
      await engine.advance();
      if (t + 1 < seen.length) expect(engine.view().states).toEqual((seen[t + 1] as { states: unknown }).states);
    }
    engine.dispose?.();
  });
});
