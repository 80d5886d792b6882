import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Boltzmann,
  dataMoments,
  exactFree,
  exactLogLikelihoods,
  initializeBoltzmann,
  latticeConnections,
  parametersSha256,
  parseModel,
  sgd,
  type TrainingReport,
  train,
} from "#src/index.js";
import { loadData } from "#src/node/index.js";
import { decode } from "./figures-decode.js";
import { begin, type Ended, harmonium, objects, outcome, type Printed, workplace } from "./program.js";

const { cwd, path, run, read } = workplace();
const machineOf = (folder: string) => parseModel(read(folder, "model.safetensors"), folder).machine as Boltzmann;
const bars = ["train", "boltzmann", "--data", "bars-and-stripes:3"];

/** The four states of the 4-2-4 encoder [Ackley et al. 1985]. */
const encoder = Array.from({ length: 4 }, (_, i) =>
  Array.from({ length: 8 }, (_, j) => Number(j % 4 === i)).join(","),
).join("\n");

describe("train boltzmann", () => {
  const learning = ["--connect", "lattice:3x3,periodic", "--epochs", "40", "--batch-size", "5", "--seed", "7"];
  let trained: Ended;

  beforeAll(async () => {
    const more = ["--rate", "0.2..0.1", "--momentum", "0.5", "--monitor", "16", "--held-out", "bars-and-stripes:3"];
    trained = await run(...bars, ...learning, ...more, "--run", "my runs/bars", "--json");
    expect(trained.code, trained.stderr).toBe(0);
  }, 60_000);

  test("is the library's training, to the last bit", async () => {
    const data = await loadData("bars-and-stripes:3");
    const connections = latticeConnections(3, 3, { periodic: true });
    const reports = train(initializeBoltzmann(data, { connections, seed: 7 }), data, {
      ...{ connections, epochs: 40, batchSize: 5, seed: 7, threads: 1 },
      ...{ positive: dataMoments(), negative: exactFree() },
      optimizer: sgd({ rate: { kind: "linear", from: 0.2, to: 0.1 }, momentum: 0.5 }),
    });
    let last: TrainingReport<Boltzmann> | undefined;
    for await (const report of reports) last = report;
    expect(outcome(trained).parametersSha256).toBe(
      await parametersSha256((last as TrainingReport<Boltzmann>).machine()),
    );
  });

  test("evaluate tells its likelihood, exactly and from two sides", async () => {
    const { levels, cases } = await loadData("bars-and-stripes:3");
    const exact = exactLogLikelihoods(
      machineOf("my runs/bars"),
      Array.from(levels, (level) => level / 255),
    ).reduce((a, b) => a + b / cases, 0);
    const evaluate = ["evaluate", "my runs/bars", "--data", "bars-and-stripes:3", "--json"];
    const told = JSON.parse((await run(...evaluate)).stdout);
    expect(told.logPartition.method).toBe("exact");
    expect(told.logLikelihood.mean).toBeCloseTo(exact, 9);
    const estimated = JSON.parse((await run(...evaluate, "--chains", "100", "--temperatures", "200")).stdout);
    expect(estimated.logPartition.method).toBe("ais");
    expect(estimated.logLikelihood.lower).toBeLessThan(exact);
    expect(estimated.logLikelihood.upper).toBeGreaterThan(exact);
    const wrong = await run("evaluate", "my runs/bars", "--data", "bars-and-stripes:4");
    expect(wrong.stderr).toContain("--data: got bars-and-stripes:4 with 16 units a case; expected 9");
  });

  test("the SHA-256 is that of the weights and biases in the model file", () => {
    const { weights, bias, visible } = machineOf("my runs/bars");
    expect(visible).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const hash = createHash("sha256");
    for (const part of [weights, bias]) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    expect(outcome(trained).parametersSha256).toBe(hash.digest("hex"));
  });

  test("--json: log-likelihoods every 16 epochs and after the last, those of the machine, here and in metrics.jsonl", async () => {
    const told = (records: Printed[]) => records.filter(({ logLikelihood }) => logLikelihood !== undefined);
    const epochs = told(objects(trained.stdout));
    expect(epochs.map(({ epoch }) => epoch)).toEqual([16, 32, 40]);
    expect(told(objects(read("my runs/bars", "metrics.jsonl").toString())).map(({ epoch }) => epoch)).toEqual([
      16, 32, 40,
    ]);
    const { levels } = await loadData("bars-and-stripes:3");
    const exact = exactLogLikelihoods(
      machineOf("my runs/bars"),
      Uint8Array.from(levels, (level) => level / 255),
    );
    const mean = exact.reduce((a, b) => a + b, 0) / exact.length;
    expect(epochs.at(-1)?.logLikelihood).toBeCloseTo(mean, 12);
    expect(epochs.at(-1)?.heldOutLogLikelihood).toBeCloseTo(mean, 12);
    expect(mean).toBeGreaterThan(epochs[0]?.logLikelihood as number);
  });

  test("says what it trains, and what it chose: talk stays on standard error", () => {
    expect(trained.stderr.split("\n").slice(0, 5)).toEqual([
      "Training a Boltzmann machine of 9 visible and 0 hidden units, 18 connections (lattice:3x3,periodic), on bars-and-stripes:3 (16 cases).",
      "Positive phase: moments of the data; chosen, as there are no hidden units.",
      expect.stringMatching(/^Negative phase: exact; chosen, as the exact sum has about \d+ terms\.$/),
      "Optimizer: sgd, rate 0.2..0.1, momentum 0.5.",
      "Exact log-likelihood every 16 epochs.",
    ]);
    expect(trained.stderr).not.toContain("Warning");
    expect(trained.stderr).not.toContain("{");
  });

  test("the figures are pictures, and the report shows them", () => {
    const { figures, report } = outcome(trained) as { figures: string[]; report: string };
    expect(figures.map((file) => file.replace("my runs/bars/figures/", ""))).toEqual([
      ...["moments.png", "weights.png", "learning-curves.png"],
    ]);
    const page = read(report).toString();
    expect(page).toContain("<title>A Boltzmann machine learns bars-and-stripes:3</title>");
    for (const file of figures) {
      const { width, height } = decode(read(file));
      expect(Math.min(width, height)).toBeGreaterThan(100);
      expect(page).toContain(file.replace("my runs/bars/", ""));
    }
  });
});

