/** A run as the page has it, wherever it came from: the server of `harmonium lab`, or files from the disk. */

export type RunRecord = Readonly<Record<string, unknown>>;

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly kind?: string;
  readonly config?: RunRecord;
  /** Why its config.json cannot be read. */
  readonly problem?: string;
  readonly state: "running" | "finished" | "stopped" | "from disk";
  readonly figures: readonly string[];
  readonly report?: boolean;
  readonly resume?: string;
  readonly last?: RunRecord;
}

/** What can be drawn of a record: its numbers, those of the rule as "rule.name". */
export function numbersOf(record: RunRecord): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === "number" && Number.isFinite(value)) numbers.set(name, value);
    if (name === "rule" && value !== null && typeof value === "object") {
      for (const [of, number] of Object.entries(value)) {
        if (typeof number === "number" && Number.isFinite(number)) numbers.set(`rule.${of}`, number);
      }
    }
  }
  return numbers;
}

/** One of these numbers; undefined where the record has no such. */
export function numberOf(record: RunRecord, name: string): number | undefined {
  const isRules = name.startsWith("rule.") && !Object.hasOwn(record, name);
  const holder = isRules ? (record["rule"] as RunRecord | null | undefined) : record;
  const value = holder?.[isRules ? name.slice(5) : name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

const notDrawn = /^(epoch|update|seconds|stageEpoch|bestEpoch)$|(Lower|Upper)$/;
/** The first of these that runs have is drawn where the link says nothing. */
const liked = [
  "heldOutLogLikelihood",
  "logLikelihood",
  "heldOutErrorRate",
  "heldOutReconstructionError",
  "reconstructionError",
];

/** Names of all numbers of these records that make a curve, those that tell most first. */
export function metricsOf(all: readonly (readonly RunRecord[])[]): string[] {
  const names = new Set<string>();
  for (const records of all) {
    for (const record of [records[0], records.at(-1)])
      if (record) for (const name of numbersOf(record).keys()) names.add(name);
  }
  const rank = (name: string) => (liked.includes(name) ? liked.indexOf(name) : liked.length);
  return [...names].filter((name) => !notDrawn.test(name)).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

export interface CurveOf {
  readonly x: number[];
  readonly y: number[];
  /** Of the bracket, where the metric has one. */
  readonly lower: number[];
  readonly upper: number[];
}

/** The curve of a metric; records without it are left out. */
export function curveOf(records: readonly RunRecord[], metric: string, over: string): CurveOf {
  const curve: CurveOf = { x: [], y: [], lower: [], upper: [] };
  for (const record of records) {
    const [x, y] = [numberOf(record, over), numberOf(record, metric)];
    if (x === undefined || y === undefined) continue;
    curve.x.push(x);
    curve.y.push(y);
    curve.lower.push(numberOf(record, `${metric}Lower`) ?? Number.NaN);
    curve.upper.push(numberOf(record, `${metric}Upper`) ?? Number.NaN);
  }
  return curve;
}

/** An exponential moving average that does not lean to its first value [Kingma and Ba 2015]; 0 leaves the values as they are. */
export function smoothed(values: readonly number[], factor: number): number[] {
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    sum = factor * sum + (1 - factor) * value;
    weight = factor * weight + (1 - factor);
    return sum / weight;
  });
}

/** Settings by path, "learning.optimizer.rate", as texts. */
export function settingsOf(config: unknown, path = ""): Map<string, string> {
  const settings = new Map<string, string>();
  const isBranch = config !== null && typeof config === "object" && !Array.isArray(config);
  if (!isBranch) return settings.set(path, typeof config === "string" ? config : JSON.stringify(config));
  for (const [name, value] of Object.entries(config)) {
    for (const [at, text] of settingsOf(value, path === "" ? name : `${path}.${name}`)) settings.set(at, text);
  }
  return settings;
}

export interface Difference {
  readonly setting: string;
  /** For each run; "–" where it has none. */
  readonly values: readonly string[];
}

/** What differs between the configurations; the command and the version are no settings. */
export function differencesOf(runs: readonly Run[]): Difference[] {
  const all = runs.map(({ config }) => settingsOf(config ?? {}));
  const names = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return names
    .filter((name) => name !== "" && !/^(command|version|format)$/.test(name))
    .map((setting) => ({ setting, values: all.map((settings) => settings.get(setting) ?? "–") }))
    .filter(({ values }) => new Set(values).size > 1);
}
