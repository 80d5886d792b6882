import { describe, expect, test } from "vitest";
import { decode } from "./figures-decode.js";
import { objects, outcome, workplace } from "./program.js";

const { run, read, start } = workplace();

/** Errors of 1,000 cases: what a sketch should be below, with room for eight standard errors; chance is 90 %. */
const experiments = [
  ["read-out", 0.27, ["filters", "confusion", "mistakes"]],
  ["deep-belief", 0.27, ["filters", "confusion", "mistakes"]],
  ["up-down", 0.29, ["by-label", "filters-layer-1", "filters-layer-2", "filters-layer-3", "confusion", "mistakes"]],
  ["classification-rbm", 0.27, ["filters-layer-1", "confusion", "mistakes"]],
  ["deep-boltzmann", 0.27, ["filters", "confusion", "mistakes"]],
] as const;

describe.each(experiments)("harmonium experiment %s --quick", (name, most, figures) => {
  test("learns digits in seconds, and leaves figures, a report and a model that other commands read", async () => {
    const words = ["experiment", name, "--quick", "--seed", "2"];
    const ended = await run(...words, "--threads", "1", "--run", name);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/test error +\d+\.\d\d % ± [01]\.\d\d % +[01]\.\d\d %/);
    const { test: fit, publishedErrorRate, command } = JSON.parse(read(name, "results.json").toString());
    expect(fit.errorRate).toBeLessThan(most);
    expect(publishedErrorRate).toBeLessThan(0.02);
    expect(command).toBe(`npx harmonium experiment ${name} --quick --seed 2`);
    for (const figure of figures) expect(decode(read(name, "figures", `${figure}.png`)).width).toBe(1440);
    const told = await run(
      "classify",
      `${name}/model.safetensors`,
      "--data",
      "mnist:test",
      "--limit",
      "1000",
      "--json",
    );
    expect(objects(told.stdout)[0]).toMatchObject({ errorRate: fit.errorRate, confusion: fit.confusion });
    // the seed decides, not the threads
    const again = outcome(await run(...words, "--threads", "2", "--json", "--run", `${name} again`));
    expect(again).toMatchObject({ kind: "outcome", test: fit });
    expect(read(`${name} again`, "model.safetensors").equals(read(name, "model.safetensors"))).toBe(true);
  });
});

test("Ctrl+C leaves nothing behind", async () => {
  const running = start("experiment", "up-down", "--threads", "1", "--run", "stopped");
  await running.says("layer 1, epoch");
  running.child.kill("SIGINT");
  const { code, stderr } = await running.ended;
  expect([code, stderr]).toEqual([130, expect.stringContaining("Stopping; nothing is kept.")]);
  expect(() => read("stopped", "config.json")).toThrow("no such file");
});
