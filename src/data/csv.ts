/**
 * Numbers from CSV files: one case a line, one unit a column, perhaps a header, perhaps a column of labels.
 *
 * The text is split into cells by csv-parse, which the caller hands in: the library itself has no dependency, and Node
 * and a page have different builds of that package. What the cells mean is told here, once for both.
 *
 * Source: RFC 4180.
 */

import { HarmoniumError, refuse } from "../errors.js";
import { nearest } from "../math/edit-distance.js";
import { showText } from "./binary.js";

/** `parse` of csv-parse/sync, or of csv-parse/browser/esm/sync: splits a text, and hands its records to `on_record`. */
export type CsvSplitter = (text: string, options: CsvSplitterOptions) => unknown;

/** What csv-parse is asked for, in its own names. */
export interface CsvSplitterOptions {
  readonly bom: boolean;
  readonly delimiter: string;
  readonly record_delimiter: string[];
  readonly max_record_size: number;
  readonly relax_column_count: boolean;
  readonly on_record: (cells: string[], context: { readonly lines: number }) => null;
}

export interface CsvOptions {
  /** The column with the labels: its name in the header, or its number counted from 0. A name goes first. */
  readonly labels?: string | number | undefined;
  /** Whether the first line has names; "auto" (as without it): if one of its cells is a word and not a number. */
  readonly header?: "auto" | boolean | undefined;
}

