import { expect, test } from "vitest";
import { adaptedLadder, checkLadder, communicationBarrier, linearLadder } from "#src/samplers/ladder.js";

test("a linear ladder falls from the highest β to the lowest, both exactly, in float32", () => {
  expect([...linearLadder(5)]).toEqual([1, 0.75, 0.5, 0.25, 0]);
  expect([...linearLadder(3, { highest: 0.5, lowest: 0.1 })]).toEqual([0.5, 0.3, 0.1].map(Math.fround));
});

test("the barrier is the sum of refusals", () => {
  expect(communicationBarrier([0.75, 0.5, 1])).toBeCloseTo(0.75, 14);
});

test("a ladder is adapted to equal parts of the refusals along it, and equal ones leave it as it is", () => {
  const ladder = linearLadder(5);
  expect(adaptedLadder(ladder, [0.4, 0.4, 0.4, 0.4])).toEqual(ladder);
  // refusals 0.1, 0.1, 0.2, 0.4: parts of 0.2 end after two pairs, after the third, and half way down the last
  const adapted = adaptedLadder(ladder, [0.9, 0.9, 0.8, 0.6]);
  [1, 0.5, 0.25, 0.125, 0].forEach((beta, k) => {
    expect(adapted[k]).toBeCloseTo(beta, 6);
  });
  const uneven = checkLadder([1, 0.9, 0.2, 0]);
  expect(adaptedLadder(uneven, [1, 1, 1])).toEqual(uneven);
});
