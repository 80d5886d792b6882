/** Shows an address in the reader's browser. */

import { spawn } from "node:child_process";
import { talk } from "../output.js";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", '""'],
};

export function openBrowser(address: string): void {
  const [command = "", ...words] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...words, address], {
    stdio: "ignore",
    detached: true,
    windowsVerbatimArguments: true,
  });
  child.on("error", () => talk("No browser could be started; open the address by hand."));
  child.unref();
}
