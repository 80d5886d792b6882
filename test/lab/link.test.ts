import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choice, digits, type Fields, flag, packed, part, real, reals, whole } from "../../lab/link/fields.js";
import { formatLink, LINK_VERSION, readValues, splitLink } from "../../lab/link/link.js";
import { commandOf, fields as digitsFields, shippedCounts } from "../../lab/pages/digits/fields.js";

const fields = {
  hidden: whole(64, 1, 1000),
  rate: real(0.05, 0.0001, 1, 0.001),
  rule: choice(["cd", "pcd"], "cd"),
  controls: flag(true),
  chosen: digits([2]),
  target: reals([0.5, 0.5], { min: 0, max: 1, most: 16 }),
  drawing: packed("", /^[\w-]*$/, "expected a drawing"),
  zoom: part(),
};

const values = fc.record({
  hidden: fc.integer({ min: 1, max: 1000 }),
  rate: fc.double({ min: 0.0001, max: 1, noNaN: true }),
  rule: fc.constantFrom("cd" as const, "pcd" as const),
  controls: fc.boolean(),
  chosen: fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1 }).map((list) => list.sort((a, b) => a - b)),
  target: fc.array(
    fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
    { maxLength: 16 },
  ),
  drawing: fc.stringMatching(/^[\w-]{0,130}$/),
  zoom: fc.option(
    fc
      .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 1, max: 9999 }))
      .map(([low, width]): [number, number] => [low / 1000, (low + width) / 1000]),
    { nil: undefined },
  ),
});

const read = (hash: string, of: Fields = fields) => readValues(splitLink(hash), of as typeof fields);

describe("a link", () => {
  test("gives back what was written, for all values of all fields", () => {
    fc.assert(
      fc.property(values, (wanted) => {
        const hash = formatLink("digits", fields, wanted as never);
        expect(read(hash)).toEqual({ page: "digits", values: wanted, complaints: [] });
        // once through an address
        expect(read(new URL(hash, "http://x/").hash).values).toEqual(wanted);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("of initial values is short, and says its version otherwise", () => {
    const initial = read("#/digits").values;
    expect(formatLink("digits", fields, initial)).toBe("#/digits");
    expect(formatLink("digits", fields, { ...initial, hidden: 7 })).toBe(`#/digits?v=${LINK_VERSION}&hidden=7`);
  });

  test("of any text is read without an exception, into values of the domains", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webQueryParameters().map((query) => `#/digits?${query}`),
        ),
        (text) => {
          const { values: got } = read(text);
          for (const [name, field] of Object.entries(fields)) {
            const again = (field as Fields[string]).parse((field.format as (v: unknown) => string)(got[name as never]));
            expect(again, name).toHaveProperty("value");
          }
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  test.each([
    ["#/digits?v=1&hidden=0", "hidden: got “0”, expected a whole number from 1 to 1000. It is 64 now."],
    ["#/digits?v=1&hidden=1.5", "hidden: got “1.5”"],
    ["#/digits?v=1&hidden=1e3000", "hidden: got “1e3000”"],
    ["#/digits?v=1&rate=NaN", "rate: got “NaN”"],
    ["#/digits?v=1&rate=0x1", "rate: got “0x1”"],
    ["#/digits?v=1&rule=sgd", "rule: got “sgd”, expected one of cd, pcd. It is cd now."],
    ["#/digits?v=1&chosen=22", "chosen: got “22”, expected digits"],
    ["#/digits?v=1&target=2", "target: got “2”, expected at most 16 numbers"],
    ["#/digits?v=1&drawing=%3Cscript%3E", "drawing: got “<script>”, expected a drawing"],
    [
      "#/digits?v=1&zoom=5_5",
      "zoom: got “5_5”, expected two numbers, the lower one first, with _ between. It is empty",
    ],
    ["#/digits?v=1&zoom=5", "zoom: got “5”"],
    ["#/digits?v=1&zoom=1_1e999", "zoom: got “1_1e999”"],
    ["#/digits?v=1&colour=red", "This page has no “colour”."],
    ["#/digits?v=1&hidden=5&hidden=6", "“hidden” is there twice"],
    ["#/digits?v=9", "from a newer lab"],
    ["#/digits?v=one", "no such version"],
    ["#/digits?v=1&hidden=%E0%A4", "cannot be read"],
    ["#/digits?__proto__=1", "This page has no “__proto__”."],
  ])("%s says what is wrong, and opens", (hash, complaint) => {
    const { page, complaints, values: got } = read(hash);
    expect(page).toBe("digits");
    expect(complaints.join("\n")).toContain(complaint);
    expect(Object.keys(got)).toEqual(Object.keys(fields));
  });

  test("of a part of an axis is short, yet no part is lost", () => {
    const { format, parse } = fields.zoom;
    expect(format([12.345678, 40.0012345])).toBe("12.35_40");
    fc.assert(
      fc.property(fc.double({ min: -10, max: 9, noNaN: true }), fc.double({ min: -8, max: 3, noNaN: true }), (a, b) => {
        const low = 10 ** a;
        const high = low + low * 10 ** b;
        const { value } = parse(format([low, high])) as { value: [number, number] };
        expect(Math.abs((value[1] - value[0]) / (high - low) - 1)).toBeLessThan(1e-3);
        expect(Math.abs(value[0] / low - 1)).toBeLessThan(1e-3);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("a number that a field forgets to check would be seen", () => {
    const careless = { ...fields, hidden: { ...fields.hidden, parse: (text: string) => ({ value: Number(text) }) } };
    expect(read("#/digits?hidden=0", careless).complaints).toEqual([]);
    expect(read("#/digits?hidden=0").complaints).toHaveLength(1);
  });
});

describe("the command of the page of digits", () => {
  test("has the counts of the digits that are shipped", async () => {
    const { loadMnist } = await import("#src/node/index.js");
    const { labels = [] } = await loadMnist("train");
    const counts = Array(10).fill(0) as number[];
    for (let i = 0; i < 10_000; i++) counts[labels[i] as number] += 1;
    expect(shippedCounts).toEqual(counts);
  });

  test("has what differs from the command line's own defaults", () => {
    const initial = readValues(splitLink("#/digits?digits=27&k=3&rule=pcd&momentum=0.5"), digitsFields).values;
    expect(commandOf(initial)).toBe(
      "harmonium train rbm --data mnist:train --classes 2,7 --limit 2061 --binarize 0.5 --hidden 64 --rule pcd --k 3 " +
        "--epochs 20 --batch-size 100 --rate 0.05 --momentum 0.5 --weight-decay 0.0002 --seed 1",
    );
  });
});
