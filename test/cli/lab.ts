/** harmonium lab as tests use it: the server of the command, requests as they are written, events as they come, runs that grow at our pace. */

import { mkdirSync, writeFileSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, expect, vi } from "vitest";
import { type Running, workplace } from "./program.js";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Asks with a path as it is written, dots and all. */
export function ask(address: string, target: string, options: object = {}, body = ""): Promise<Answer> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: target, agent: false, ...options }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      );
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Bytes as they are, and all that comes back until the server closes. */
export function raw(address: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (part) => {
      answer += part;
    });
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

export interface Event {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string[];
}

/** Server-sent events by the standard's rules, as they come. */
export function watch(address: string, query: string, headers = {}) {
  const { port } = new URL(address);
  const events: Event[] = [];
  const listeners = new Set<() => void>();
  let rest = "";
  let ended = false;
  const asked: ClientRequest = request(
    { host: "127.0.0.1", port, path: `/api/stream${query}`, agent: false, headers },
    (answer) => {
      answer.setEncoding("utf8").on("data", (text: string) => {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() as string;
        for (const block of blocks) {
          const fields = block.split("\n").map((line) => line.split(/: (.*)/s));
          const all = (name: string) => fields.flatMap(([key, value]) => (key === name ? [value as string] : []));
          if (all("event").length > 0)
            events.push({ event: all("event")[0] as string, id: all("id")[0], data: all("data") });
        }
        for (const listener of listeners) listener();
      });
      answer.on("error", () => {});
      answer.on("close", () => {
        ended = true;
        for (const listener of listeners) listener();
      });
    },
  );
  asked.on("error", () => {});
  asked.end();
  const until = <Found>(look: () => Found | undefined | false, what: string, wait = 8000) =>
    new Promise<Found>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`never came: ${what}; so far ${events.map(({ event }) => event)}`)),
        wait,
      );
      const check = () => {
        const found = look();
        if (found === undefined || found === false) return;
        clearTimeout(timer);
        listeners.delete(check);
        resolve(found);
      };
      listeners.add(check);
      check();
    });
  return {
    events,
    until,
    /** Epochs of a run since it last began. */
    epochs: (id: string) =>
      events
        .slice(Math.max(0, events.map(({ event, data }) => event === "begin" && data[0] === id).lastIndexOf(true)))
        .filter(({ event, data }) => event === "lines" && data[0] === id)
        .flatMap(({ data }) => data.slice(1).map((line) => JSON.parse(line).epoch as number)),
    hasEnded: () => until(() => ended, "the end"),
    leave: () => asked.destroy(),
  };
}

const config = (seed: number) => ({
  format: "harmonium-run/1",
  kind: "rbm",
  version: "0.1.0",
  command: `npx harmonium train rbm --data bars-and-stripes:3 --seed ${seed}`,
  data: { spec: "bars-and-stripes:3" },
  model: { hidden: 4, weightScale: 0.01 },
  learning: {
    ...{ epochs: 100, batchSize: 14, seed, clamp: "sample", wake: "probability" },
    negative: { rule: "cd", k: 1, dream: "probability", reconstruction: "sample" },
    optimizer: { optimizer: "sgd", rate: 0.05, momentum: 0, weightDecay: 0 },
  },
});

export const record = (epoch: number, more = {}) =>
  `${JSON.stringify({ epoch, update: epoch, imagesPerSecond: 1000, seconds: epoch / 100, reconstructionError: 1 / epoch, rate: 0.05, momentum: 0, largestWeight: 1, ...more })}\n`;
export const records = (from: number, to: number, more = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i, more)).join("");
export const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

/** A folder of its own, with the command and hand-made runs in it; what was started does not outlive its test. */
export function labPlace() {
  const place = workplace();
  const running = new Set<Running>();

  function start(...words: string[]): Running {
    const program = place.start(...words);
    running.add(program);
    return program;
  }

  /** The server of the command, and the address that it printed. */
  async function served(program: Running): Promise<{ readonly address: string; readonly program: Running }> {
    let printed = "";
    program.child.stdout?.on("data", (text: string) => {
      printed += text;
    });
    await program.says("Ctrl+C ends it.");
    await vi.waitFor(() => expect(printed).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/));
    return { address: printed.trim(), program };
  }

  const words = ["lab", "--port", "0"];
  const lab = (...more: string[]) => served(start(...words, ...more));
  /** The same for several tests. */
  const lastingLab = (...more: string[]) => served(place.start(...words, ...more));

  /** A run as training leaves it, so that it can grow at our pace. */
  function makeRun(name: string, epochs: number, seed = 1): string {
    const folder = place.path(...name.split("/"));
    mkdirSync(join(folder, "figures"), { recursive: true });
    writeFileSync(join(folder, "config.json"), JSON.stringify(config(seed)));
    writeFileSync(join(folder, "metrics.jsonl"), records(1, epochs));
    return folder;
  }

  afterEach(async () => {
    for (const program of running) {
      program.child.kill("SIGKILL");
      await program.ended;
    }
    running.clear();
  });

  return { ...place, start, lab, lastingLab, makeRun };
}
