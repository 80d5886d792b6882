/** Which units --clamp holds. */

import { existsSync } from "node:fs";
import { refuse } from "../../src/index.js";
import { readFileBytes } from "../../src/node/index.js";

/** "0=1,3=0", or the pairs of a file. */
export async function clampedValues(text: string): Promise<Map<number, 0 | 1>> {
  const isFile = !text.includes("=");
  const expected = "units with their values, such as 0=1,3=0";
  if (isFile && !existsSync(text)) {
    throw refuse("option", { who: "--clamp", got: `"${text}"`, expected: `${expected}, or a file with such pairs` });
  }
  const who = isFile ? text : "--clamp";
  const pairs = isFile ? new TextDecoder().decode(await readFileBytes(text)) : text;
  const values = new Map<number, 0 | 1>();
  for (const pair of pairs.split(/[\s,]+/).filter((word) => word !== "")) {
    const [, unit, value] = /^(\d{1,9})=([01])$/.exec(pair) ?? [];
    if (unit === undefined) throw refuse("option", { who, got: JSON.stringify(pair.slice(0, 40)), expected });
    if (values.has(Number(unit)))
      throw refuse("option", { who, got: `unit ${unit} twice`, expected: "each unit once" });
    values.set(Number(unit), value === "1" ? 1 : 0);
  }
  if (values.size === 0) throw refuse("option", { who, got: "no unit", expected });
  return values;
}
