import { expect, test } from "vitest";
import { refuse } from "#src/errors.js";

test("says who, what was got, what was expected, and the way out", () => {
  const error = refuse("option", { who: "limit", got: "0", expected: "at least 1", wayOut: "Name another." });
  expect(error.message).toBe("limit: got 0; expected at least 1. Name another.");
});

test("does not repeat what is very long", () => {
  const got = String(Array.from({ length: 50_000 }, (_, i) => i));
  const { message, complaint } = refuse("option", { who: "limit", got, expected: "a number" });
  expect(message.length).toBeLessThan(500);
  expect(message).toContain(`0,1,2,3`);
  expect(message).toContain(`(${got.length} characters); expected a number`);
  expect(complaint.got.length).toBeLessThan(450);
});
