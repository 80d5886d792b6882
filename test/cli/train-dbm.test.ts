import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parametersSha256, parseModel, serializeModel } from "#src/index.js";
import { serializeSafetensors } from "#src/io/safetensors.js";
import { dbmArrays } from "#src/machines/dbm.js";
import { initializeDbm } from "#src/machines/initialize-dbm.js";
import { objects, workplace } from "./program.js";

const { run, read } = workplace();
const dbm = ["train", "dbm", "--data", "bars-and-stripes:3"];
const learn = [...dbm, "--layers", "9-7-5", "--epochs", "30", "--batch-size", "14", "--seed", "3"];
const config = (folder: string) => JSON.parse(new TextDecoder().decode(read(folder, "config.json")));

describe("train dbm", () => {
  test("a run, its record, and what the other commands say of it", async () => {
    const words = ["--monitor", "10", "--held-out", "bars-and-stripes:3", "--average", "0.5", "--no-figures"];
    const ended = await run(...learn, ...words, "--run", "a");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toContain("deep Boltzmann machine, 9-7-5 units");
    expect(ended.stdout).toContain("PCD-5, 100 chains, centred, averaged from 0.5 on, 30 epochs");
    expect(ended.stdout).toMatch(/log-likelihood ≥ +−?-?\d/);
    expect(config("a").learning.joint).toMatchObject({
      negative: { rule: "pcd", k: 5, chains: 100 },
      meanField: { iterations: 30, tolerance: 0.001 },
      centring: { rate: 0.01 },
    });
    const inspected = await run("inspect", "a", "--json");
    expect(objects(inspected.stdout)[0]).toMatchObject({ kind: "dbm", layers: [9, 7, 5], parameters: 63 + 35 + 21 });
    const evaluated = await run("evaluate", "a", "--data", "bars-and-stripes:3", "--json");
    const { variationalBound, logPartition } = objects(evaluated.stdout)[0] as {
      variationalBound: { mean: number };
      logPartition: { method: string };
    };
    expect(logPartition.method).toBe("exact");
    const last = new TextDecoder().decode(read("a", "metrics.jsonl")).trim().split("\n").at(-1) as string;
    // as the run told it, but for means that had settled less
    expect(Math.abs(JSON.parse(last).logLikelihood - variationalBound.mean)).toBeLessThan(1e-3);
    expect(JSON.parse(last)).toMatchObject({ likelihoodIsBound: true, logLikelihoodMethod: "exact" });
    for (const words of [
      ["sample", "a", "--chains", "4", "--sweeps", "5", "--out", "samples.npy"],
      ["reconstruct", "a", "--data", "bars-and-stripes:3", "--out", "reconstructions.png"],
      ["features", "a", "--data", "bars-and-stripes:3", "--layer", "1", "--out", "features.npy"],
    ]) {
      const done = await run(...words);
      expect(done.code, done.stderr).toBe(0);
    }
  }, 60_000);

  test("a greedy start is told, kept and resumed with the same bits; figures of each layer", async () => {
    const words = ["--pretrain", "4", "--no-centre", "--optimizer", "adam"];
    const ended = await run(...learn, ...words, "--run", "b", "--json");
    expect(ended.code, ended.stderr).toBe(0);
    const { figures, parametersSha256: sha } = objects(ended.stdout).at(-1) as {
      figures: string[];
      parametersSha256: string;
    };
    for (const name of ["samples", "filters-layer-1", "filters-layer-2", "reconstructions", "learning-curves"]) {
      expect(figures.some((file) => file.endsWith(`${name}.png`))).toBe(true);
    }
    expect(config("b").learning).toMatchObject({ epochs: 38, pretraining: [{ epochs: 4 }, { epochs: 4 }] });
    expect(config("b").learning.joint.centring).toBeUndefined();
    const again = await run("resume", "b", "--no-figures", "--json");
    expect(objects(again.stdout).at(-1)).toMatchObject({ parametersSha256: sha });
  }, 60_000);

  test("begun above an RBM, resumed with the same bits, refused once that model has changed", async () => {
    const rbm = ["train", "rbm", "--data", "bars-and-stripes:3", "--hidden", "7", "--batch-size", "14", "--no-figures"];
    expect((await run(...rbm, "--epochs", "20", "--run", "lower")).code).toBe(0);
    const ended = await run(...learn, "--from", "lower", "--no-figures", "--json", "--run", "above");
    expect(ended.code, ended.stderr).toBe(0);
    const { parametersSha256: sha } = objects(ended.stdout).at(-1) as { parametersSha256: string };
    expect(config("above").model).toMatchObject({ layers: [9, 7, 5], from: "lower" });
    const again = await run("resume", "above", "--no-figures", "--json");
    expect(objects(again.stdout).at(-1)).toMatchObject({ parametersSha256: sha });
    const both = await run(...learn, "--from", "lower", "--pretrain", "3", "--run", "refused");
    expect(both.stderr).toContain("--pretrain: got it with --from");
    const others = await run(...dbm, "--layers", "9-6-5", "--from", "lower", "--run", "refused");
    expect(others.stderr).toContain("from: got a machine of 9-7 units; expected layers that 9-6-5 begins with");
    expect((await run(...rbm, "--epochs", "21", "--run", "lower", "--force")).code).toBe(0);
    const changed = await run("resume", "above", "--no-figures");
    expect(changed.stderr).toContain("got a model that has changed");
  }, 60_000);

  test("tempered chains, resumed with the same bits", async () => {
    const words = ["--rule", "pt", "--chains", "9", "--ladder", "1,0.5,0", "--no-figures"];
    const ended = await run(...learn, ...words, "--json", "--run", "tempered");
    expect(ended.code, ended.stderr).toBe(0);
    const { parametersSha256: sha } = objects(ended.stdout).at(-1) as { parametersSha256: string };
    const negative = { rule: "tempered", chains: 9, sweeps: 1, ladder: [1, 0.5, 0] };
    expect(config("tempered").learning.joint.negative).toEqual(negative);
    const again = await run("resume", "tempered", "--no-figures", "--json");
    expect(objects(again.stdout).at(-1)).toMatchObject({ parametersSha256: sha });
  }, 60_000);

  test.each<[string[], string]>([
    [["--layers", "9-4", "--rule", "pt", "--k", "3"], "--k: got --rule pt; expected --rule pcd with this option"],
    [["--layers", "9-4", "--sweeps", "3"], "--sweeps: got --rule pcd; expected --rule pt with this option"],
    [["--layers", "9"], "at least two layers"],
    [["--layers", "9-0-3"], "expected units such as 784-500-1000"],
    [["--layers", "8-4-3"], "--layers: got 8-4-3; expected 9 in the first layer, as in bars-and-stripes:3"],
    [["--layers", "9-40000-40000"], "which makes"],
    [["--layers", "9-4", "--pretrain-rate", "0.1"], "--pretrain-rate: got it without --pretrain"],
    [["--layers", "9-4", "--k", "70000"], "got 70000; expected at most 65535"],
    [["--layers", "9-4", "--clamp", "probability", "--monitor", "1"], "data clamped as probabilities"],
    [[], "--layers"],
  ])("refuses %j", async (words, text) => {
    const ended = await run(...dbm, ...words, "--run", "refused");
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain(text);
  });

  test("options of other machines", async () => {
    const refused = await run("evaluate", "a", "--data", "bars-and-stripes:3", "--draws", "3");
    expect(refused.stderr).toContain("--draws: got a deep Boltzmann machine; expected a deep belief network");
    const labelled = await run("sample", "a", "--label", "3");
    expect(labelled.stderr).toContain("--label: got a deep Boltzmann machine");
  });
});