const short = [...bars, "--epochs", "6", "--no-figures", "--json"];

describe("bits", () => {
  const rules = [
    [["--hidden", "3"]],
    [["--hidden", "3", "--positive", "chains", "--chains-per-case", "2", "--negative", "scratch", "--readings", "3"]],
    [["--negative", "tempered", "--ladder", "1,0.6,0.3", "--chains", "7", "--sweeps", "2", "--temperature", "2"]],
    [["--positive", "mean-field", "--negative", "cd", "--k", "2", "--hidden", "2", "--connect", "bipartite"]],
    [["--negative", "pseudo-likelihood", "--optimizer", "sign", "--rate", "0.01"]],
  ];

  test.each(rules)("%j: the seed decides them, the threads do not", async (rule) => {
    const name = rule.join("");
    const sha = async (seed: string, threads: string) => {
      const words = ["--seed", seed, "--threads", threads, "--run", `${name}-${seed}-${threads}`];
      const ended = await run(...short, ...rule, ...words);
      expect(ended.code, ended.stderr).toBe(0);
      return outcome(ended).parametersSha256;
    };
    const one = await sha("3", "1");
    expect(await sha("3", "2")).toBe(one);
    // where nothing is sampled and there are no hidden units, only the order of the cases goes by the seed
    if (rule.includes("--hidden") || rule.includes("tempered")) expect(await sha("4", "2")).not.toBe(one);
  });
});

