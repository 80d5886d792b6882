import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "#src/math/edit-distance.js";

describe("editDistance", () => {
  test.each([
    ["kitten", "sitting", 3],
    ["saturday", "sunday", 3],
    ["flaw", "lawn", 2],
    ["", "abc", 3],
    ["same", "same", 0],
    ["mnist", "minst", 1],
    ["ab", "ba", 1],
    ["ca", "abc", 3],
  ])("%s and %s: %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  test("is 0 for equal words only, symmetric, and one edit changes it by at most one", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(Math.abs(editDistance(`${a}x`, b) - distance)).toBeLessThanOrEqual(1);
        expect(editDistance(`x${a}y`, `x${b}y`)).toBe(distance);
      }),
    );
  });
});

describe("nearest", () => {
  const options = ["--epochs", "--hidden", "--rate", "-k"];

  test.each([
    ["--epoch", "--epochs"],
    ["--hiden", "--hidden"],
    ["--Rate", "--rate"],
    ["--ehpocs", "--epochs"],
    ["-h", undefined],
    ["--momentum", undefined],
    ["", undefined],
    ["x", undefined],
  ])("%s → %s", (word, meant) => {
    expect(nearest(word, options)).toBe(meant);
  });

  test("of equally near candidates the first", () => {
    expect(nearest("cart", ["card", "care"])).toBe("card");
  });

  test("no candidates, or a megabyte of word", () => {
    expect(nearest("word", [])).toBeUndefined();
    expect(nearest("w".repeat(1e6), ["word"])).toBeUndefined();
  });
});
