/** The records of a run by columns: a run of 100,000 epochs is read once, line by line, and drawn from lists of numbers. */

import type { RunRecord } from "./run.js";

export interface RunTable {
  /** Records so far. */
  length: number;
  /** Lines that are no records. */
  damaged: number;
  /** A number a record, NaN where it has none; those of the rule as "rule.name". */
  readonly columns: Map<string, number[]>;
  /** How often a record has the name, and no finite number: JSON writes NaN and infinity as null. */
  readonly odd: Map<string, number>;
  /** The last record with a log-likelihood. */
  measured?: RunRecord;
}

/** No run of the command has as many; a file of other things does not fill the memory. */
const MOST_COLUMNS = 200;

export const emptyTable = (): RunTable => ({ length: 0, damaged: 0, columns: new Map(), odd: new Map() });

/** Adds a line of metrics.jsonl; one that is no record is counted. */
export function addLine(table: RunTable, line: string): void {
  const record = recordOf(line);
  if (record) addRecord(table, record);
  else if (line.trim() !== "") table.damaged++;
}

export function tableOf(lines: Iterable<string>): RunTable {
  const table = emptyTable();
  for (const line of lines) addLine(table, line);
  return table;
}

function addRecord(table: RunTable, record: RunRecord): void {
  for (const [name, value] of numbersOf(record)) {
    if (!Number.isFinite(value)) {
      table.odd.set(name, (table.odd.get(name) ?? 0) + 1);
      continue;
    }
    let column = table.columns.get(name);
    if (!column) {
      if (table.columns.size >= MOST_COLUMNS) continue;
      column = [];
      table.columns.set(name, column);
    }
    while (column.length < table.length) column.push(Number.NaN);
    column.push(value);
  }
  table.length++;
  if (typeof record["logLikelihood"] === "number") table.measured = record;
}

/** What can be drawn of a record: its numbers, those of the rule as "rule.name"; NaN for null, which JSON has in place of it. */
export function* numbersOf(record: RunRecord): Generator<readonly [string, number]> {
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === "number") yield [name, value];
    else if (value === null) yield [name, Number.NaN];
    else if (name === "rule" && typeof value === "object") {
      for (const [of, number] of Object.entries(value)) {
        const own = `rule.${of}`;
        // a record may say it twice; the first way counts
        if (Object.hasOwn(record, own)) continue;
        if (typeof number === "number") yield [own, number];
        else if (number === null) yield [own, Number.NaN];
      }
    }
  }
}

/** The record in a line of JSON. */
export function recordOf(line: string): RunRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return record !== null && typeof record === "object" && !Array.isArray(record) ? (record as RunRecord) : undefined;
  } catch {
    return undefined;
  }
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

/** Names of all numbers that make a curve, those that tell most first. */
export function metricsOf(tables: readonly RunTable[]): string[] {
  const names = new Set(tables.flatMap(({ columns, odd }) => [...columns.keys(), ...odd.keys()]));
  const rank = (name: string) => (liked.includes(name) ? liked.indexOf(name) : liked.length);
  return [...names]
    .filter((name) => !notDrawn.test(name) && /^[\w.]+$/.test(name))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
