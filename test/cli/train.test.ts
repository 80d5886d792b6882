import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { decode } from "./figures-decode.js";
import { parameters } from "./parameters.js";
import { begin, type Ended, harmonium, objects, outcome, workplace } from "./program.js";

const { cwd, path, start, run, read } = workplace();
const twos = "my runs/twos";

let trained: Ended;

beforeAll(async () => {
  const data = ["--data", "mnist:train", "--classes", "2", "--limit", "300"];
  const learning = [
    "--hidden",
    "16",
    "--epochs",
    "2",
    "--rate",
    "0.1..0.05",
    "--momentum",
    "0.5",
    "--batch-size",
    "20",
  ];
  trained = await run("train", "rbm", ...data, ...learning, "--run", twos, "--json");
  expect(trained.code, trained.stderr).toBe(0);
}, 60_000);

describe("train rbm", () => {
  test("--json: an object an epoch, then the run; talk stays on standard error", () => {
    const reports = objects(trained.stdout);
    const epochs = reports.filter(({ kind }) => kind === "epoch");
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
    for (const report of reports.slice(0, -1)) {
      expect(report).toMatchObject({ update: expect.any(Number), momentum: 0.5, largestWeight: expect.any(Number) });
      expect(report.imagesPerSecond).toBeGreaterThan(0);
      expect(report.reconstructionError).toBeGreaterThan(0.01);
      expect(report.reconstructionError).toBeLessThan(0.5);
    }
    expect(epochs[1]?.heldOutReconstructionError).toBeGreaterThan(0.01);
    expect(reports.at(-1)).toMatchObject({ run: twos, stopped: false, report: `${twos}/report.html` });
    expect(trained.stderr).toMatch(
      /^Training an RBM of 784 visible and 16 hidden units on mnist:train classes 2 \(300 cases\)\.\n/,
    );
    expect(trained.stderr).not.toContain("{");
  });

  test("the SHA-256 is that of the weights and biases in the model file", () => {
    const { weights, visible, hidden } = parameters(read(twos, "model.safetensors"));
    const hash = createHash("sha256");
    for (const part of [weights, visible, hidden])
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    expect(outcome(trained).parametersSha256).toBe(hash.digest("hex"));
  });

  test("the figures are pictures, and the report shows them", () => {
    const { figures } = outcome(trained) as { figures: string[] };
    expect(figures.map((file) => file.replace(`${twos}/figures/`, "")).sort()).toEqual([
      ...["filters-over-epochs.png", "filters.png", "learning-curves.png", "other-classes.png"],
      ...["reconstructions.png", "samples.png"],
    ]);
    for (const file of figures) {
      const { width, height } = decode(read(file));
      expect(Math.min(width, height)).toBeGreaterThan(100);
    }
    const report = read(twos, "report.html").toString();
    expect(report.replace(/<[^>]*>/g, "")).toContain("npx harmonium train rbm --data mnist:train --classes 2");
    for (const file of figures) expect(report).toContain(file.replace(`${twos}/`, ""));
  });

  test("the seed decides the bits, the threads do not", async () => {
    const words = ["train", "rbm", "--data", "bars-and-stripes:4", "--epochs", "5", "--no-figures", "--json"];
    const sha = async (...more: string[]) => outcome(await run(...words, ...more)).parametersSha256;
    const one = await sha("--seed", "3", "--threads", "1", "--run", "seed-3-1");
    expect(await sha("--seed", "3", "--threads", "2", "--run", "seed-3-2")).toBe(one);
    expect(await sha("--seed", "4", "--threads", "2", "--run", "seed-4")).not.toBe(one);
    const model = (folder: string) => parameters(read(folder, "model.safetensors")).weights;
    expect(model("seed-3-1")).toEqual(model("seed-3-2"));
  });

  test("without --run takes the next free folder; what it says to try next works, for data with options too", async () => {
    writeFileSync(path("answers, ours.csv"), "q1,q2,q3,who\n0,5,10,1\n10,5,0,2\n3,3,3,1\n9,0,1,2\n");
    const words = [
      "--data",
      "answers, ours.csv",
      "--labels",
      "who",
      "--scale",
      "minmax",
      "--hidden",
      "4",
      "--epochs",
      "3",
    ];
    for (const folder of ["runs/rbm", "runs/rbm-2"]) {
      const { code, stdout, stderr } = await run("train", "rbm", ...words);
      expect(code, stderr).toBe(0);
      expect(stdout).toContain(`\n  run                   ${folder}\n`);
      expect(stdout).toContain("\n  training data         answers, ours.csv, 4 cases\n");
      const next = stdout.split("Try next:\n")[1] as string;
      const commands = [...next.matchAll(/^ {2}npx harmonium (.*)$/gm)].map(([, command]) => command);
      expect(commands.map((command) => command?.split(" ")[0])).toEqual(["sample", "reconstruct", "evaluate"]);
      for (const command of folder === "runs/rbm" ? commands : []) {
        const quoted = harmonium()
          .map((word) => `'${word}'`)
          .join(" ");
        const ended = await begin(["sh", "-c", `${quoted} ${command}`], { cwd }).ended;
        expect(ended.code, `${command}: ${ended.stderr}`).toBe(0);
      }
    }
    expect(existsSync(path("dreams.npy"))).toBe(true);
  });
});

test("experiment twos begins the lecture's experiment, and resume goes on with it", async () => {
  const experiment = start("experiment", "twos", "--seed", "9", "--json");
  await experiment.says('"epoch":1');
  experiment.child.kill("SIGINT");
  const ended = await experiment.ended;
  expect(ended).toMatchObject({ code: 130, signal: null });
  expect(outcome(ended)).toMatchObject({ run: "runs/twos", stopped: true, resume: "npx harmonium resume runs/twos" });
  expect(ended.stderr).toContain("784 visible and 50 hidden units on mnist:train classes 2 (5,958 cases).");
  const resumed = start("resume", "runs/twos");
  await resumed.says("update");
  resumed.child.kill("SIGINT");
  expect((await resumed.ended).code).toBe(130);
});
