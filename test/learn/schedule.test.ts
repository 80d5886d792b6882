import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSchedule, parseSchedule, type Schedule } from "#src/index.js";

test("a schedule's text is read back as it was", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
  const schedule: fc.Arbitrary<Schedule> = fc.oneof(
    value,
    fc.record({ kind: fc.constant("linear" as const), from: value, to: value }),
    fc.record({
      kind: fc.constant("steps" as const),
      steps: fc.array(fc.tuple(fc.nat(), value), { minLength: 1, maxLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(schedule, (one) => {
      expect(parseSchedule(formatSchedule(one), "rate")).toEqual(one);
    }),
  );
});

test.each(["0.05", "0.1..0.001", "0.5@0,0.9@5"])("%s stays %s", (text) => {
  expect(formatSchedule(parseSchedule(text, "rate"))).toBe(text);
});
