import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadEdges } from "#src/node/index.js";

const folder = mkdtempSync(join(tmpdir(), "harmonium-edges-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string): string {
  const path = join(folder, "edges.csv");
  writeFileSync(path, content);
  return path;
}

test.each([
  ["commas", "0,1\n2,1\n"],
  ["a header, semicolons, blank lines, CRLF", "from;to\r\n\r\n1;0\r\n1;2\r\n"],
  ["tabs, a pair twice, either way", "1\t0\n0\t1\n2\t1\n1\t2\n"],
])("pairs with %s: sorted, once each", async (_, content) => {
  expect(await loadEdges(file(content), 3)).toEqual([0, 1, 1, 2]);
});

test.each([
  ["0,1\n1,3\n", "edges.csv, line 2, column 1 (counted from 0): got 3; expected the number of a unit, from 0 to 2"],
  ["a,b\n\n-1,2\n", 'edges.csv, line 3, column "a": got -1; expected the number of a unit'],
  ["0,1\n1,1.5\n", "edges.csv, line 2, column 1 (counted from 0): got 1.5; expected the number of a unit"],
  ["a,b\n0,1\n2,2\n", "edges.csv, line 3: got unit 2 joined to itself; expected two units"],
  ["0,1,1\n", "edges.csv: got 3 numbers a line; expected two on each line"],
])("%j is refused, with its line", async (content, message) => {
  await expect(loadEdges(file(content), 3)).rejects.toThrow(message);
});