describe("model files of deep Boltzmann machines", () => {
  const machine = initializeDbm(barsAndStripes(3), { layers: [9, 4, 3, 2], seed: 1 });

  test("there and back", async () => {
    const { machine: again, metadata } = parseModel(serializeModel(machine), "file");
    expect(again).toEqual(machine);
    expect(metadata.get("kind")).toBe("dbm");
    expect(await parametersSha256(again)).toBe(await parametersSha256(machine));
  });

  const tensors = () =>
    Object.fromEntries(
      Object.entries(dbmArrays(machine)).map(([name, { shape, data }]) => [
        name,
        { dtype: "F32" as const, shape: [...shape], data: data.slice() },
      ]),
    );
  const parsed = (of: ReturnType<typeof tensors>) =>
    parseModel(serializeSafetensors(of, { format: "harmonium/1", kind: "dbm" }), "file");

  test("layers that do not fit, missing parts and numbers that are none are refused", () => {
    const { "weights.2": _, ...gap } = tensors();
    expect(() => parsed(gap)).toThrow("expected a tensor weights.2");
    const short = tensors();
    short["bias.2"] = { dtype: "F32", shape: [2], data: new Float32Array(2) };
    expect(() => parsed(short)).toThrow("file: bias.2: got [2]; expected [3], as the layers 9, 4, 3, 2");
    const askew = tensors();
    askew["weights.2"] = { dtype: "F32", shape: [3, 3], data: new Float32Array(9) };
    expect(() => parsed(askew)).toThrow("file: weights.2: got [3, 3]; expected [4, 3]");
    const { "bias.1": __, ...missing } = tensors();
    expect(() => parsed(missing)).toThrow("bias.1");
    const bad = tensors();
    (bad["weights.1"] as { data: Float32Array }).data[5] = Number.NaN;
    expect(() => parsed(bad)).toThrow("finite numbers");
  });
});