export interface CsvTable {
  /** [rows, columns], without the column of labels. */
  readonly shape: [number, number];
  /** Row-major, finite. */
  readonly values: Float64Array;
  /** One a row, where a column of labels was named. */
  readonly labels?: Float64Array;
  /** The header, where there is one, without the column of labels. */
  readonly names?: readonly string[];
  /** Names a value of the table in the file's terms: its line as an editor counts it, and its column. */
  readonly where: (row: number, column: number) => string;
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/**
 * Reads a table of numbers; the delimiter is a tab, a semicolon or a comma, whichever of these comes first in that list
 * and is in the first line. Quotes, CRLF, a byte order mark and blank lines are fine.
 *
 * @param text the whole file
 * @param name the file's name, for messages
 * @param split csv-parse's `parse`
 * @throws HarmoniumError "format" for an empty file, rows of unequal length, bad quotes, and a cell that is not a
 *   finite decimal number (the message names its line and column); "option" for a column of labels that is not there
 */
export function parseCsv(text: string, name: string, split: CsvSplitter, options: CsvOptions = {}): CsvTable {
  const table: Table = {
    text,
    file: name,
    options,
    names: undefined,
    width: 0,
    labelColumn: -1,
    values: new Float64Array(0),
    length: 0,
    labels: [],
    lines: [],
  };
  try {
    split(text, {
      bom: true,
      delimiter: findDelimiter(text),
      record_delimiter: ["\r\n", "\n", "\r"],
      max_record_size: 0,
      relax_column_count: true,
      // Nothing is returned, so that no more than one row of strings is kept.
      on_record: (cells, { lines }) => addRecord(table, cells, lines),
    });
  } catch (error) {
    throw isCsvError(error) ? badQuotes(error, name) : error;
  }
  return finish(table);
}

/** The table as it grows. */
interface Table {
  readonly text: string;
  readonly file: string;
  readonly options: CsvOptions;
  /** The header, where there is one. */
  names: readonly string[] | undefined;
  /** Cells of a row, the label's too; 0 before the first row. */
  width: number;
  /** −1 without labels. */
  labelColumn: number;
  /** The first `length` are in use. */
  values: Float64Array;
  length: number;
  readonly labels: number[];
  /** The line of each row. */
  readonly lines: number[];
}

function addRecord(table: Table, cells: readonly string[], line: number): null {
  // A blank line.
  if (cells.length === 1 && cells[0]?.trim() === "") return null;
  if (table.width === 0) {
    if (startTable(table, cells)) return null;
  } else if (cells.length !== table.width) {
    throw refuse("format", {
      who: `${table.file}, line ${line}`,
      got: cells.length === 1 ? "1 cell" : `${cells.length} cells`,
      expected: `${table.width}, as in the first line`,
    });
  }
  table.lines.push(line);
  reserveRow(table);
  for (let column = 0; column < cells.length; column++) {
    const value = readCell(table, cells[column] ?? "", line, column);
    if (column === table.labelColumn) table.labels.push(value);
    else table.values[table.length++] = value;
  }
  return null;
}

/** Takes the first record; true when it is a header. */
function startTable(table: Table, cells: readonly string[]): boolean {
  const { header = "auto", labels } = table.options;
  const named = header === "auto" ? cells.some(isWord) : header;
  table.width = cells.length;
  if (named) table.names = cells.map((cell) => cell.trim());
  if (labels !== undefined) table.labelColumn = findColumn(table, labels);
  if (table.labelColumn >= 0 && table.width === 1) {
    throw refuse("shape", {
      who: table.file,
      got: "one column, of labels",
      expected: "at least one more column, of values",
    });
  }
  return named;
}

function findColumn({ file, names, width }: Table, wanted: string | number): number {
  const byName = names?.indexOf(String(wanted)) ?? -1;
  if (byName >= 0) return byName;
  const index = /^\d+$/.test(String(wanted)) ? Number(wanted) : -1;
  if (index >= 0 && index < width) return index;
  const meant = names && nearest(String(wanted), names);
  throw refuse("option", {
    who: `${file}, labels`,
    got: `the column ${showText(String(wanted))}`,
    expected: `${names === undefined ? "" : "a name in the header, or "}a column number from 0 to ${width - 1}`,
    ...(meant !== undefined && { wayOut: `Did you mean ${showText(meant)}?` }),
  });
}

/** Makes room for a row: twice as much each time, but never for more cells than the text can hold. */
function reserveRow(table: Table): void {
  const needed = table.length + table.width;
  if (needed <= table.values.length) return;
  const most = Math.ceil(table.text.length / 2) + table.width;
  const larger = new Float64Array(Math.max(needed, Math.min(2 * needed, most)));
  larger.set(table.values.subarray(0, table.length));
  table.values = larger;
}

function readCell(table: Table, cell: string, line: number, column: number): number {
  const trimmed = cell.trim();
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw refuse("format", {
    who: `${table.file}, ${place(table, line, column)}`,
    got: trimmed === "" ? "an empty cell" : `the cell ${showText(trimmed)}`,
    expected: "a finite decimal number",
    wayOut: wayOutOf(trimmed, table.width),
  });
}

function place({ names }: Table, line: number | undefined, column: number): string {
  const name = names?.[column];
  return `line ${line}, column ${name ? showText(name) : `${column} (counted from 0)`}`;
}

function finish(table: Table): CsvTable {
  const { labelColumn, lines, length } = table;
  const rows = lines.length;
  if (rows === 0) {
    throw refuse("format", {
      who: table.file,
      got: table.width === 0 ? "an empty file" : "a header and no rows",
      expected: "at least one row of numbers",
    });
  }
  return {
    shape: [rows, length / rows],
    values: table.values.subarray(0, length),
    ...(table.names && { names: table.names.filter((_, column) => column !== labelColumn) }),
    ...(labelColumn >= 0 && { labels: Float64Array.from(table.labels) }),
    where: (row, column) => place(table, lines[row], labelColumn >= 0 && column >= labelColumn ? column + 1 : column),
  };
}

/** Neither a number (finite or not) nor empty: what a header has and a row of numbers never. */
function isWord(cell: string): boolean {
  const trimmed = cell.trim();
  return trimmed !== "" && !DECIMAL.test(trimmed) && !NOT_FINITE.test(trimmed);
}

function wayOutOf(cell: string, width: number): string {
  if (/^[+-]?\d+,\d+$/.test(cell)) return "Write decimals with a point.";
  if (width === 1 && /\d\s+\S/.test(cell)) return "Separate the columns with commas, semicolons or tabs.";
  if (cell === "" || NOT_FINITE.test(cell)) return "Fill in or leave out missing values before training.";
  return "Leave the column out, or replace its words by numbers.";
}

function findDelimiter(text: string): string {
  const first = /[^\r\n]+/.exec(text.slice(0, 1 << 20))?.[0].replace(/"[^"]*"/g, "") ?? "";
  return ["\t", ";"].find((delimiter) => first.includes(delimiter)) ?? ",";
}

interface SplitterError extends Error {
  readonly code: string;
  readonly lines: number;
}

/** csv-parse's own errors, which know their line; each of its builds has a class of its own for them. */
function isCsvError(error: unknown): error is SplitterError {
  if (!(error instanceof Error) || error instanceof HarmoniumError) return false;
  return "code" in error && "lines" in error && typeof error.lines === "number";
}

function badQuotes(error: SplitterError, file: string): HarmoniumError {
  return refuse(
    "format",
    {
      who: `${file}, line ${error.lines}`,
      got: error.message.split(":")[0]?.toLowerCase() ?? error.code,
      expected: "quotes around a whole cell, doubled inside it",
    },
    error,
  );
}
