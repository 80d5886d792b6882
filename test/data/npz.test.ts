import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatNpy } from "#src/data/npy.js";
import { parseNpz } from "#src/data/npz.js";
import { type Entry, zipOf } from "./archives.js";
import { refusal } from "./refusal.js";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/npy/${name}.npz`, import.meta.url));
}

const images = { shape: [2, 3, 4], values: Uint8Array.from({ length: 24 }, (_, i) => 10 * i) };
const labels = { shape: [2], values: Float64Array.of(7, 3) };

describe("parseNpz reads what NumPy wrote", () => {
  test.each(["stored", "compressed"])("%s: x with labels y", async (file) => {
    const expected = { ...images, arrayName: "x", labels, labelsName: "y" };
    expect(await parseNpz(fixture(file), file)).toEqual(expected);
  });

  test("the only array that is not labels", async () => {
    const read = await parseNpz(fixture("only"), "only.npz");
    expect(read).toMatchObject({ shape: [2, 3, 4], arrayName: "digits", labels, labelsName: "targets" });
  });

  test("named arrays", async () => {
    const read = await parseNpz(fixture("several"), "several.npz", "x_train", "y_train");
    expect(read).toEqual({ ...images, arrayName: "x_train", labels, labelsName: "y_train" });
  });

  test("without a name where there are several: the message lists them", async () => {
    const error = await refusal(() => parseNpz(fixture("several"), "several.npz"));
    expect(error.kind).toBe("option");
    expect(error.message).toMatch(/x_train, y_train, x_test/);
  });

  test("a name that is not there", async () => {
    const error = await refusal(() => parseNpz(fixture("several"), "several.npz", "x_tran"));
    expect(error.message).toMatch(/"x_tran".*Did you mean x_train\?/);
  });
});

const array = formatNpy([4], Uint8Array.of(1, 2, 3, 4));
const member = (name: string, over: Partial<Entry> = {}): Entry => ({ name: `${name}.npy`, bytes: array, ...over });

describe("parseNpz chooses", () => {
  test("images before any other; other files of the archive do not count", async () => {
    const archive = zipOf([member("other"), member("images"), { name: "notes.txt", bytes: Buffer.from("hello") }]);
    expect(await parseNpz(archive, "f")).toMatchObject({ arrayName: "images", shape: [4] });
  });

  test("labels found by themselves only for the array they belong to, when one was named", async () => {
    const two = formatNpy([2], Uint8Array.of(1, 2));
    const archive = zipOf([member("a"), member("b", { bytes: two }), member("y")]);
    expect(await parseNpz(archive, "f", "a")).toHaveProperty("labels");
    expect(await parseNpz(archive, "f", "b")).not.toHaveProperty("labels");
  });

  test("an archive with a comment", async () => {
    expect(
      await parseNpz(zipOf([member("x")], `PK\x05\x06${"a comment that starts like the end of an archive"}`), "f"),
    ).toMatchObject({ arrayName: "x" });
  });
});

describe("parseNpz refuses", () => {
  const bomb = { name: "x.npy", bytes: new Uint8Array(50_000_000), deflate: true };
  const bigHeader = Buffer.concat([formatNpy([4], new Uint8Array(4)).subarray(0, 128), new Uint8Array(50_000_000)]);
  const good = zipOf([member("x")]);

  test.each<[string, Uint8Array, RegExp]>([
    ["no bytes", new Uint8Array(0), /no end of a zip directory/],
    ["an archive cut short", good.subarray(0, -1), /no end of a zip directory/],
    ["an empty archive", zipOf([]), /an archive without arrays/],
    ["only labels, twice", zipOf([member("y"), member("labels")]), /y, labels/],
    ["a damaged byte", good.with(100, 9), /CRC-32/],
    ["a directory entry past the end", good.with(-22 - 51 + 28, 255), /entry 1 passes its end/],
    ["another method", zipOf([member("x", { claims: { method: 12 } })]), /compression method 12/],
    ["encryption", zipOf([member("x", { claims: { flags: 1 } })]), /encrypted/],
    ["a bomb: 50 MB that are no array", zipOf([bomb]), /starts with 00 00/],
    ["a bomb: 50 MB behind the header of 4", zipOf([{ ...bomb, bytes: bigHeader }]), /50000128 bytes .* the 132 bytes/],
    [
      "a bomb that claims to be small",
      zipOf([{ ...bomb, bytes: bigHeader, claims: { size: 132 } }]),
      /got more bytes where .* 132/,
    ],
    [
      "a size that deflate cannot reach",
      zipOf([member("x", { deflate: true, claims: { size: 1e9 } })]),
      /to 1000000000/,
    ],
    ["a stored member of another size", zipOf([member("x", { claims: { size: 131 } })]), /said to unpack to 131/],
    [
      "a deflated member of another size",
      zipOf([member("x", { deflate: true, claims: { size: 133 } })]),
      /133 bytes .* the 132 bytes/,
    ],
    ["a member past the end", zipOf([member("x", { claims: { size: 9e6, compressedSize: 9e6 } })]), /passes the end/],
  ])("%s", async (_, bytes, message) => {
    const error = await refusal(() => parseNpz(bytes, "x.npz"));
    expect(error.message).toMatch(/^x\.npz/);
    expect(error.message).toMatch(message);
  });

  test("names that could steer a terminal are shown escaped", async () => {
    const archive = zipOf([member("a\u001b[2J"), member("b\u009b2J")]);
    const { message } = await refusal(() => parseNpz(archive, "f"));
    expect(message).toMatch(/"a\\u001b\[2J", "b\\u009b2J"/);
  });

  test("zip64", async () => {
    const bytes = good.slice();
    bytes.fill(255, bytes.length - 6, bytes.length - 2);
    expect((await refusal(() => parseNpz(bytes, "f"))).message).toMatch(/zip64/);
  });
});
