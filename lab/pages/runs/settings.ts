/** Settings of runs, and where they differ. */

import type { Run } from "./run.js";

/** Settings by path, "learning.optimizer.rate", as texts. */
export function settingsOf(config: unknown, path = ""): Map<string, string> {
  const settings = new Map<string, string>();
  const isBranch = config !== null && typeof config === "object" && !Array.isArray(config);
  if (!isBranch) return settings.set(path, typeof config === "string" ? config : JSON.stringify(config));
  for (const [name, value] of Object.entries(config)) {
    for (const [at, text] of settingsOf(value, path === "" ? name : `${path}.${name}`)) settings.set(at, text);
  }
  return settings;
}

export interface Difference {
  readonly setting: string;
  /** For each run; "–" where it has none. */
  readonly values: readonly string[];
  /** For each run, whether it is otherwise than most, or, where there are as many of each, than the first. */
  readonly odd: readonly boolean[];
}

/** What differs between the configurations; the command and the version are no settings. */
export function differencesOf(runs: readonly Run[]): Difference[] {
  const all = runs.map(({ config }) => settingsOf(config ?? {}));
  const names = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return names
    .filter((name) => name !== "" && !/^(command|version|format)$/.test(name))
    .map((setting) => {
      const values = all.map((settings) => settings.get(setting) ?? "–");
      const usual = commonest(values);
      return { setting, values, odd: values.map((value) => value !== usual) };
    })
    .filter(({ odd }) => odd.includes(true));
}

function commonest(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [best, most] = ["", 0];
  for (const [value, count] of counts) if (count > most) [best, most] = [value, count];
  return best;
}
