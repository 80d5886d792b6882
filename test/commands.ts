/** Whether a command that stands in a document could be typed: asked of the command line itself. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** Says what is wrong with a command line, program first; undefined when it is right, or another's program. */
export function wrongCommand(words: readonly string[]): string | undefined {
  const [program, ...rest] = words[0] === "npx" ? words.slice(1) : words;
  if (program === "harmonium") return wrongArguments(rest);
  if (program === "npm") {
    const script = rest[0] === "run" ? rest[1] : ["start", "test"].find((name) => name === rest[0]);
    return script === undefined || script in scripts ? undefined : `package.json has no script ${script}`;
  }
  if (program !== "node") return undefined;
  const file = rest.find((word) => !word.startsWith("-"));
  if (file === undefined || !existsSync(join(root, file))) return `there is no file ${file}`;
  return file === "bin/harmonium.js" ? wrongArguments(rest.slice(1)) : undefined;
}

/** Option names of a help page, each with whether a value follows it. */
function optionsOf(help: string): Map<string, boolean> {
  const lines = help.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)( <[^>]+>)?/gm);
  return new Map(
    [...lines].flatMap(([, short, long, value]) =>
      [short, long].flatMap((name) => (name ? [[name, value !== undefined]] : [])),
    ),
  );
}

function wrongArguments(given: readonly string[]): string | undefined {
  // with --help at the end values are checked, and nothing is done
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "bin/harmonium.js"), ...given, "--help"], {
    encoding: "utf8",
  });
  if (status !== 0) return stderr.trim();
  const usage = /^Usage: harmonium (.*)$/m.exec(stdout)?.[1]?.split(" ") ?? [];
  const path = usage.slice(
    0,
    usage.findIndex((word) => /^[[<]/.test(word)),
  );
  const rest = given.slice(path.length);
  if (given.slice(0, path.length).join(" ") !== path.join(" ")) return `harmonium takes this for: ${path.join(" ")}`;
  // a group of commands does nothing by itself
  if (usage.includes("[command]")) {
    const asksOnly = rest.length > 0 && rest.every((word) => /^(-V|-h|--version|--help)$/.test(word));
    return asksOnly ? undefined : `no such command: ${given.join(" ")}`;
  }
  const options = optionsOf(stdout);
  let positional = 0;
  for (let i = 0; i < rest.length; i++) {
    const [name = "", inline] = (rest[i] as string).split("=");
    if (!name.startsWith("-")) positional++;
    else if (!options.has(name)) return `${["harmonium", ...path].join(" ")} has no option ${name}`;
    else if (options.get(name) && inline === undefined) i++;
  }
  const wanted = usage.filter((word) => word.startsWith("<")).length;
  return positional === wanted ? undefined : `${positional} arguments where ${wanted} belong: ${usage.join(" ")}`;
}

/** All options that a command has, by its help. */
export function optionNames(...command: string[]): string[] {
  const { stdout } = spawnSync(process.execPath, [join(root, "bin/harmonium.js"), ...command, "--help"], {
    encoding: "utf8",
  });
  return [...optionsOf(stdout).keys()];
}
