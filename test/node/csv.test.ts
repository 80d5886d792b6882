import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "#src/node/csv.js";
import { refusal } from "../data/refusal.js";

describe("parseCsv", () => {
  const expected = { shape: [2, 3], values: Float64Array.of(0, 0.5, 1, 1, 0.25, -2e-3) };

  test.each<[string, string]>([
    ["commas", "0,0.5,1\n1,.25,-2e-3\n"],
    ["semicolons", "0;0.5;1\n1;.25;-2e-3\n"],
    ["tabs", "0\t0.5\t1\n1\t.25\t-2e-3\n"],
    ["no newline at the end", "0,0.5,1\n1,.25,-2e-3"],
    ["CRLF", "0,0.5,1\r\n1,.25,-2e-3\r\n"],
    ["CR", "0,0.5,1\r1,.25,-2e-3\r"],
    ["a byte order mark", "\ufeff0,0.5,1\n1,.25,-2e-3\n"],
    ["quotes", '"0","0.5",1\n"1",".25","-2e-3"\n'],
    ["blank lines", "\n0,0.5,1\n\n1,.25,-2e-3\n\n  \n\n"],
    ["spaces", " 0, 0.5 ,1\n1,+.25,-2E-03 \n"],
    ["a header", "a,b,c\n0,0.5,1\n1,.25,-2e-3\n"],
    ["a header with a byte order mark and quotes", '\ufeff"a, b","b","c"\r\n0,0.5,1\r\n1,.25,-2e-3'],
    ["a header of some numbers", "label,0,1\n0,0.5,1\n1,.25,-2e-3\n"],
    ["a header with line breaks in it", '"a\nb",b,c\n0,0.5,1\n1,.25,-2e-3\n'],
    ["a semicolon within a name of a table with commas", '"a; b",b,c\n0,0.5,1\n1,.25,-2e-3'],
    ["a comma within the header of a table with semicolons", '"a, b";b, c;d\n0;0.5;1\n1;.25;-2e-3'],
  ])("%s", (_, text) => {
    expect(parseCsv(text, "f")).toMatchObject(expected);
  });

  test("a header said to be there, or not", () => {
    expect(parseCsv("1,2\n3,4", "f", { header: true })).toMatchObject({ shape: [1, 2], values: Float64Array.of(3, 4) });
    expect(parseCsv("1,2\n3,4", "f", { header: false })).toMatchObject({ shape: [2, 2] });
  });

  test("the names of the header, without the labels' own", () => {
    expect(parseCsv("a, b ,c\n1,2,3", "f").names).toEqual(["a", "b", "c"]);
    expect(parseCsv("a,b,c\n1,2,3", "f", { labels: "b" }).names).toEqual(["a", "c"]);
    expect(parseCsv("1,2,3", "f").names).toBeUndefined();
  });

  test("one column, one row", () => {
    expect(parseCsv("5", "f")).toMatchObject({ shape: [1, 1], values: Float64Array.of(5) });
  });

  test("a row of a million characters", () => {
    const { shape, values } = parseCsv(`${Array(500_000).fill("1").join(",")}\n`, "f");
    expect(shape).toEqual([1, 500_000]);
    expect(values.every((value) => value === 1)).toBe(true);
  });

  test("every finite number that JavaScript writes comes back", () => {
    const row = fc.tuple(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.constantFrom(",", ";", "\t"), (rows, delimiter) => {
        const text = rows.map((cells) => cells.join(delimiter)).join("\n");
        // String(-0) is "0".
        expect([...parseCsv(text, "f").values]).toEqual(rows.flat().map((value) => value + 0));
      }),
    );
  });
});

