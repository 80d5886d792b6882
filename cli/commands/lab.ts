/** harmonium lab: the pages in which one watches machines run and learn, and the runs of this machine in them. */

import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { refuse } from "../../src/index.js";
import { number } from "../arguments.js";
import { INTERRUPTED, interruptible } from "../interrupts.js";
import { openBrowser } from "../lab/browser.js";
import { catalogOf, checkRoots } from "../lab/catalog.js";
import { LOOPBACK, listen } from "../lab/listen.js";
import { labServer } from "../lab/server.js";
import { plural, print, printJson, talk } from "../output.js";

const examples = `Examples:
  harmonium lab                              the pages, and the runs below runs/
  harmonium lab runs/twos runs/digits        the pages, and these two runs
  harmonium lab experiments --port 8080      all runs below a folder
`;

const after = `
What the lab shows of runs, while they train too: curves of their metrics over each other, with the range of
what was estimated; their figures; what was asked of one and not of the other. It changes nothing, and answers
only this machine. From another one: ssh -L 1985:127.0.0.1:1985 that.machine
Ctrl+C ends it.`;

/** Of the paper that taught Boltzmann machines to learn. */
const PORT = 1985;

interface LabOptions {
  readonly port: number;
  readonly open?: true;
  readonly json?: true;
}

export function labCommand(): Command {
  return new Command("lab")
    .description("pages in which one watches machines run and learn, with the runs of this machine")
    .argument("[runs...]", "folders of runs, or folders that hold several (default: runs, if it is there)")
    .addHelpText("before", examples)
    .addHelpText("after", after)
    .option(
      "--port <n>",
      "port on 127.0.0.1; the next free one where it is taken, 0 for any",
      number({ min: 0, max: 65535, whole: true }),
      PORT,
    )
    .option("--open", "show it in the browser")
    .option("--json", "one JSON object on standard output: address, port, runs")
    .action(run);
}

async function run(given: string[], { port, open, json }: LabOptions): Promise<void> {
  const pages = fileURLToPath(new URL("../../lab", import.meta.url));
  if (!existsSync(join(pages, "index.html"))) {
    const wayOut = "Build it with npm run build.";
    throw refuse("file", { who: "lab", got: `no pages in ${pages}`, expected: "the lab, built", wayOut });
  }
  const roots = await checkRoots(given);
  const catalog = catalogOf(roots);
  const found = (await catalog.runs()).size;
  const server = labServer(pages, catalog);
  await interruptible(async (signal) => {
    const got = await listen(server, port);
    const address = `http://${LOOPBACK}:${got}/`;
    if (json) printJson({ address, port: got, runs: found });
    else print(address);
    if (port !== 0 && got !== port) talk(`Port ${port} is taken; it is ${got}.`);
    talk(
      found > 0
        ? `The lab, with ${plural(found, "run")}: ${address}#/runs`
        : `The lab. No run in ${roots.join(", ")} yet; those that begin will be on ${address}#/runs`,
    );
    talk("Ctrl+C ends it.");
    if (open) openBrowser(given.length > 0 ? `${address}#/runs` : address);
    if (!signal.aborted) await once(signal, "abort");
    server.close();
    server.closeAllConnections();
  }, "The lab is closed.");
  process.exitCode = INTERRUPTED;
}
