/** Lists of pairs of units from files: which units of a machine are joined. */

import { refuse } from "../errors.js";
import { edgeConnections } from "../machines/connections.js";
import { parseCsv } from "./csv.js";
import { readFileBytes } from "./files.js";

/**
 * The joined pairs of a CSV with two unit numbers a line, perhaps under a header: [2 E], i < j, sorted, none twice. Units are counted from
 * 0, the visible ones first.
 *
 * Throws as readFileBytes and parseCsv, "shape" unless there are two columns, and "data", naming the line, for what is no unit or a unit
 * joined to itself.
 */
export async function loadEdges(path: string, units: number): Promise<number[]> {
  const { shape, values, where } = parseCsv(new TextDecoder().decode(await readFileBytes(path)), path);
  const [rows, columns] = shape;
  if (columns !== 2) {
    const got = columns === 1 ? "1 number a line" : `${columns} numbers a line`;
    throw refuse("shape", { who: path, got, expected: "two on each line: the numbers of two units that are joined" });
  }
  const pairs = Array.from({ length: rows }, (_, row): [number, number] => {
    const [i, j] = [values[2 * row], values[2 * row + 1]];
    const bad = [i, j].findIndex((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
    if (bad >= 0) {
      const expected = `the number of a unit, from 0 to ${units - 1}`;
      throw refuse("data", { who: `${path}, ${where(row, bad)}`, got: String(values[2 * row + bad]), expected });
    }
    if (i === j) {
      const [line] = where(row, 0).split(",");
      throw refuse("data", { who: `${path}, ${line}`, got: `unit ${i} joined to itself`, expected: "two units" });
    }
    return [i, j];
  });
  return [...edgeConnections(units, pairs).pairs];
}