describe("parseCsv: labels", () => {
  const text = "a,class,b\n0,7,1\n0.5,3,0.25\n";
  const expected = { shape: [2, 2], values: Float64Array.of(0, 1, 0.5, 0.25), labels: Float64Array.of(7, 3) };

  test.each(["class", 1, "1"])("column %j", (labels) => {
    expect(parseCsv(text, "f", { labels })).toMatchObject(expected);
  });

  test("a name goes before a number", () => {
    expect(parseCsv("x,0\n5,6", "f", { labels: "0" }).labels).toEqual(Float64Array.of(6));
    expect(parseCsv("5,6", "f", { labels: "0" }).labels).toEqual(Float64Array.of(5));
  });

  test("the place of a value counts the column of labels", () => {
    const { where } = parseCsv(text, "f", { labels: "class" });
    expect([where(0, 0), where(1, 1)]).toEqual(['line 2, column "a"', 'line 3, column "b"']);
    expect(parseCsv("\n1,2,3\n", "f", { labels: 0 }).where(0, 1)).toBe("line 2, column 2 (counted from 0)");
  });

  test.each<[string | number, RegExp]>([
    ["clas", /"clas"; expected a name in the header, or a column number from 0 to 2\. Did you mean "class"\?/],
    [3, /"3"; expected/],
    [-1, /"-1"; expected/],
    [1.5, /"1.5"; expected/],
  ])("refuses the column %j", async (labels, message) => {
    const error = await refusal(() => parseCsv(text, "x.csv", { labels }));
    expect(error.kind).toBe("option");
    expect(error.message).toMatch(/^x\.csv, labels: /);
    expect(error.message).toMatch(message);
  });

  test("refuses labels without values", async () => {
    expect((await refusal(() => parseCsv("class\n1\n", "f", { labels: "class" }))).kind).toBe("shape");
  });
});

describe("parseCsv refuses", () => {
  test.each<[string, string, RegExp]>([
    ["an empty file", "", /^x\.csv: got an empty file/],
    ["blank lines only", "\n \r\n\n", /^x\.csv: got an empty file/],
    ["a header only", "a,b\n", /^x\.csv: got a header and no rows/],
    ["a short row", "1,2\n3,4\n5\n", /^x\.csv, line 3: got 1 cell; expected 2/],
    ["a long row", "a,b\n1,2\n\n3,4,5\n", /^x\.csv, line 4: got 3 cells; expected 2/],
    ["a word", "1,2\n3,x\n", /^x\.csv, line 2, column 1 \(counted from 0\): got the cell "x"/],
    ["a word below a header", "a,b\n1,2\n3,x\n", /^x\.csv, line 3, column "b": got the cell "x"/],
    ["an empty cell", "a,b\n1,\n", /^x\.csv, line 2, column "b": got an empty cell.*missing values/],
    ["a gap in the first line, which makes no header of it", "1,,2\n3,4,5\n", /^x\.csv, line 1, column 1/],
    ["NaN", "1,2\n3,NaN\n", /^x\.csv, line 2, column 1 .*: got the cell "NaN"/],
    [
      "NaN in the first line, which makes no header of it",
      "nan,2\n3,4\n",
      /^x\.csv, line 1, column 0 .*: got the cell "nan"/,
    ],
    ["1e999", "1,2\n1e999,4\n", /^x\.csv, line 2, column 0 .*: got the cell "1e999"/],
    ["infinity", "1,2\n-inf,4\n", /got the cell "-inf"/],
    ["hexadecimal", "1,2\n0x10,4\n", /got the cell "0x10"/],
    ["underscores", "1,2\n1_000,4\n", /got the cell "1_000"/],
    ["decimal commas", "0;0\n0,5;1\n", /got the cell "0,5".*decimals with a point/],
    ["columns of spaces", "0 1\n0 1\n", /line 2, column "0 1": got the cell "0 1".*Separate the columns/],
    ["an open quote", 'a,b\n1,"2\n3,4\n', /^x\.csv, line \d: got quote not closed/],
    ["a quote within a cell", '1,2\n3,4"5\n', /^x\.csv, line 2: got invalid opening quote/],
    ["text after a quote", '1,2\n3,"4"5\n', /^x\.csv, line 2: got invalid closing quote/],
    ["a cell of escapes", "1\n\u001b[2J\n", /"\\u001b\[2J"/],
    ["a long cell", `1\n${"y".repeat(1e5)}\n`, /"y{60}…"/],
  ])("%s", async (_, text, message) => {
    const error = await refusal(() => parseCsv(text, "x.csv"));
    expect(error.kind).toBe("format");
    expect(error.message).toMatch(message);
  });

  test("a million digits and a letter, without delay", async () => {
    const start = performance.now();
    await refusal(() => parseCsv(`1\n${"1".repeat(1e6)}x\n`, "f"));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test("a header where there should be none", async () => {
    const error = await refusal(() => parseCsv("a,b\n1,2\n", "x.csv", { header: false }));
    expect(error.message).toMatch(/line 1, column 0 \(counted from 0\): got the cell "a"/);
  });
});
