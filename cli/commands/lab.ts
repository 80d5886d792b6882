/** harmonium lab: the lab's pages, and the runs of this machine, for a browser on this machine. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { refuse } from "../../src/index.js";
import { number } from "../arguments.js";
import { openBrowser } from "../lab/browser.js";
import { catalogOf, checkRoots } from "../lab/catalog.js";
import { LOOPBACK, listen } from "../lab/listen.js";
import { labServer } from "../lab/server.js";
import { print, talk } from "../output.js";

const examples = `Examples:
  harmonium lab                          the lab, and the runs in ./runs
  harmonium lab runs/twos runs/rbm-2     these runs
  harmonium lab --port 8080 --open
`;

/** The year of "A learning algorithm for Boltzmann machines". */
const USUAL_PORT = 1985;

interface LabOptions {
  readonly port: number;
  readonly open?: true;
}

export function labCommand(): Command {
  return new Command("lab")
    .description(
      "Serves the lab on this machine: watch a Boltzmann machine run, learn and dream, and the runs in folders",
    )
    .argument("[runs...]", "folders of runs, or folders that hold several (default: runs)")
    .addHelpText("before", examples)
    .option(
      "--port <n>",
      "the port; where it is taken, the next free one; 0 for any",
      number({ min: 0, max: 65535, whole: true }),
      USUAL_PORT,
    )
    .option("--open", "open it in the browser")
    .action(run);
}

async function run(given: readonly string[], { port, open }: LabOptions): Promise<void> {
  const pages = join(import.meta.dirname, "../../lab");
  if (!existsSync(join(pages, "index.html"))) {
    const wayOut = "Run npm run build in harmonium's folder.";
    throw refuse("file", { who: "lab", got: `no pages in ${pages}`, expected: "the lab's built pages", wayOut });
  }
  const roots = await checkRoots(given);
  const server = labServer(pages, catalogOf(roots));
  const got = await listen(server, port);
  const address = `http://${LOOPBACK}:${got}/`;
  if (got !== port && port !== 0) talk(`Port ${port} is taken.`);
  print(address);
  talk(`The lab is there, with the runs in ${roots.join(", ")}. Ctrl+C ends it.`);
  if (open) openBrowser(address);
  await new Promise<void>((resolve) => {
    const close = () => {
      // those that watch would keep it for ever
      server.closeAllConnections();
      server.close(() => resolve());
    };
    process.once("SIGINT", close);
    process.once("SIGTERM", close);
  });
}
