/** Commands as texts that a shell takes. */

import type { Command } from "commander";

/** A word as a POSIX shell takes it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command as it was given. */
export function commandLine(command: Command): string {
  let root = command;
  while (root.parent) root = root.parent;
  const given = (root as Command & { rawArgs: string[] }).rawArgs.slice(2);
  return ["npx", "harmonium", ...given].map(quote).join(" ");
}
