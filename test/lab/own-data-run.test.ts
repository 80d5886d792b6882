import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKernels,
  initializeRbm,
  parametersSha256,
  serializeModel,
  sgd,
  takeCases,
  toDataset,
  train,
} from "#src/index.js";
import { setBase } from "../../lab/engine/shipped.js";
import { start } from "../../lab/pages/digits/engine.js";
import { commandOf, fields, hiddenOf, type Settings } from "../../lab/pages/digits/fields.js";
import { columnNames, csvOf, fileOf, npyOf, twoKinds } from "./own-files.js";

const { rows, labels } = twoKinds(45, 20);
const flat = Uint8Array.from(rows.flat());

const shipped = join(import.meta.dirname, "../../dist/lab-public");
const initial = {
  ...(Object.fromEntries(
    Object.entries(fields).map(([name, { initial: value }]) => [name, value]),
  ) as unknown as Settings),
  hidden: 6,
  epochs: 3,
  batch: 10,
};

describe.skipIf(!existsSync(join(shipped, "digits-test.bin.gz")))(
  "the page of digits with own data (needs the built lab)",
  () => {
    beforeAll(() => {
      setBase("http://lab/");
      globalThis.fetch = (async (address: URL) => new Response(readFileSync(join(shipped, address.pathname)))) as never;
    });
    type Lab = Awaited<ReturnType<typeof start>>;
    const ask = async <Answer>(engine: Lab, command: unknown) => (await engine.command?.(command as never)) as Answer;
    const open = (engine: Lab, name: string, content: string | Uint8Array, how = {}) =>
      ask<string>(engine, { what: "data", files: [fileOf(name, content)], values: "levels", labels: "", ...how });

    test("its run is the library's training of the first nine tenths, and its command says so", async () => {
      const first = await start({ ...initial, digits: [2] });
      expect(await open(first, "own.csv", csvOf(rows))).toBe("own.csv");
      expect(first.adjust?.(initial as never), "the machine begins anew").toBe(false);
      first.dispose?.();
      const settings = { ...initial, file: "own.csv", filter: 2 };
      const engine = await start(settings);
      while (await engine.advance());
      const view = engine.view();
      expect(view.source).toMatchObject({ units: 20, heldOut: 4, own: { cases: 41, classes: undefined } });
      expect([view.cases, view.figured, view.shown, view.updates]).toEqual([41, 4, 4, 15]);
      expect([view.data.length, view.reconstructions.length, view.dreams.length, view.filters.length]).toEqual([
        80, 80, 200, 120,
      ]);
      expect(view.filter?.top.length).toBe(80);
      expect([...view.data.subarray(0, 20)]).toEqual(rows[41]);
      const data = takeCases(toDataset({ name: "own", shape: [45, 20], values: Float64Array.from(flat) }), 41);
      const kernels = await createKernels({ threads: 1 });
      let rbm = initializeRbm(data, { hidden: 6, seed: 1 });
      const optimizer = sgd({ rate: 0.05, momentum: 0, weightDecay: 0.0002 });
      for await (const report of train(rbm, data, { epochs: 3, batchSize: 10, seed: 1, optimizer, kernels }))
        if (report.done) rbm = report.machine();
      expect(await ask(engine, { what: "sha256" })).toBe(await parametersSha256(rbm));
      expect(commandOf(settings, view.source.own)).toBe(
        "harmonium train rbm --data own.csv --limit 41 --hidden 6 --epochs 3 --batch-size 10 --rate 0.05 --weight-decay 0.0002 --seed 1 --monitor 1",
      );
      kernels.dispose();
      // a machine of another width is none for these data; one of theirs is
      const wrong = serializeModel(
        initializeRbm(takeCases(toDataset({ name: "w", shape: [2, 9], values: new Uint8Array(18) }), 2), {
          hidden: 2,
          seed: 1,
        }),
      );
      expect(() => engine.command?.({ what: "open", bytes: wrong } as never)).toThrow(/9 × 2 units; expected 20/);
      expect(await ask(engine, { what: "open", bytes: serializeModel(rbm) })).toBe(6);
      await ask(engine, { what: "forget" });
      // back and on again
      const saved = engine.save?.();
      await engine.load?.(saved as never);
      expect(engine.view()).toEqual(view);
      engine.dispose?.();
    });

    test("a file that is wrong changes nothing; read in another way it may be right", async () => {
      const engine = await start({ ...initial, file: "none.csv", digits: [2] });
      await engine.advance();
      const before = engine.view();
      expect(before.source.own, "a link's file that is not open").toBeUndefined();
      const sixteen = csvOf(rows.map((row) => row.map((bit) => 16 * bit)));
      await expect(open(engine, "sixteen.csv", sixteen)).rejects.toThrow(/expected levels/);
      expect(engine.view()).toEqual(before);
      expect(engine.adjust?.({ ...initial, file: "none.csv", digits: [2], values: "minmax" } as never)).toBe("looked");
      expect(await ask(engine, { what: "data", values: "minmax", labels: "" })).toBe("sixteen.csv");
      const again = await start({ ...initial, file: "sixteen.csv" });
      expect(again.view().source.own?.options).toEqual(["--scale minmax"]);
      for (const each of [engine, again]) each.dispose?.();
    });

    test("classes are chosen where there are labels, and a wide case has fewer hidden units", async () => {
      const engine = await start({ ...initial, digits: [2] });
      const labelled = csvOf(
        rows.map((row, b) => [...row, labels[b] as number]),
        [...columnNames(20), "kind"],
      );
      await open(engine, "l.csv", labelled, { labels: "kind" });
      const ones = await start({ ...initial, file: "l.csv", digits: [1, 5] });
      const { own } = ones.view().source;
      expect(own).toMatchObject({ classes: [0, 1], cases: 20, options: ["--labels kind"] });
      expect(commandOf({ ...initial, file: "l.csv", digits: [1, 5] }, own)).toContain(
        "--data l.csv --labels kind --classes 1 --limit 20 --hidden 6",
      );
      await open(engine, "wide.npy", npyOf([3, 4096], new Uint8Array(3 * 4096).fill(1)));
      const wide = await start({ ...initial, file: "wide.npy", hidden: 1000 });
      expect([hiddenOf({ hidden: 1000 }, 4096), hiddenOf({ hidden: 1000 })]).toEqual([244, 1000]);
      const { filterCount, shown, source } = wide.view();
      expect([filterCount, shown, source.heldOut, source.frame.height]).toEqual([100, 3, 0, 64]);
      expect(await wide.advance()).toBe(true);
      for (const each of [engine, ones, wide]) each.dispose?.();
    });
  },
);
