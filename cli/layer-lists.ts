/** Options with one value, or one for each layer of weights: 10 or 10,10,20. */

import type { Command } from "commander";
import { refuse } from "../src/index.js";

/** Values in the order of the layers; one stands for all. */
export type LayerList<Value> = readonly Value[];

/** "cd,cd,pcd" → cd, cd and pcd. A schedule of steps is one value: "0.1@0,0.05@5,0.01" → 0.1@0,0.05@5 and 0.01. */
export function listed(text: string): string[] {
  const values: string[] = [];
  for (const part of text.split(",")) {
    const goesOn = part.includes("@") && !/@\s*0+\s*$/.test(part) && values.length > 0;
    if (goesOn) values[values.length - 1] += `,${part}`;
    else values.push(part);
  }
  return values;
}

/** Makes lists of the values of these options, by the names that they have among the parsed ones. Help and defaults stay as they were. */
export function allowLists(command: Command, names: readonly string[]): void {
  for (const option of command.options) {
    if (!names.includes(option.attributeName())) continue;
    const one = option.parseArg;
    option.argParser((text: string) => listed(text).map((part) => (one ? one(part, undefined as never) : part)));
    if (option.defaultValue === undefined) continue;
    option.default([option.defaultValue], String(option.defaultValue));
    command.setOptionValueWithSource(option.attributeName(), option.defaultValue, "default");
  }
}

/** The values for so many layers. Throws "option" where there are neither so many nor one. */
export function forLayers<Value>(flag: string, given: LayerList<Value>, count: number): Value[] {
  if (given.length === 1) return Array.from({ length: count }, () => given[0] as Value);
  if (given.length === count) return [...given];
  const expected = `one value, or ${count}: one for each layer above the visible one`;
  throw refuse("option", { who: flag, got: `${given.length} of them`, expected });
}
