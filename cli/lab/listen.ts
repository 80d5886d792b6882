/** A port on this machine alone: the one that is asked for, or the next free one. */

import type { Server } from "node:http";
import { refuse } from "../../src/index.js";

export const LOOPBACK = "127.0.0.1";
const TRIES = 100;

/**
 * Listens on 127.0.0.1.
 *
 * @param port 0 for any free one
 * @returns the port
 * @throws HarmoniumError "option" where neither the port nor one of the next 99 can be had
 */
export async function listen(server: Server, port: number): Promise<number> {
  for (let next = port; next < Math.min(port + TRIES, 65536); next++) {
    try {
      await listenOn(server, next);
      return (server.address() as { port: number }).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE") continue;
      if (code !== "EACCES") throw error;
      const wayOut = "Ports below 1024 are often the system's; try --port 1985.";
      throw refuse("option", { who: "--port", got: `${next}`, expected: "a port that may be used", wayOut }, error);
    }
  }
  const wayOut = "Choose another, or 0 for any free one.";
  throw refuse("option", {
    who: "--port",
    got: `${port}, taken as the next ones are`,
    expected: "a free port",
    wayOut,
  });
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