describe("what is chosen where the options do not say", () => {
  const chosen = async (...words: string[]) => {
    const { stderr } = await run(...short, ...words, "--run", `chosen-${words.join("")}`);
    const [positive, negative, optimizer] = stderr.split("\n").slice(1);
    return { positive, negative, optimizer };
  };

  test("few hidden units: both phases exact, with momentum", async () => {
    expect(await chosen("--hidden", "2")).toEqual({
      positive:
        "Positive phase: exact, over all states of the hidden units; chosen, as the exact sum of a case has about 4 terms.",
      negative: "Negative phase: exact; chosen, as the exact sum has about 2,048 terms.",
      optimizer: "Optimizer: sgd, rate 0.1, momentum 0.9.",
    });
  });

  test("many: chains, with a rate that falls", async () => {
    expect(await chosen("--hidden", "20")).toEqual({
      positive:
        "Positive phase: 1 chain a case, sequential 10@1, 1 reading; chosen, as the exact sum of a case has about 2^20.0 terms.",
      negative:
        "Negative phase: 100 persistent chains, 1 sweep an update; chosen, as the exact sum has more than 2^25 terms.",
      optimizer: "Optimizer: sgd, rate 0.1..0.01.",
    });
  });

  test("what is given is not called chosen; temperature and sign scale rates and stages", async () => {
    const words = ["--hidden", "2", "--positive", "chains", "--negative", "scratch", "--chains", "5"];
    expect(await chosen(...words, "--temperature", "10", "--optimizer", "sign")).toEqual({
      positive: "Positive phase: 1 chain a case, sequential 10@10, 1 reading.",
      negative: "Negative phase: 5 chains from random bits, sequential 50@10, 1 reading.",
      optimizer: "Optimizer: steps of fixed size, 2.",
    });
  });

  test("epochs make 2,000 updates; a log-likelihood that would take long is left out", async () => {
    writeFileSync(path("encoder.csv"), encoder);
    const words = ["--data", "encoder.csv", "--hidden", "2", "--connect", "groups:4,4", "--batch-size", "2"];
    const ended = await run("train", "boltzmann", ...words, "--no-figures", "--run", "encoder");
    expect(ended.stderr).toContain(
      "1,000 epochs, 2,000 updates; --epochs chooses another number.\nExact log-likelihood every 20 epochs.\n",
    );
    expect(ended.stdout).toMatch(
      /\n {2}log-likelihood +-\d\.\d{4} nats a case, exact \(at most -1\.3863, minus the data's entropy\)\n/,
    );
    const large = await run(...short, "--hidden", "20", "--run", "unwatched");
    expect(large.stderr).toContain(
      "No log-likelihood: the exact one has more than 2^29 terms; --monitor asks for an estimate.\n",
    );
  });
});

describe("connections", () => {
  const weightsOf = (folder: string) => {
    const { weights, units } = machineOf(folder);
    const pairs: string[] = [];
    for (let i = 0; i < units; i++)
      for (let j = i + 1; j < units; j++) if (weights[i * units + j] !== 0) pairs.push(`${i}-${j}`);
    return pairs;
  };

  beforeAll(() => writeFileSync(path("edges.csv"), "from;to\n3;1\n0;1\n1;3\n\n8;9\n"));

  test("of a file: two unit numbers a line; the run keeps them", async () => {
    const ended = await run(...short, "--hidden", "1", "--connect", "edges.csv", "--run", "edges");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain("9 visible and 1 hidden units, 3 connections, on");
    expect(weightsOf("edges")).toEqual(["0-1", "1-3", "8-9"]);
    const { model } = JSON.parse(read("edges", "config.json").toString());
    expect(model).toEqual({
      hidden: 1,
      weightScale: expect.closeTo(1 / Math.sqrt(10), 12),
      connections: { kind: "edges", pairs: [0, 1, 1, 3, 8, 9] },
    });
    expect(read("edges", "config.json").toString()).toContain('"pairs": [0, 1, 1, 3, 8, 9]');
  });

  test("a warning, once, where no path joins visible units; training goes on", async () => {
    const ended = await run(...short, "--connect", "edges.csv", "--hidden", "1", "--run", "loose");
    expect(ended.code).toBe(0);
    expect(ended.stderr.match(/Warning: .*/g)).toEqual([
      "Warning: no path of connections joins 6 groups of visible units (2, 4, 5, 6, 7, 8) to the others, not even through hidden units: whatever is learnt, they are independent.",
    ]);
    const two = await run(...short, "--connect", "groups:5,4", "--run", "two-groups");
    expect(two.stderr).toContain("Warning: no path of connections joins the visible units 5, 6, 7, 8 to the others");
    const joined = await run(
      ...short,
      "--connect",
      "groups:5,4,among-hidden",
      "--hidden",
      "2",
      "--run",
      "joined-groups",
    );
    expect(joined.code, joined.stderr).toBe(0);
    expect(joined.stderr).not.toContain("Warning");
    expect(weightsOf("joined-groups")).toContain("9-10");
    expect(weightsOf("joined-groups")).not.toContain("4-5");
  });
});

test("without --run takes the next free folder; what it says to try next works", async () => {
  const words = ["--temperature", "1.5", "--epochs", "4", "--hidden", "2"];
  for (const folder of ["runs/boltzmann", "runs/boltzmann-2"]) {
    const { code, stdout, stderr } = await run(...bars, ...words);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`\n  run                  ${folder}\n`);
    expect(stdout).toMatch(/\n {2}machine +Boltzmann machine, 9 visible and 2 hidden units, 55 connections \(full\)\n/);
    expect(stdout).toContain(`\nAll of them on one page: ${folder}/report.html\n`);
    // hidden units of images have filters
    expect(existsSync(path(folder, "figures", "filters.png"))).toBe(true);
    const next = stdout.split("Try next:\n")[1] as string;
    const commands = [...next.matchAll(/^ {2}npx harmonium (.*)$/gm)].map(([, command]) => command as string);
    expect(commands).toEqual([
      `equilibrium ${folder} --temperature 1.5 --top 20`,
      `simulate ${folder} --temperature 1.5 --chains 100 --steps 1000`,
      `inspect ${folder}`,
    ]);
    const quoted = harmonium()
      .map((word) => `'${word}'`)
      .join(" ");
    for (const command of folder === "runs/boltzmann" ? commands : []) {
      const ended = await begin(["sh", "-c", `${quoted} ${command}`], { cwd }).ended;
      expect(ended.code, `${command}: ${ended.stderr}`).toBe(0);
    }
  }
});
