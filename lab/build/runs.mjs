/**
 * The runs that the lab ships as examples, lab/runs, made anew by the command line: one setting, two rules. Equal but for the times in it,
 * whoever runs it; where nothing else has changed, the files stay as they are.
 *
 *     node lab/build/runs.mjs            a few seconds; needs npm run build
 *
 * packRuns packs them into the one file that the page fetches (lab/pages/runs/examples.ts).
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "../..");
const folder = join(import.meta.dirname, "../runs");

const learning =
  "--data bars-and-stripes:4 --hidden 16 --epochs 800 --batch-size 5 --rate 0.1@0,0.03@450 --weight-decay 0 --monitor 10";
export const exampleRuns = {
  "cd-1": `${learning} --rule cd`,
  pcd: `${learning} --rule pcd --chains 500`,
};

/** A record without the times that it took. */
export const timeless = (line) => line.replace(/"imagesPerSecond":[^,]*,"seconds":[^,]*,/, "");

/** Trains the run of this name in a folder, as a reader would in theirs. */
export function trainExample(name, cwd) {
  const words = [
    "train",
    "rbm",
    ...exampleRuns[name].split(" "),
    "--run",
    `runs/${name}`,
    "--no-figures",
    "--threads",
    "1",
  ];
  const { status, stderr } = spawnSync(process.execPath, [join(root, "bin/harmonium.js"), ...words], {
    cwd,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name}: harmonium ended with ${status}: ${stderr}`);
  return join(cwd, "runs", name);
}

const lines = (file) => readFileSync(file, "utf8").split("\n");
export const sameRecords = (a, b) => lines(a).map(timeless).join("\n") === lines(b).map(timeless).join("\n");

/** Numbers as a chart needs them: 17 digits would be half of the packed file. */
const short = (line) => line.replace(/-?\d+\.\d{6,}/g, (digits) => String(Number(Number(digits).toPrecision(6))));
/** In the first epochs filters hardly change. */
const isPacked = (epoch) => epoch === 0 || epoch >= 32;

/** Writes lab/runs as one packed file: all records to six digits, and the machines of most kept epochs. */
export function packRuns(to) {
  const runs = Object.keys(exampleRuns).map((name) => {
    const of = (file) => join(folder, name, file);
    const history = readdirSync(of("history"))
      .sort()
      .filter((file) => isPacked(Number(/\d+/.exec(file)[0])));
    return {
      name,
      config: readFileSync(of("config.json"), "utf8"),
      metrics: lines(of("metrics.jsonl")).map(short).join("\n"),
      history: Object.fromEntries(
        history.map((file) => [
          Number(/\d+/.exec(file)[0]),
          readFileSync(of(join("history", file))).toString("base64"),
        ]),
      ),
    };
  });
  writeFileSync(join(to, "example-runs.json.gz"), gzipSync(JSON.stringify(runs), { level: 9 }));
}

function makeAll() {
  const place = mkdtempSync(join(tmpdir(), "harmonium-examples-"));
  for (const name of Object.keys(exampleRuns)) {
    const made = trainExample(name, place);
    const kept = join(folder, name);
    const metrics = (at) => join(at, "metrics.jsonl");
    const same = existsSync(metrics(kept)) && sameRecords(metrics(made), metrics(kept));
    console.log(`${name}: ${lines(metrics(made)).length - 1} epochs${same ? ", the same as before" : ""}`);
    rmSync(join(kept, "history"), { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    for (const file of ["config.json", "history", ...(same ? [] : ["metrics.jsonl"])])
      cpSync(join(made, file), join(kept, file), { recursive: true });
  }
  rmSync(place, { recursive: true });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) makeAll();
