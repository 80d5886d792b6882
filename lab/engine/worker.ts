/** The worker of a page: loads the engine that the page asks for, and serves it. */

import type { EngineModule, Request } from "./engine.js";
import { engines } from "./engines.js";
import { host } from "./host.js";
import { setBase } from "./shipped.js";

const channel = new MessageChannel();
let resume: (() => void) | undefined;
channel.port1.onmessage = () => resume?.();

const serve = host(
  {
    post: (reply, transfer) => postMessage(reply, { transfer }),
    // a message to ourselves comes behind those that wait, and unlike a timer at once
    breathe: () =>
      new Promise<void>((resolve) => {
        resume = resolve;
        channel.port2.postMessage(null);
      }),
    now: () => performance.now(),
  },
  async (name) => {
    const load = engines[name as keyof typeof engines];
    if (!load) throw new Error(`There is no engine ${name}.`);
    return (await load()) as EngineModule<unknown, unknown>;
  },
);

onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === "start") setBase(data.base);
  serve(data);
};
