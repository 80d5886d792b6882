import { Command } from "commander";
export function shifterCommand(_version: string): Command {
  return new Command("shifter");
}
